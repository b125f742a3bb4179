//! Rows of another kind, brought to the shape that the model takes.

use decay_data::{
    Dataset, Encoded, Graph, Images, Inputs, Options, Raw, Schema, Storage, reduce_images,
};
use decay_train::Samples;

use super::Unknown;
use super::shifted::{PREFIX, shifted};
use crate::error::Error;
use crate::run::Begun;
use crate::settings::Settings;

/// Out-of-distribution rows.
#[derive(Debug)]
pub(crate) struct Outliers {
    /// As the user named them.
    pub(crate) name: String,
    /// Whether it is much like the training data.
    pub(crate) near: bool,
    features: Storage,
    inputs: usize,
    graph: Option<Graph>,
    pub(crate) rows: usize,
}

impl Outliers {
    /// Reads all sets that the settings name, far ones first, and makes those that are shifts of held-out images; paths start where the run
    /// was begun.
    ///
    /// Rows of classes that were set aside are a near set of their own.
    pub(crate) fn of_settings(
        settings: &Settings,
        schema: &Schema,
        read: &Options,
        held_out: Option<(&Dataset, &[usize])>,
        unknown: Option<&Unknown>,
        begun: &Begun,
    ) -> Result<Vec<Self>, Error> {
        let far = settings.data.ood.iter().map(|source| (source, false));
        let near = settings.audit.near.iter().map(|source| (source, true));
        let named = far
            .chain(near)
            .map(|(source, near)| match source.strip_prefix(PREFIX) {
                None => Ok(Self {
                    name: source.clone(),
                    ..Self::load(&begun.lead_to(source), near, schema, read)?
                }),
                Some(shift) => Self::of_shift(shift, near, schema, held_out),
            });
        let mut all = named.collect::<Result<Vec<_>, _>>()?;
        if let Some(unknown) = unknown {
            let classes = settings.data.unknown_classes.join(", ");
            let name = format!("the classes set aside ({classes})");
            all.push(Self::of_encoded(
                unknown.encoded(schema)?,
                schema,
                name,
                true,
            ));
        }
        Ok(all)
    }

    fn of_shift(
        shift: &str,
        near: bool,
        schema: &Schema,
        held_out: Option<(&Dataset, &[usize])>,
    ) -> Result<Self, Error> {
        let Some((dataset, rows)) = held_out else {
            return Err(Error::Setting(format!(
                "{PREFIX}{shift}: there are no held-out images to shift"
            )));
        };
        Ok(Self {
            name: format!("held-out images, {}", shift.replace('=', " ")),
            near,
            features: shifted(shift, schema, dataset, rows)?,
            inputs: schema.features(),
            graph: None,
            rows: rows.len(),
        })
    }

    fn of_encoded(encoded: Encoded, schema: &Schema, name: String, near: bool) -> Self {
        Self {
            name,
            near,
            inputs: schema.features(),
            graph: encoded.graph,
            features: encoded.features,
            rows: encoded.rows,
        }
    }

    /// Reads a set and encodes it as the model's training data were; larger images are averaged down.
    pub(crate) fn load(
        source: &str,
        near: bool,
        schema: &Schema,
        read: &Options,
    ) -> Result<Self, Error> {
        let options = match schema.inputs {
            Inputs::Columns(_) | Inputs::Graph { .. } => Options {
                labels: None,
                ..read.clone()
            },
            // Images of an array may have no labels.
            Inputs::Pixels { .. } => Options {
                every_row: true,
                memory: read.memory,
                resize: schema.resize,
                ..Options::default()
            },
        };
        let encoded = match Raw::read(source, &options)? {
            Raw::Table(table) => schema.encode(&table)?,
            Raw::Images { train, test } => images(&test.unwrap_or(train), schema)?,
            Raw::Graph(graph) => schema.encode_graph(&graph)?,
        };
        let name = source.strip_prefix("embedded:").unwrap_or(source);
        Ok(Self::of_encoded(encoded, schema, name.to_owned(), near))
    }

    /// What a network reads.
    pub(crate) fn samples(&self) -> Samples<'_> {
        Samples {
            features: &self.features,
            rows: self.rows,
            inputs: self.inputs,
            graph: self.graph.as_ref(),
        }
    }
}

impl Unknown {
    fn encoded(&self, schema: &Schema) -> Result<Encoded, Error> {
        Ok(match self {
            Self::Images(images) => schema.encode_images(images)?,
            Self::Rows(table) => schema.encode(table)?,
        })
    }
}

fn images(images: &Images, schema: &Schema) -> Result<Encoded, Error> {
    let Inputs::Pixels { shape, max } = &schema.inputs else {
        return Ok(schema.encode_images(images)?);
    };
    let [channels, height, width] = shape.as_slice() else {
        return Ok(schema.encode_images(images)?);
    };
    if *shape == images.shape || images.shape.first() != Some(channels) {
        return Ok(schema.encode_images(images)?);
    }
    let reduced = reduce_images(&Dataset::from_images(images)?, *height, *width, *max)?;
    Ok(Encoded {
        features: reduced.features,
        rows: reduced.rows,
        unseen: Vec::new(),
        odd: Vec::new(),
        graph: None,
        files: Vec::new(),
    })
}

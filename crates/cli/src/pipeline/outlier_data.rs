//! Rows of another kind, brought to the shape that the model takes.

use decay_data::{
    Dataset, Encoded, Graph, Images, Inputs, Options, Raw, Schema, Storage, reduce_images,
};
use decay_train::Samples;

use crate::failure::Failure;
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
    /// Reads all sets that the settings name, far ones first.
    pub(crate) fn of_settings(settings: &Settings, schema: &Schema) -> Result<Vec<Self>, Failure> {
        let far = settings.data.ood.iter().map(|source| (source, false));
        let near = settings.audit.near.iter().map(|source| (source, true));
        far.chain(near)
            .map(|(source, near)| Self::load(source, near, schema))
            .collect()
    }

    /// Reads a set and encodes it as the model's training data were; larger images are averaged down.
    pub(crate) fn load(source: &str, near: bool, schema: &Schema) -> Result<Self, Failure> {
        let options = match schema.inputs {
            Inputs::Columns(_) | Inputs::Graph { .. } => schema.options(),
            Inputs::Pixels { .. } => Options::default(),
        };
        let encoded = match Raw::read(source, &options)? {
            Raw::Table(table) => schema.encode(&table)?,
            Raw::Images { train, test } => images(&test.unwrap_or(train), schema)?,
            Raw::Graph(graph) => schema.encode_graph(&graph)?,
        };
        Ok(Self {
            near,
            name: source
                .strip_prefix("embedded:")
                .unwrap_or(source)
                .to_owned(),
            inputs: schema.features(),
            graph: encoded.graph,
            features: encoded.features,
            rows: encoded.rows,
        })
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

fn images(images: &Images, schema: &Schema) -> Result<Encoded, Failure> {
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
        graph: None,
    })
}

//! Arrays of NumPy: a matrix is a table, unsigned bytes of more axes are images.

mod archive;
mod images;
mod labels;

use crate::allowance::{Allowance, COLUMN};
use crate::files::Source;
use crate::files::npy::{Array, npy_needs, parse_npy};
use crate::load::refuse_columns_of_rows;
use crate::table::assemble::About;
use crate::table::built::Header;
use crate::table::column::builder::Builder;
use crate::table::column::tally::Tally;
use crate::table::dialect::names::{Name, place_of};
use crate::table::file_kind::FileKind;
use crate::table::pass::Skipped;
use crate::table::place::Counted;
use crate::table::reading::Reading;
use crate::table::settle::{Declared, ReadRows, Rows};
use crate::table::value::missing::Missing;
use crate::{Column, DataError, FileDigest, FormatError, Options, Raw, Result};

use archive::read_archive;
use images::images_of;
use labels::{labels_of_array, labels_of_file};

/// Features, and the labels of their rows if there are any.
struct Part {
    path: String,
    allowance: Allowance,
    features: Array,
    labels: Vec<Column>,
    digests: Vec<FileDigest>,
    notes: Vec<String>,
}

/// Reads an array with the labels that [`Options::labels`] names, or those beside it in an archive.
///
/// # Shapes
/// - `[rows, columns]` or `[rows]`: a table of the columns `c0`, `c1`, ... and `label`
/// - `[N, H, W]`, `[N, H, W, C]` or `[N, C, H, W]` of unsigned bytes, with one or three channels: images
///
/// # Errors
/// [`DataError::Array`] for another shape or type, [`FormatError::LabelCount`]; else as [`Table::read`](crate::Table::read).
pub(crate) fn read_arrays(source: &Source, kind: FileKind, options: &Options) -> Result<Raw> {
    let (part, test) = match kind {
        FileKind::Npz => read_archive(source, options)?,
        _ => (read_array(source, options)?, None),
    };
    if part.features.shape.len() <= 2 {
        let mut part = part;
        if let Some(test) = test {
            let words = format!("{}: its test set is left out", test.path);
            part.notes.push(words);
        }
        return part.table(options).map(Raw::Table);
    }
    refuse_columns_of_rows(&part.path, options)?;
    let train = images_of(part, options)?;
    let test = test.map(|test| images_of(test, options)).transpose()?;
    Ok(Raw::images((train, test)))
}

fn read_array(source: &Source, options: &Options) -> Result<Part> {
    let path = source.name();
    let whole = source.read_all()?;
    let features = array_of(&path, &source.allowance, &whole.bytes)?;
    let mut part = Part {
        path,
        allowance: source.allowance.clone(),
        features,
        labels: Vec::new(),
        digests: vec![whole.digest],
        notes: Vec::new(),
    };
    if let Some(labels) = options.labels.as_ref().filter(|_| !options.every_row) {
        part.take_labels(labels_of_file(labels, &source.allowance, options)?)?;
    }
    Ok(part)
}

/// The array that these bytes of a file are.
///
/// # Errors
/// [`DataError::BeyondMemory`] before its values are unpacked, [`DataError::Array`].
pub(crate) fn array_of(path: &str, allowance: &Allowance, bytes: &[u8]) -> Result<Array> {
    allowance.take(path, "its values", npy_needs(bytes))?;
    parse_npy(bytes).map_err(|reason| DataError::Array {
        path: path.to_owned(),
        reason,
    })
}

/// Labels, and what was decided about them.
struct Labels {
    path: String,
    columns: Vec<Column>,
    digests: Vec<FileDigest>,
    notes: Vec<String>,
}

impl Part {
    /// Rows of the features.
    fn rows(&self) -> usize {
        self.features.shape.first().copied().unwrap_or(0)
    }

    /// Puts labels beside the features.
    ///
    /// # Errors
    /// [`FormatError::LabelCount`].
    fn take_labels(&mut self, labels: Labels) -> Result<()> {
        let rows = labels.columns.first().map_or(0, Column::len);
        if rows != self.rows() {
            return Err(DataError::from(FormatError::LabelCount {
                path: labels.path,
                labels: rows,
                data: self.path.clone(),
                rows: self.rows(),
            }));
        }
        self.labels = labels.columns;
        self.digests.extend(labels.digests);
        self.notes.extend(labels.notes);
        Ok(())
    }

    fn wrong(&self, reason: String) -> DataError {
        DataError::Array {
            path: self.path.clone(),
            reason,
        }
    }

    /// The columns of a matrix, then those of the labels.
    fn table(self, options: &Options) -> Result<crate::Table> {
        let rows = self.rows();
        let width = match self.features.shape.as_slice() {
            [_] => 1,
            [_, width] => *width,
            _ => return Err(self.wrong("is a single number, no rows of features".into())),
        };
        if rows == 0 || width == 0 {
            return Err(DataError::Empty { path: self.path });
        }
        let Self {
            path,
            allowance,
            features,
            mut labels,
            digests,
            mut notes,
        } = self;
        choose_targets(&path, width, &mut labels, options)?;
        // As numbers, and those in the columns of the table.
        let numbers = 16 * (rows as u64).saturating_mul(width as u64);
        let columns = COLUMN.saturating_mul(width as u64);
        let all = numbers
            .saturating_add(columns)
            .saturating_add(8 * rows as u64);
        drop(allowance.hold(&path, "its rows", all)?);
        allowance.take(&path, "its rows", all - columns)?;
        let values = features.numbers().ok_or_else(|| DataError::Array {
            path: path.clone(),
            reason: "holds text, features are numbers".into(),
        })?;
        let (names, declared): (Vec<Name>, Vec<_>) = named(width, &labels).unzip();
        let header = Header {
            path: path.clone(),
            allowance: &allowance,
            names: &names,
            sample: &vec![Tally::default(); names.len()],
            declared: &declared,
            points: true,
            counted: Counted::Rows,
        };
        let words = match labels.len() {
            0 => "no labels".to_owned(),
            1 => "labels beside them".to_owned(),
            count => format!("{count} columns of labels beside them"),
        };
        let mut matrix = Matrix {
            width,
            values,
            labels,
            digest: digests[0].clone(),
            missing: Missing::with(&options.missing),
        };
        let mut table = header.table(&mut matrix, options, |_| About {
            words: format!("{path}: {rows} rows, {width} columns, an array, {words}"),
            notes: std::mem::take(&mut notes),
            reading: Reading::of(options, b',', false),
        })?;
        table.provenance.files = digests;
        Ok(table)
    }
}

/// Names of the columns of a matrix and of its labels, and what they are.
fn named(width: usize, labels: &[Column]) -> impl Iterator<Item = (Name, Option<Declared>)> {
    let numbers = (0..width).map(|column| (format!("c{column}"), Declared::Numbers));
    let labels = labels.iter().map(|column| {
        let declared = match column.cells {
            crate::Cells::Numbers(_) => Declared::Numbers,
            crate::Cells::Labels { .. } => Declared::Labels,
        };
        (column.name.clone(), declared)
    });
    let given = |(text, declared)| (Name { text, given: true }, Some(declared));
    numbers.chain(labels).map(given)
}

/// Of several columns of labels those that are to be predicted; the others would give them away.
fn choose_targets(
    path: &str,
    width: usize,
    labels: &mut Vec<Column>,
    options: &Options,
) -> Result<()> {
    if labels.len() < 2 {
        return Ok(());
    }
    let own: Vec<String> = labels.iter().map(|column| column.name.clone()).collect();
    if options.targets.is_empty() {
        return Err(DataError::Array {
            path: path.to_owned(),
            reason: format!(
                "its labels are {} columns, {}; data.target names those to predict",
                own.len(),
                crate::error::listed(&own, 5)
            ),
        });
    }
    let columns = (0..width).map(|column| format!("c{column}"));
    let names: Vec<String> = columns.chain(own.iter().cloned()).collect();
    let places = options.targets.iter();
    let places: Vec<_> = places.filter_map(|own| place_of(own, &names)).collect();
    let mut place = width..;
    labels.retain(|_| place.next().is_some_and(|own| places.contains(&own)));
    Ok(())
}

/// The rows of a matrix and its labels.
struct Matrix {
    width: usize,
    /// `[rows, width]`.
    values: Vec<f64>,
    labels: Vec<Column>,
    digest: FileDigest,
    missing: Missing,
}

impl Rows for Matrix {
    fn read_into(&mut self, mut columns: Vec<Builder>) -> Result<ReadRows> {
        let rows = self.values.len() / self.width;
        for (place, builder) in columns.iter_mut().enumerate() {
            match place.checked_sub(self.width) {
                None => {
                    let own = self.values[place..].iter().step_by(self.width);
                    push_numbers(builder, own.copied(), &self.missing);
                }
                Some(label) => self.push_label(&self.labels[label], builder),
            }
        }
        Ok(ReadRows {
            columns,
            lines: (1..=rows as u64).collect(),
            skipped: Skipped::default(),
            digest: self.digest.clone(),
        })
    }
}

impl Matrix {
    fn push_label(&self, column: &Column, builder: &mut Builder) {
        match &column.cells {
            crate::Cells::Numbers(values) => {
                push_numbers(builder, values.iter().copied(), &self.missing);
            }
            crate::Cells::Labels { .. } => {
                for (row, line) in (0..column.len()).zip(1..) {
                    let cell = column.text(row).unwrap_or_default();
                    // What has been read once is text.
                    let _ = builder.push(cell.as_bytes(), line, &self.missing);
                }
            }
        }
    }
}

/// Numbers as they are, or by their names where they are to be labels.
fn push_numbers(builder: &mut Builder, values: impl Iterator<Item = f64>, missing: &Missing) {
    for (value, line) in values.zip(1..) {
        if let Builder::Numbers(column) = builder {
            column.push_value(value, line, missing);
            continue;
        }
        let name = if value.is_nan() {
            String::new()
        } else {
            crate::target::number_name(value)
        };
        // A number's name is text.
        let _ = builder.push(name.as_bytes(), line, missing);
    }
}

//! Which columns a schema of types makes, and what they are.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};

use super::Batches;
use crate::allowance::{Allowance, COLUMN};
use crate::table::dialect::names::{Name, resolved, texts};
use crate::table::settle::Declared;
use crate::table::value::moment::{MomentForm, zone_of};
use crate::{DataError, FormatError, Options, Result};

/// The columns of a file, in its order; a list is as many as it has values.
pub(super) struct Columns {
    pub(super) leaves: Vec<Leaf>,
}

/// One column.
pub(super) struct Leaf {
    /// Its field of the schema, and the name of that.
    pub(super) field: usize,
    base: String,
    /// Its place in a list.
    pub(super) part: Option<usize>,
    kind: LeafKind,
    /// A time zone that is known by its name alone.
    zone: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum LeafKind {
    Declared(Declared),
    /// Judged by its cells.
    Text,
    /// Not to be read, and what it holds.
    Unreadable(&'static str),
}

impl Columns {
    /// # Errors
    /// [`FormatError::UnevenLists`] for lists that are wanted and no columns, [`DataError::BeyondMemory`] for lists of too many values.
    pub(super) fn of(
        path: &str,
        file: &dyn Batches,
        allowance: &Allowance,
        options: &Options,
    ) -> Result<Self> {
        let schema = file.schema();
        let lengths = lengths(path, file, &schema, options)?;
        let values = lengths.values().map(|&length| length as u64);
        let values = values.fold(0, u64::saturating_add);
        drop(allowance.hold(path, "its columns", COLUMN.saturating_mul(values))?);
        let mut leaves = Vec::new();
        for (index, field) in schema.fields().iter().enumerate() {
            let leaf = |part, kind| Leaf {
                field: index,
                base: field.name().clone(),
                part,
                kind,
                zone: named_zone(field.data_type()),
            };
            match lengths.get(&index) {
                Some(&length) => {
                    let kind = LeafKind::Declared(Declared::Numbers);
                    leaves.extend((0..length).map(|part| leaf(Some(part), kind)));
                }
                None => leaves.push(leaf(None, kind_of(field.data_type()))),
            }
        }
        Ok(Self { leaves })
    }

    pub(super) fn names(&self) -> Vec<String> {
        let name = |leaf: &Leaf| match leaf.part {
            Some(part) => format!("{}.{part}", leaf.base),
            None => leaf.base.clone(),
        };
        self.leaves.iter().map(name).collect()
    }

    pub(super) fn declared(&self) -> impl Iterator<Item = Option<Declared>> {
        self.leaves.iter().map(|leaf| match leaf.kind {
            LeafKind::Declared(declared) => Some(declared),
            LeafKind::Text | LeafKind::Unreadable(_) => None,
        })
    }

    /// The options with all columns of a list in place of its name.
    pub(super) fn expanded(&self, options: &Options) -> Options {
        let names = self.names();
        let parts = |wanted: &String| -> Vec<String> {
            let leaves = self.leaves.iter().zip(&names);
            let own = leaves.filter(|(leaf, _)| leaf.part.is_some() && leaf.base == *wanted);
            let own: Vec<String> = own.map(|(_, name)| name.clone()).collect();
            if own.is_empty() {
                vec![wanted.clone()]
            } else {
                own
            }
        };
        let keep = options.keep.as_ref();
        Options {
            keep: keep.map(|keep| keep.iter().flat_map(parts).collect()),
            ..options.clone()
        }
    }

    /// Refuses a column that is wanted and holds neither numbers nor texts.
    pub(super) fn refuse_unreadable(
        &self,
        path: &str,
        names: &[Name],
        options: &Options,
    ) -> Result<()> {
        let own = resolved(options, &texts(names), path)?;
        for (leaf, name) in self.leaves.iter().zip(names) {
            if let LeafKind::Unreadable(what) = leaf.kind
                && own.wants(&name.text)
            {
                return Err(DataError::from(FormatError::Nested {
                    path: path.to_owned(),
                    column: name.text.clone(),
                    what,
                }));
            }
        }
        Ok(())
    }

    /// What is to be said of names and time zones.
    pub(super) fn notes(&self, repeated: &[String]) -> Vec<String> {
        let zone = |leaf: &Leaf| {
            let zone = leaf.zone.as_ref()?;
            Some(format!(
                "column '{}' is of the time zone {zone}; its hours and days are those of UTC",
                leaf.base
            ))
        };
        let mut notes: Vec<String> = self.leaves.iter().filter_map(zone).collect();
        if !repeated.is_empty() {
            notes.push(format!(
                "columns of one name are numbered: {}",
                repeated.join(", ")
            ));
        }
        notes
    }
}

fn kind_of(kind: &DataType) -> LeafKind {
    use DataType as T;
    match kind {
        _ if is_number(kind) => LeafKind::Declared(Declared::Numbers),
        T::Boolean => LeafKind::Declared(Declared::Labels),
        T::Date32 | T::Date64 | T::Timestamp(..) => {
            LeafKind::Declared(Declared::Moments(MomentForm::Plain))
        }
        T::Time32(_) | T::Time64(_) => LeafKind::Declared(Declared::Moments(MomentForm::Time)),
        T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Null => LeafKind::Text,
        T::Dictionary(_, values) => match kind_of(values) {
            LeafKind::Unreadable(what) => LeafKind::Unreadable(what),
            _ => LeafKind::Declared(Declared::Labels),
        },
        T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => {
            LeafKind::Unreadable("bytes")
        }
        T::List(_) | T::LargeList(_) | T::FixedSizeList(..) => LeafKind::Unreadable("lists"),
        T::Struct(_) | T::Map(..) => LeafKind::Unreadable("records"),
        _ => LeafKind::Unreadable("values of an unusual type"),
    }
}

fn is_number(kind: &DataType) -> bool {
    kind.is_numeric() || matches!(kind, DataType::Duration(_))
}

fn named_zone(kind: &DataType) -> Option<String> {
    match kind {
        DataType::Timestamp(_, Some(zone)) if zone_of(zone).is_none() => Some(zone.to_string()),
        _ => None,
    }
}

/// The type of a list's values, if they can be columns.
fn values_of(kind: &DataType) -> Option<&Field> {
    let (DataType::List(values) | DataType::LargeList(values) | DataType::FixedSizeList(values, _)) =
        kind
    else {
        return None;
    };
    let plain = is_number(values.data_type()) || *values.data_type() == DataType::Boolean;
    plain.then_some(values)
}

/// How long the lists of each field are, of those that are wanted.
fn lengths(
    path: &str,
    file: &dyn Batches,
    schema: &Schema,
    options: &Options,
) -> Result<HashMap<usize, usize>> {
    let fields = schema.fields().iter().enumerate();
    let lists = fields.filter(|(_, field)| {
        values_of(field.data_type()).is_some() && wants_part(options, field.name())
    });
    let mut found = HashMap::new();
    for (index, field) in lists {
        let length = match field.data_type() {
            DataType::FixedSizeList(_, length) => usize::try_from(*length).ok(),
            _ => length_of_all(path, file, index, field.name())?,
        };
        // Lists without values are no columns, and are refused like others that are none.
        found.extend(length.filter(|&length| length > 0).map(|own| (index, own)));
    }
    Ok(found)
}

/// Whether a list, or one of its columns, is to be read.
fn wants_part(options: &Options, base: &str) -> bool {
    let part = |name: &String| {
        let place = name
            .strip_prefix(base)
            .and_then(|rest| rest.strip_prefix('.'));
        name == base || place.is_some_and(|place| place.parse::<usize>().is_ok())
    };
    let kept = options.keep.as_ref();
    !options.drop.iter().any(|name| name == base) && kept.is_none_or(|keep| keep.iter().any(part))
}

/// The length of all lists of a field, if they have one.
fn length_of_all(
    path: &str,
    file: &dyn Batches,
    index: usize,
    name: &str,
) -> Result<Option<usize>> {
    let (mut first, mut before) = (None, 0);
    file.read(&[index], &mut |batch: &RecordBatch| {
        let lists = batch.column(0);
        for row in (0..lists.len()).filter(|&row| lists.is_valid(row)) {
            let length = length_at(lists, row);
            let (expected, of) = *first.get_or_insert((length, before + row + 1));
            if length != expected {
                return Err(DataError::from(FormatError::UnevenLists {
                    path: path.to_owned(),
                    column: name.to_owned(),
                    row: before + row + 1,
                    length,
                    first: of,
                    expected,
                }));
            }
        }
        before += lists.len();
        Ok(())
    })?;
    Ok(first.map(|(length, _)| length))
}

fn length_at(lists: &dyn Array, row: usize) -> usize {
    match lists.data_type() {
        DataType::LargeList(_) => lists.as_list::<i64>().value_length(row) as usize,
        _ => lists.as_list::<i32>().value_length(row) as usize,
    }
}

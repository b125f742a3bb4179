//! Rows of typed columns, into the builders of their columns.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;

use super::Batches;
use super::cells::{moments, numbers, text};
use super::columns::Columns;
use crate::allowance::Allowance;
use crate::table::column::builder::Builder;
use crate::table::dialect::names::Name;
use crate::table::growth::Growth;
use crate::table::pass::Skipped;
use crate::table::place::Place;
use crate::table::settle::{ReadRows, Rows};
use crate::table::value::missing::Missing;
use crate::{DataError, FileDigest, FormatError, Options, Result};

/// All rows of a file.
pub(super) struct TypedRows<'a> {
    path: &'a str,
    allowance: &'a Allowance,
    file: &'a dyn Batches,
    columns: &'a Columns,
    names: &'a [Name],
    digest: FileDigest,
    missing: Missing,
}

impl<'a> TypedRows<'a> {
    pub(super) fn new(
        path: &'a str,
        allowance: &'a Allowance,
        file: &'a dyn Batches,
        columns: &'a Columns,
        names: &'a [Name],
        digest: FileDigest,
        options: &Options,
    ) -> Self {
        Self {
            path,
            allowance,
            file,
            columns,
            names,
            digest,
            missing: Missing::with(&options.missing),
        }
    }

    fn push_batch(
        &self,
        batch: &RecordBatch,
        fields: &[usize],
        columns: &mut [Builder],
        before: u64,
    ) -> Result<()> {
        for (place, builder) in columns.iter_mut().enumerate() {
            if matches!(builder, Builder::Skipped) {
                continue;
            }
            let leaf = &self.columns.leaves[place];
            // Fields that are read have a column of the batch, in the order of the file.
            let Ok(own) = fields.binary_search(&leaf.field) else {
                continue;
            };
            let array = batch.column(own);
            match leaf.part {
                Some(part) => push_part(array, part, builder, before, &self.missing),
                None => self.push_column(array, builder, before, &self.names[place].text)?,
            }
        }
        Ok(())
    }

    /// Values of the builder's form as they are, others by their text.
    fn push_column(
        &self,
        array: &dyn Array,
        builder: &mut Builder,
        before: u64,
        name: &str,
    ) -> Result<()> {
        let lines = before + 1..;
        match builder {
            Builder::Numbers(column) => {
                if let Some(found) = numbers(array) {
                    for (value, line) in found.values.into_iter().zip(lines) {
                        column.push_value(value, line, &self.missing);
                    }
                    column.beyond_exact |= found.beyond_exact;
                    return Ok(());
                }
            }
            Builder::Moments(column) => {
                if let Some(found) = moments(array) {
                    for (row, value) in found.into_iter().enumerate() {
                        column.push_value(value, || text(array, row).unwrap_or_default());
                    }
                    return Ok(());
                }
            }
            _ => {}
        }
        for (row, line) in (0..array.len()).zip(lines) {
            let cell = text(array, row).unwrap_or_default();
            let pushed = builder.push(cell.as_bytes(), line, &self.missing);
            pushed.map_err(|reason| reason.at(self.path, Place::Row(line), name))?;
        }
        Ok(())
    }
}

impl Rows for TypedRows<'_> {
    fn read_into(&mut self, mut columns: Vec<Builder>) -> Result<ReadRows> {
        let wanted = |(place, builder): (usize, &Builder)| {
            let field = self.columns.leaves[place].field;
            (!matches!(builder, Builder::Skipped)).then_some(field)
        };
        let mut fields: Vec<usize> = columns.iter().enumerate().filter_map(wanted).collect();
        fields.dedup();
        let mut rows = 0;
        let mut growth = Growth::new(self.allowance, self.path);
        self.file.read(&fields, &mut |batch| {
            // A batch may claim any number of rows that take nothing in the file.
            let cells = (batch.num_rows() as u64).saturating_mul(8 * fields.len() as u64);
            drop(self.allowance.hold(self.path, "its rows", cells)?);
            growth.ask(batch.num_rows(), &columns, &Vec::new())?;
            self.push_batch(batch, &fields, &mut columns, rows)?;
            rows += batch.num_rows() as u64;
            // The lines are counted, and kept at the end.
            let lines = size_of::<u64>() * batch.num_rows();
            self.allowance.take(self.path, "its rows", lines as u64)
        })?;
        if rows == 0 {
            return Err(DataError::from(FormatError::NoRows {
                path: self.path.to_owned(),
            }));
        }
        Ok(ReadRows {
            columns,
            lines: (1..=rows).collect(),
            skipped: Skipped::default(),
            digest: self.digest.clone(),
        })
    }
}

/// One place of every list; a list that is missing has no values.
fn push_part(lists: &ArrayRef, part: usize, builder: &mut Builder, before: u64, missing: &Missing) {
    let Builder::Numbers(column) = builder else {
        return;
    };
    let (values, start): (&ArrayRef, Box<dyn Fn(usize) -> usize>) = match lists.data_type() {
        DataType::FixedSizeList(..) => {
            let own = lists.as_fixed_size_list();
            (own.values(), Box::new(|row| own.value_offset_at(row)))
        }
        DataType::LargeList(_) => {
            let own = lists.as_list::<i64>();
            (
                own.values(),
                Box::new(|row| own.value_offsets()[row] as usize),
            )
        }
        _ => {
            let own = lists.as_list::<i32>();
            (
                own.values(),
                Box::new(|row| own.value_offsets()[row] as usize),
            )
        }
    };
    let found = numbers(values).map_or_else(Vec::new, |found| found.values);
    for (row, line) in (0..lists.len()).zip(before + 1..) {
        let own = lists.is_valid(row).then(|| found.get(start(row) + part));
        column.push_value(own.flatten().copied().unwrap_or(f64::NAN), line, missing);
    }
}

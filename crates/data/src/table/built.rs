//! A table from named columns, however their file is written.

use crate::allowance::{Allowance, COLUMN};
use crate::table::assemble::{About, assemble};
use crate::table::column::tally::Tally;
use crate::table::dialect::names::{Name, resolved, texts};
use crate::table::place::Counted;
use crate::table::settle::{Declared, Reader, Rows, Settled};
use crate::table::value::missing::Missing;
use crate::{Options, Result, Table};

/// What a file says of its columns before their cells are read.
pub(crate) struct Header<'a> {
    pub(crate) path: String,
    pub(crate) allowance: &'a Allowance,
    pub(crate) names: &'a [Name],
    /// What each column is by the first rows.
    pub(crate) sample: &'a [Tally],
    /// What each column is by the file's own word, where it has one.
    pub(crate) declared: &'a [Option<Declared>],
    /// Whether numbers have a decimal point wherever no cell says otherwise.
    pub(crate) points: bool,
    /// What messages count rows by.
    pub(crate) counted: Counted,
}

impl Header<'_> {
    /// Reads the rows and settles what each column is; `about` is told what was read.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub(crate) fn table(
        self,
        rows: &mut dyn Rows,
        options: &Options,
        about: impl FnOnce(&Settled) -> About,
    ) -> Result<Table> {
        let columns = COLUMN * self.names.len() as u64;
        self.allowance.take(&self.path, "its columns", columns)?;
        let own = resolved(options, &texts(self.names), &self.path)?;
        let reader = Reader {
            path: self.path,
            names: self.names,
            sample: self.sample,
            declared: self.declared,
            points: self.points,
            counted: self.counted,
            options: &own,
            missing: Missing::with(&options.missing),
        };
        let settled = reader.read(rows)?;
        let about = about(&settled);
        let mut table = assemble(&reader, settled, about)?;
        table.take_columns_of_rows(&own)?;
        Ok(table)
    }
}

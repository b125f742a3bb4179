//! Whether a table has the target that is asked for, and rows without one.

use crate::table::dialect::names::place_of;
use crate::{DataError, MissingTarget, Options, Result, Table};

impl Table {
    /// Refuses a target that the options leave out, or that is a date.
    ///
    /// # Errors
    /// [`DataError::TargetLeftOut`], [`DataError::TargetIsMoment`].
    pub(crate) fn check_targets(&self, options: &Options) -> Result<()> {
        let aside = |name: &String| self.decisions.aside.iter().any(|(own, _)| own == name);
        let places: Vec<usize> = match options.targets.as_slice() {
            // Of a table whose last columns are dropped, the last one that is left is the target.
            [] => {
                let left = (0..self.names.len()).rev().find(|&place| {
                    !options.is_of_rows(&self.names[place])
                        && !aside(&self.names[place])
                        && !is_listed(&self.names[place], place, &options.drop)
                });
                left.into_iter().collect()
            }
            wanted => {
                let place = |wanted: &String| place_of(wanted, &self.names);
                wanted.iter().filter_map(place).collect()
            }
        };
        places
            .into_iter()
            .try_for_each(|place| self.check_target(place, options))
    }

    fn check_target(&self, place: usize, options: &Options) -> Result<()> {
        let name = &self.names[place];
        let refuse = |option| {
            Err(DataError::TargetLeftOut {
                path: self.path.clone(),
                column: name.clone(),
                option,
            })
        };
        if is_listed(name, place, &options.drop) {
            return refuse("among the columns to drop: leave it out of data.drop");
        }
        let kept = options.keep.as_ref();
        if kept.is_some_and(|keep| !is_listed(name, place, keep)) {
            return refuse(
                "not among the columns to keep: name it in data.keep, or another one in data.target",
            );
        }
        let reading = self.decisions.reading.as_ref();
        let moment = reading.and_then(|reading| reading.forms.get(name));
        if moment.is_some() && !self.columns.iter().any(|column| column.name == *name) {
            return Err(DataError::TargetIsMoment {
                path: self.path.clone(),
                column: name.clone(),
            });
        }
        Ok(())
    }

    /// The table without rows that lack the target, if the options say so; how many there were is noted.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`], [`DataError::NoColumns`].
    pub fn with_targets(mut self, options: &Options) -> Result<Self> {
        self.mark_targets(options);
        if options.missing_target == MissingTarget::Refuse {
            return Ok(self);
        }
        let targets = self.target_indices(&options.targets)?;
        let missing = |row: &usize| {
            targets
                .iter()
                .any(|&index| self.columns[index].is_missing(*row))
        };
        let rows: Vec<usize> = (0..self.rows()).filter(|row| !missing(row)).collect();
        let without = self.rows() - rows.len();
        if without == 0 || rows.is_empty() {
            return Ok(self);
        }
        let names: Vec<String> = targets
            .iter()
            .map(|&index| format!("'{}'", self.columns[index].name))
            .collect();
        let note = format!(
            "{without} of {} rows have no target {} and are left out",
            self.rows(),
            names.join(" or ")
        );
        let mut table = self.picked(&rows);
        table.decisions.notes.push(note);
        Ok(table)
    }
}

impl Table {
    /// The error of a table with nothing but the target, with what may be the reason.
    pub(crate) fn no_features(&self, target: &str) -> DataError {
        let aside: Vec<String> = self
            .decisions
            .aside
            .iter()
            .map(|(name, _)| format!("'{name}'"))
            .collect();
        let hint = if self.names.len() == 1 && target.contains([',', ';', '|', '\t', ' ']) {
            "; data.delimiter says what separates columns".to_owned()
        } else if aside.is_empty() {
            String::new()
        } else {
            format!(
                "; set aside are {}, which data.keep brings back",
                aside.join(", ")
            )
        };
        DataError::NoFeatures {
            path: self.path.clone(),
            target: target.to_owned(),
            hint,
        }
    }

    /// Says in the decisions which columns are targets, if they are there.
    fn mark_targets(&mut self, options: &Options) {
        for index in self.target_indices(&options.targets).unwrap_or_default() {
            let name = &self.columns[index].name;
            let mut columns = self.decisions.columns.iter_mut();
            if let Some(decided) = columns.find(|decided| decided.column == *name) {
                decided.kind = format!("target, {}", decided.kind);
            }
        }
    }
}

/// Whether a list names the column, by name or by position.
fn is_listed(name: &str, place: usize, list: &[String]) -> bool {
    let names =
        |own: &String| own == name || *own == format!("c{place}") || own.parse() == Ok(place);
    list.iter().any(names)
}

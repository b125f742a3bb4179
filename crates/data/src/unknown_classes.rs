//! Classes that are set aside, so that a model can be asked about what it never learned.

use crate::table::{Cells, Column};
use crate::target::sort_names;
use crate::{DataError, Images, Result, Table};

impl Images {
    /// The images of all other classes, and those of the named ones.
    ///
    /// # Errors
    /// [`DataError::UnknownClass`] for a name that no image has.
    pub fn partition(&self, unknown: &[String]) -> Result<(Self, Self)> {
        let is_named = |&label: &u32| unknown.contains(&self.label_name(label));
        let mut names: Vec<String> = Vec::new();
        for &label in &self.labels {
            let name = self.label_name(label);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        check(&self.path, unknown, names)?;
        let part = |named: bool| {
            let width: usize = self.shape.iter().product();
            let images = self.labels.iter().zip(self.pixels.chunks_exact(width));
            let own = || images.clone().filter(|(label, _)| is_named(label) == named);
            Self {
                pixels: own().flat_map(|(_, pixels)| pixels).copied().collect(),
                labels: own().map(|(&label, _)| label).collect(),
                ..self.clone()
            }
        };
        Ok((part(false), part(true)))
    }
}

impl Table {
    /// The rows of all other classes, and those of the named ones; `target` as for [`Table::target_index`].
    ///
    /// # Errors
    /// [`DataError::UnknownClass`] for a name that no row has, [`DataError::UnknownColumn`], [`DataError::NoColumns`].
    pub fn partition(&self, target: Option<&str>, unknown: &[String]) -> Result<(Self, Self)> {
        let column = &self.columns[self.target_index(target)?];
        let texts: Vec<Option<String>> = (0..self.rows()).map(|row| column.text(row)).collect();
        let mut names: Vec<String> = texts.iter().flatten().cloned().collect();
        names.sort_unstable();
        names.dedup();
        check(&self.path, unknown, names)?;
        let is_named = |row: usize| {
            texts[row]
                .as_ref()
                .is_some_and(|text| unknown.contains(text))
        };
        let (named, other): (Vec<usize>, Vec<usize>) = (0..self.rows()).partition(|&r| is_named(r));
        Ok((self.picked(&other), self.picked(&named)))
    }

    fn picked(&self, rows: &[usize]) -> Self {
        let cells = |cells: &Cells| match cells {
            Cells::Numbers(values) => Cells::Numbers(rows.iter().map(|&row| values[row]).collect()),
            Cells::Labels { codes, levels } => Cells::Labels {
                codes: rows.iter().map(|&row| codes[row]).collect(),
                levels: levels.clone(),
            },
        };
        let column = |column: &Column| Column {
            name: column.name.clone(),
            cells: cells(&column.cells),
        };
        Self {
            columns: self.columns.iter().map(column).collect(),
            lines: rows.iter().map(|&row| self.lines[row]).collect(),
            ..self.clone()
        }
    }
}

fn check(path: &str, unknown: &[String], mut names: Vec<String>) -> Result<()> {
    match unknown.iter().find(|name| !names.contains(name)) {
        None => Ok(()),
        Some(class) => {
            sort_names(&mut names);
            Err(DataError::UnknownClass {
                path: path.to_owned(),
                class: class.clone(),
                classes: names.join(", "),
            })
        }
    }
}

//! What a plan sees of the data and of the machine.

use std::fmt;

use decay_data::{Role, Target, TaskKind};
use decay_report::text::counted;

use crate::data::Data;

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Rows of columns.
    Table,
    /// Images.
    Images,
    /// Nodes of a graph.
    Graph,
}

/// The data in numbers; nothing of it depends on a value of a held-out row.
#[derive(Debug, Clone, PartialEq)]
pub struct Fingerprint {
    /// What the rows are.
    pub form: Form,
    /// Rows to choose and train on.
    pub rows: usize,
    /// Features that are numbers or pixels.
    pub numbers: usize,
    /// Features that are 0 or 1, or mostly 0.
    pub flags: usize,
    /// What is predicted.
    pub task: TaskKind,
    /// Classes, targets of a regression, or labels.
    pub outputs: usize,
    /// Training rows of the rarest class; absent of a regression.
    pub rarest: Option<usize>,
}

impl Fingerprint {
    pub(super) fn of(data: &Data) -> Self {
        let dataset = &data.dataset;
        let roles = dataset.schema.roles();
        let flag = |role: &&Role| matches!(role, Role::Flag | Role::Entry);
        let flags = roles.iter().filter(flag).count();
        let form = if dataset.graph.is_some() {
            Form::Graph
        } else if dataset.shape.len() == 3 {
            Form::Images
        } else {
            Form::Table
        };
        Self {
            form,
            rows: data.training.len(),
            numbers: roles.len() - flags,
            flags,
            task: dataset.task().kind(),
            outputs: data.outputs(),
            rarest: rarest(&dataset.target, &data.training),
        }
    }
}

fn rarest(target: &Target, rows: &[usize]) -> Option<usize> {
    let Target::Classes { labels, names } = target else {
        return None;
    };
    let mut counts = vec![0; names.len()];
    for &row in rows {
        counts[labels[row] as usize] += 1;
    }
    counts.into_iter().min()
}

impl fmt::Display for Fingerprint {
    /// `1437 images of 64 pixels, 10 classes (the rarest has 139)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = match self.form {
            Form::Table => counted(self.rows, "row"),
            Form::Images => counted(self.rows, "image"),
            Form::Graph => counted(self.rows, "node"),
        };
        write!(f, "{rows} of ")?;
        match (self.form, self.numbers, self.flags) {
            (Form::Images, numbers, _) => write!(f, "{}", counted(numbers, "pixel"))?,
            (_, 0, flags) => write!(f, "{}", counted(flags, "flag"))?,
            (_, numbers, 0) => write!(f, "{}", counted(numbers, "number"))?,
            (_, numbers, flags) => {
                let (numbers, flags) = (counted(numbers, "number"), counted(flags, "flag"));
                write!(f, "{numbers} and {flags}")?;
            }
        }
        match (self.task, self.rarest, self.outputs) {
            (TaskKind::Classification, rarest, classes) => {
                let rarest = rarest.unwrap_or_default();
                write!(f, ", {classes} classes (the rarest has {rarest})")
            }
            (TaskKind::Regression, _, 1) => f.write_str(", a regression"),
            (TaskKind::Regression, _, targets) => write!(f, ", a regression of {targets} targets"),
            (TaskKind::Multilabel, _, labels) => write!(f, ", {}", counted(labels, "label")),
        }
    }
}

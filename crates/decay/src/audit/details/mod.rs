//! What stands behind the headline figures: class by class, value by value, the worst mistakes, what the model goes by, and
//! whether it does worse for some of the rows. All of it speaks of the final models together, as predictions do.

mod answers;
mod by_class;
mod columns;
mod dependence;
mod features;
mod groups;
mod mistakes;
mod one_vs_rest;
mod subgroups;
mod values;

pub use by_class::ByClass;
pub(crate) use columns::plain;
pub use dependence::Dependence;
pub use features::{Importance, Importances};
pub(crate) use groups::check_by;
pub use mistakes::{Mistake, Mistakes};
pub use one_vs_rest::{OneClass, OneVsRest};
pub use subgroups::{GroupFigures, Grouping};
pub use values::OfTarget;

use decay_data::{Dataset, Target};

use self::answers::Answers;
use super::auditor::Auditor;
use crate::data::{Truth, truth};
use crate::error::Error;
use crate::event::Event;

/// Level of the intervals.
pub(crate) const LEVEL: f64 = 0.95;

/// The parts that were measured.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// Of a classification.
    pub classes: Option<ByClass>,
    /// Of labels, each beside the rows that it does not apply to.
    pub labels: Option<OneVsRest>,
    /// Of a regression, each target.
    pub values: Vec<OfTarget>,
    /// What is most wrong.
    pub mistakes: Option<Mistakes>,
    /// What the model goes by, of a table.
    pub importance: Option<Importances>,
    /// Figures by the values of a column, if one is named.
    pub grouping: Option<Grouping>,
}

impl Auditor<'_> {
    /// Measures them on rows that took no part in anything.
    pub(super) fn details(&self, data: &Dataset, rows: &[usize]) -> Result<Details, Error> {
        (self.observe)(Event::Auditing("classes and columns"));
        let truth = truth(&data.target, rows);
        let answers = self.answers(data.into(), rows)?;
        let (mut classes, mut labels) = (None, None);
        let stop = self.targets.stop;
        match (&answers, &truth, &data.target) {
            (
                Answers::Classes(logits),
                Truth::Classes { labels, .. },
                Target::Classes { names, .. },
            ) => {
                classes = Some(ByClass::of(logits, labels, names, stop)?);
            }
            (Answers::Labels(logits), Truth::Flags(flags), Target::Flags { labels: names, .. }) => {
                let names: Vec<String> = names.iter().map(|own| own.name.clone()).collect();
                labels = Some(OneVsRest::of_labels(logits, flags, &names, stop)?);
            }
            _ => {}
        }
        let importance = self.importance(data, rows)?;
        Ok(Details {
            classes,
            labels,
            values: values::of_targets(&answers, &truth, &self.schema.targets),
            mistakes: self.mistakes(data, rows, (&answers, &truth), importance.as_ref()),
            grouping: self.grouping(data, rows, (&answers, &truth))?,
            importance,
        })
    }
}

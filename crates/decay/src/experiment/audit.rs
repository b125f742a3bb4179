//! The audit of the population, on the rows that were held out.

use super::{CrossValidation, Session};
use crate::audit::{Auditor, PopulationFigures};
use crate::error::Error;
use crate::event::Event;
use crate::settings::Curves;
use crate::targets::TargetModels;

impl Session<'_> {
    /// Figures of every member of a sweep on the held-out rows; `None` without such rows, and where the settings want none.
    pub(super) fn audit_sweep(
        &self,
        validated: &CrossValidation,
    ) -> Result<Option<PopulationFigures>, Error> {
        let settings = &self.settings.audit;
        let (Some((held_out, rows)), true) =
            (self.data.held_out(), settings.population != Curves::None)
        else {
            return Ok(None);
        };
        self.tell(Event::Auditing("the population"));
        let members = validated.plan.members.iter();
        let models = members.zip(&validated.trained.outcomes);
        let models = models.map(|(member, outcome)| (&outcome.state, member.fold, member.seed));
        let loss = self.settings.train.loss;
        let outputs = loss.outputs(&self.data.dataset.task());
        let scales = validated.scales.clone();
        let auditor = Auditor {
            targets: TargetModels {
                loss,
                stop: self.stop(),
                ..TargetModels::new(&self.network, models, scales, outputs)
            },
            schema: &self.data.dataset.schema,
            outliers: &self.outliers,
            settings,
            machine: &self.machine,
            observe: self.observer(),
        };
        let sound: Vec<bool> = validated.measured.iter().map(Option::is_some).collect();
        let figures = auditor.population(&sound, held_out, rows);
        self.tell(Event::Audited);
        figures.map(Some)
    }
}

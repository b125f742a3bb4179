//! Everything that an audit measures, in the order of the report.

use decay_data::{Dataset, Schema};

use super::detection::{Detections, Labelled, MOST_FITTED};
use super::metrics::{HeldOutAudit, audit_members};
use super::robustness::Robustness;
use super::shifts::{Shifts, shifts};
use super::target::TargetModels;
use super::unit::Unit;
use crate::data::{Data, Outliers, Truth, truth};
use crate::device::Machine;
use crate::error::Error;
use crate::event::{Event, Observer};
use crate::model::Model;
use crate::settings::AuditSettings;

/// What was found; a part that does not apply is absent.
pub struct AuditResult {
    /// Calibration and errors.
    pub metrics: HeldOutAudit,
    /// Of other data.
    pub detections: Option<Detections>,
    /// Corrupted images.
    pub shifts: Option<Shifts>,
    /// Attacks and certificates.
    pub robustness: Option<Robustness>,
}

/// Models, what they are measured with, and who is told.
pub(super) struct Auditor<'a> {
    pub(super) targets: &'a TargetModels<'a>,
    pub(super) schema: &'a Schema,
    pub(super) settings: &'a AuditSettings,
    pub(super) machine: &'a Machine,
    pub(super) observe: Observer<'a>,
}

/// Measures what the settings ask for and the model allows, on rows that took no part in anything.
///
/// Scores that are fitted need the `data` that the model was trained on.
pub(crate) fn audit_model(
    model: &Model,
    data: Option<&Data>,
    (held_out, rows): (&Dataset, &[usize]),
    outliers: &[Outliers],
    settings: &AuditSettings,
    observe: Observer<'_>,
) -> Result<AuditResult, Error> {
    let (targets, machine) = (&model.targets(), &model.machine);
    let auditor = Auditor {
        targets,
        schema: &model.file.schema,
        settings,
        machine,
        observe,
    };
    observe(Event::Auditing("calibration"));
    let truth = &truth(&held_out.target, rows);
    let first = outliers.iter().find(|set| !set.near).or(outliers.first());
    let metrics = audit_members(targets, (held_out.into(), rows), truth, first, machine)?;
    let mut found = AuditResult {
        metrics,
        detections: None,
        shifts: None,
        robustness: None,
    };
    if let Truth::Classes { labels, .. } = truth {
        let whole = Labelled {
            samples: held_out.into(),
            rows,
            labels,
        };
        auditor.classification(&mut found, whole, data, outliers)?;
    }
    observe(Event::Audited);
    Ok(found)
}

impl Auditor<'_> {
    fn classification(
        &self,
        found: &mut AuditResult,
        whole: Labelled<'_>,
        data: Option<&Data>,
        outliers: &[Outliers],
    ) -> Result<(), Error> {
        let unit = Unit::of(self.schema, self.targets).ok();
        if !outliers.is_empty() {
            (self.observe)(Event::Auditing("detection"));
            let data = data.filter(|_| self.settings.features);
            let trained = data.and_then(|data| match truth(&data.dataset.target, &data.training) {
                Truth::Classes { labels, .. } => {
                    Some((&*data.dataset, spread(&data.training, &labels, MOST_FITTED)))
                }
                Truth::Values(_) => None,
            });
            let fitting = trained.as_ref().map(|(data, (rows, labels))| Labelled {
                samples: (*data).into(),
                rows,
                labels,
            });
            let unit = unit.as_ref().filter(|_| self.settings.features);
            found.detections = Some(self.detections(whole, fitting, unit, outliers)?);
        }
        let most = self.settings.rows_for(self.targets.network);
        let (rows, labels) = spread(whole.rows, whole.labels, most);
        let few = Labelled {
            rows: &rows,
            labels: &labels,
            ..whole
        };
        if let (Some(unit), true) = (&unit, self.settings.corruptions) {
            (self.observe)(Event::Auditing("corruptions"));
            found.shifts = shifts(self.targets, few, unit, self.machine)?;
        }
        (self.observe)(Event::Auditing("robustness"));
        found.robustness = self.robustness(few)?;
        Ok(())
    }
}

/// At most so many rows, evenly spread over all, with their labels.
fn spread(rows: &[usize], labels: &[usize], most: usize) -> (Vec<usize>, Vec<usize>) {
    let count = rows.len().min(most);
    let places = (0..count).map(|i| i * rows.len() / count);
    places.map(|place| (rows[place], labels[place])).unzip()
}

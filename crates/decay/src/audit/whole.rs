//! Everything that an audit measures, in the order of the report.

use decay_data::Schema;
use decay_train::Samples;

use super::detection::{Detecting, Detections, Labelled, MOST_FITTED};
use super::metrics::{HeldOutAudit, audit_members};
use super::robustness::{Attacking, Robustness};
use super::shifts::{Shifts, shifts};
use super::subject::Subject;
use super::unit::Unit;
use crate::device::Machine;
use crate::error::Error;
use crate::event::{Event, Observer};
use crate::experiment::{Outliers, Truth};
use crate::settings::AuditSettings;

/// Models, rows and what to measure on them.
pub struct Auditing<'a> {
    pub subject: &'a Subject<'a>,
    pub schema: &'a Schema,
    /// Rows that took no part in anything.
    pub held_out: (Samples<'a>, &'a [usize]),
    pub truth: &'a Truth,
    /// Rows that the models were trained on, with their labels, for scores that are fitted.
    pub training: Option<Labelled<'a>>,
    pub outliers: &'a [Outliers],
    pub settings: &'a AuditSettings,
    pub machine: &'a Machine,
    pub observe: Observer<'a>,
}

/// What was found; a part that does not apply is absent.
pub struct AuditResult {
    pub metrics: HeldOutAudit,
    pub detections: Option<Detections>,
    pub shifts: Option<Shifts>,
    pub robustness: Option<Robustness>,
}

impl Auditing<'_> {
    /// Measures what the settings ask for and the models allow.
    pub fn measure(&self) -> Result<AuditResult, Error> {
        (self.observe)(Event::Auditing("calibration"));
        let first = self
            .outliers
            .iter()
            .find(|set| !set.near)
            .or(self.outliers.first());
        let metrics = audit_members(self.subject, self.held_out, self.truth, first, self.machine)?;
        let mut found = AuditResult {
            metrics,
            detections: None,
            shifts: None,
            robustness: None,
        };
        let Truth::Classes { labels, .. } = self.truth else {
            return Ok(found);
        };
        let unit = Unit::of(self.schema, self.subject).ok();
        let whole = Labelled {
            samples: self.held_out.0,
            rows: self.held_out.1,
            labels,
        };
        if !self.outliers.is_empty() {
            (self.observe)(Event::Auditing("detection"));
            found.detections = Some(self.detections(whole, unit.as_ref())?);
        }
        let (rows, labels) = spread(whole, self.settings.rows_for(self.subject.network));
        let few = Labelled {
            rows: &rows,
            labels: &labels,
            ..whole
        };
        if let (Some(unit), true) = (&unit, self.settings.corruptions) {
            (self.observe)(Event::Auditing("corruptions"));
            found.shifts = shifts(self.subject, few, unit, self.machine)?;
        }
        (self.observe)(Event::Auditing("robustness"));
        found.robustness = Attacking {
            subject: self.subject,
            rows: few,
            schema: self.schema,
            settings: self.settings,
            machine: self.machine,
            progress: &|share| (self.observe)(Event::Attacked(share)),
        }
        .measure()?;
        (self.observe)(Event::Audited);
        Ok(found)
    }

    fn detections(&self, inside: Labelled<'_>, unit: Option<&Unit>) -> Result<Detections, Error> {
        let chosen = self.training.filter(|_| self.settings.features);
        let chosen = chosen.map(|training| (training, spread(training, MOST_FITTED)));
        Detecting {
            subject: self.subject,
            inside,
            fitting: chosen.as_ref().map(|(training, (rows, labels))| Labelled {
                rows,
                labels,
                ..*training
            }),
            unit: unit.filter(|_| self.settings.features),
            machine: self.machine,
        }
        .measure(self.outliers)
    }
}

/// At most so many rows, evenly spread over all, with their labels.
fn spread(all: Labelled<'_>, most: usize) -> (Vec<usize>, Vec<usize>) {
    let count = all.rows.len().min(most);
    let places = (0..count).map(|i| i * all.rows.len() / count);
    places
        .map(|place| (all.rows[place], all.labels[place]))
        .unzip()
}

//! Everything that an audit measures, in the order of the report.

use decay_data::Dataset;

use super::auditor::{Auditor, Labelled};
use super::details::Details;
use super::detection::{Detections, MOST_FITTED};
use super::held_out::HeldOutFigures;
use super::robustness::Robustness;
use super::shifts::Shifts;
use super::unit::Unit;
use crate::data::{Data, Truth, truth};
use crate::error::Error;
use crate::event::Event;

/// What was found; a part that does not apply is absent.
pub struct Measurements {
    /// Name of what is predicted; empty if it is not known.
    pub target: String,
    /// Calibration and errors.
    pub held_out: HeldOutFigures,
    /// What stands behind them.
    pub details: Details,
    /// Of other data.
    pub detections: Option<Detections>,
    /// Corrupted images.
    pub shifts: Option<Shifts>,
    /// Attacks and certificates.
    pub robustness: Option<Robustness>,
}

impl From<HeldOutFigures> for Measurements {
    fn from(held_out: HeldOutFigures) -> Self {
        Self {
            target: String::new(),
            held_out,
            details: Details::default(),
            detections: None,
            shifts: None,
            robustness: None,
        }
    }
}

impl Auditor<'_> {
    /// Measures what the settings ask for and the models allow, on rows that took no part in anything.
    ///
    /// Scores that are fitted need the data that the models were `trained` on.
    pub(crate) fn measure(
        &self,
        trained: Option<&Data>,
        data: &Dataset,
        rows: &[usize],
    ) -> Result<Measurements, Error> {
        (self.observe)(Event::Auditing("calibration"));
        let truth = truth(&data.target, rows);
        let mut found = Measurements {
            target: self.schema.target(),
            details: self.details(data, rows)?,
            ..self.held_out(data, rows, &truth)?.into()
        };
        if let Truth::Classes { labels, .. } = &truth {
            let whole = Labelled {
                samples: data.into(),
                rows,
                labels,
            };
            found.detections = self.detection(whole, trained)?;
            let most = self.settings.rows_for(self.targets.network);
            let (rows, labels) = spread(rows, labels, most);
            let few = Labelled {
                rows: &rows,
                labels: &labels,
                ..whole
            };
            found.shifts = self.shifts(few)?;
            (self.observe)(Event::Auditing("robustness"));
            found.robustness = self.robustness(few)?;
        }
        (self.observe)(Event::Audited);
        Ok(found)
    }

    fn detection(
        &self,
        whole: Labelled<'_>,
        trained: Option<&Data>,
    ) -> Result<Option<Detections>, Error> {
        if self.outliers.is_empty() {
            return Ok(None);
        }
        (self.observe)(Event::Auditing("detection"));
        let trained = trained.filter(|_| self.settings.features);
        let trained = trained.and_then(|data| match truth(&data.dataset.target, &data.training) {
            Truth::Classes { labels, .. } => {
                Some((&*data.dataset, spread(&data.training, &labels, MOST_FITTED)))
            }
            Truth::Values(_) | Truth::Flags(_) => None,
        });
        let fitting = trained
            .as_ref()
            .map(|&(data, (ref rows, ref labels))| Labelled {
                samples: data.into(),
                rows,
                labels,
            });
        let unit = Unit::of(self.schema, &self.targets).ok();
        let unit = unit.as_ref().filter(|_| self.settings.features);
        self.detections(whole, fitting, unit).map(Some)
    }
}

/// At most so many rows, evenly spread over all, with their labels.
fn spread(rows: &[usize], labels: &[usize], most: usize) -> (Vec<usize>, Vec<usize>) {
    let count = rows.len().min(most);
    let places = (0..count).map(|i| i * rows.len() / count);
    places.map(|place| (rows[place], labels[place])).unzip()
}

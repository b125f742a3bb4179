//! The whole population of a sweep on rows that no choice has seen.

use decay_audit::{
    AuditConfig, Logits, MemberFigures, Metric, MetricTask, PopulationMember, audit_population,
    label_logits,
};
use decay_data::Dataset;
use decay_report::text::capitalised;
use decay_report::{AuditCurve, Spread};
use decay_robust::attack::{Apgd, Attack, Norm, Objective};
use decay_train::Plan;

use super::auditor::{Auditor, Labelled};
use super::robustness::usual_radii;
use super::unit::{Arena, Unit};
use crate::data::{Truth, truth};
use crate::error::Error;
use crate::said::{Said, values_in};
use crate::settings::Curves;

/// Figures of each member by name; nothing for one that diverged.
pub(crate) type PopulationFigures = Vec<MemberFigures>;

impl Auditor<'_> {
    /// Figures of every `sound` member, all without intervals of their own: the spread over members is what curves show.
    pub(crate) fn population(
        &self,
        sound: &[bool],
        data: &Dataset,
        rows: &[usize],
    ) -> Result<PopulationFigures, Error> {
        let outputs = self.targets.outputs(data.into(), rows, self.machine)?;
        let weights = data.weights_of(rows);
        let weights = weights.as_deref();
        let mut figures = match &truth(&data.target, rows) {
            Truth::Values(values) => self.errors(&outputs, values, weights),
            Truth::Flags(flags) => of_labels(&outputs, flags, weights),
            Truth::Classes { labels, classes } => {
                let mut figures = self.calibration(&outputs, (labels, weights), *classes)?;
                if self.settings.population == Curves::Attacks {
                    let few = rows.len().min(self.settings.rows_for(self.targets.network));
                    let few = Labelled {
                        samples: data.into(),
                        rows: &rows[..few],
                        labels: &labels[..few],
                    };
                    self.attack(few, sound, &mut figures)?;
                }
                figures
            }
        };
        let unsound = figures.iter_mut().zip(sound).filter(|(_, sound)| !**sound);
        unsound.for_each(|(figures, _)| figures.clear());
        Ok(figures)
    }

    fn calibration(
        &self,
        outputs: &[Vec<f32>],
        (labels, weights): (&[usize], Option<&[f64]>),
        classes: usize,
    ) -> Result<PopulationFigures, Error> {
        let ood = self.outliers.first();
        let ood = ood.map(|set| self.targets.all_outputs(set.samples(), self.machine));
        let ood = ood.transpose()?;
        let members: Vec<_> = outputs
            .iter()
            .enumerate()
            .map(|(index, logits)| PopulationMember {
                logits,
                ood: ood.as_ref().map(|ood| ood[index].as_slice()),
                temperature: None,
            })
            .collect();
        let config = AuditConfig::default();
        let config = config.weighted(weights).stopped_by(self.targets.stop);
        let figures = audit_population(&members, labels, classes, config)?;
        Ok(figures.into_iter().map(Result::unwrap_or_default).collect())
    }

    fn errors(
        &self,
        outputs: &[Vec<f32>],
        values: &[Vec<f64>],
        weights: Option<&[f64]>,
    ) -> PopulationFigures {
        let (targets, members) = (&self.targets, outputs.iter().zip(&self.targets.models));
        let figures = members.map(|(outputs, model)| {
            let scales = &targets.scales[model.fold].targets;
            let units = targets.loss.units(scales);
            let said = Said::by(targets.loss, outputs, scales).in_units(&units);
            let values = values_in(&units, values);
            let figure = |metric: &Metric| {
                let own = values.iter().enumerate();
                let own = own
                    .map(|(target, values)| metric.of_values(said.values(target), values, weights));
                let sum = own.sum::<Result<f64, _>>().ok()?;
                Some((metric.key.to_owned(), sum / values.len() as f64))
            };
            let metrics = Metric::objectives(MetricTask::Regression);
            metrics.filter_map(figure).collect()
        });
        figures.collect()
    }

    /// Robust accuracy of every sound member at one radius, all in one program.
    fn attack(
        &self,
        rows: Labelled<'_>,
        sound: &[bool],
        figures: &mut PopulationFigures,
    ) -> Result<(), Error> {
        let Ok(unit) = Unit::of(self.schema, &self.targets) else {
            return Ok(());
        };
        let sound: Vec<usize> = (0..sound.len()).filter(|&member| sound[member]).collect();
        let models = sound.iter().map(|&member| self.targets.models[member]);
        let auditor = Auditor {
            targets: self.targets.with(models.collect()),
            ..*self
        };
        let attacked = unit.attacked(&auditor.targets, rows.samples, rows.rows);
        let arena = Arena::new(&auditor, &unit, &attacked, rows, &|_| ());
        for norm in self.settings.norms.iter().map(|norm| norm.norm()) {
            let apgd = Apgd {
                objective: Objective::CrossEntropy,
                steps: 20,
                ..Apgd::default()
            };
            let trial = arena.trial(norm, usual_radius(norm, &unit));
            let outcomes = trial.attack(&Attack::Apgd(apgd))?;
            for (&member, outcome) in sound.iter().zip(&outcomes) {
                let name = format!("robust_accuracy_{}", norm.name());
                figures[member].insert(name, outcome.robust_accuracy());
            }
        }
        Ok(())
    }
}

/// Figures of members that tell labels.
fn of_labels(
    outputs: &[Vec<f32>],
    flags: &[Vec<bool>],
    weights: Option<&[f64]>,
) -> PopulationFigures {
    let figures = |logits: &Logits<'_>| {
        let figure = |metric: &Metric| {
            let value = metric.of_labels(logits, flags, weights).ok()?;
            Some((metric.key.to_owned(), value))
        };
        let metrics = Metric::objectives(MetricTask::Multilabel);
        metrics.filter_map(figure).collect()
    };
    // A member that diverged has no logits.
    let of_member = |outputs: &Vec<f32>| {
        let logits = label_logits(outputs, flags.len());
        logits.map_or_else(|_| MemberFigures::new(), |logits| figures(&logits))
    };
    outputs.iter().map(of_member).collect()
}

/// The radius at which the population is attacked.
fn usual_radius(norm: Norm, unit: &Unit) -> f64 {
    let radii = usual_radii(norm, unit);
    radii[radii.len() / 2]
}

/// Members at a value of the swept axis, those of each fold together.
pub(crate) type Folds = Vec<Vec<usize>>;

/// The members at each setting of a row, by fold.
pub(crate) fn folds_of(plan: &Plan, row: &[usize]) -> Vec<Folds> {
    let of_setting = |&setting: &usize| {
        let members: Vec<usize> = plan.of_setting(setting).collect();
        members.chunks(plan.seeds).map(<[usize]>::to_vec).collect()
    };
    row.iter().map(of_setting).collect()
}

/// Mean over folds of the mean over seeds at each point; the spread is that of the folds.
pub(crate) fn audit_curves(figures: &PopulationFigures, points: &[Folds]) -> Vec<AuditCurve> {
    let curve = |metric: &Metric| {
        let of_point = |folds| over_folds(figures, folds, metric.key);
        let spreads: Vec<Option<Spread>> = points.iter().map(of_point).collect();
        spreads.iter().any(Option::is_some).then(|| AuditCurve {
            name: metric.key.to_owned(),
            label: capitalised(metric.label),
            axis: metric.axis(),
            spreads,
        })
    };
    let drawn = Metric::ALL.iter().filter(|metric| metric.drawn);
    let mut curves: Vec<AuditCurve> = Vec::new();
    for curve in drawn.filter_map(curve) {
        // Some figures of several kinds of data have one name.
        if curves.iter().all(|other| other.name != curve.name) {
            curves.push(curve);
        }
    }
    curves
}

fn over_folds(figures: &PopulationFigures, folds: &Folds, name: &str) -> Option<Spread> {
    let values = |members: &Vec<usize>| {
        let values = members
            .iter()
            .filter_map(|&m| figures[m].get(name).copied());
        values.filter(|value| value.is_finite()).collect()
    };
    let spread = Spread::of_means(folds.iter().map(values));
    (spread.n > 0).then_some(spread)
}

/// The rows of `population.csv`: figures of each member, one to a line.
pub(crate) fn population_csv(figures: &PopulationFigures) -> String {
    let mut csv = "member,metric,value\n".to_owned();
    for (member, figures) in figures.iter().enumerate() {
        for (name, value) in figures {
            csv.push_str(&format!("{member},{name},{value}\n"));
        }
    }
    csv
}

//! The whole population of a sweep on rows that no choice has seen.

use std::collections::BTreeMap;

use decay_audit::{AuditConfig, Metric, MetricTask, PopulationMember, audit_population};
use decay_data::Schema;
use decay_report::{AuditCurve, Spread};
use decay_robust::attack::{Apgd, Attack, Norm, Objective, Rows, Threat, Trial};
use decay_train::{Plan, Samples};

use super::detection::Labelled;
use super::target::TargetModels;
use super::unit::Unit;
use crate::data::{Outliers, Truth};
use crate::device::Machine;
use crate::error::Error;
use crate::experiment::validation_metric::predictions;
use crate::records::capitalised;
use crate::settings::{AuditSettings, Curves};

/// Figures of each member by name; nothing for one that diverged.
pub(crate) type PopulationFigures = Vec<BTreeMap<String, f64>>;

/// What the population's audit needs to know.
pub(crate) struct Surveying<'a> {
    /// Every member of the sweep, those that diverged too.
    pub(crate) targets: &'a TargetModels<'a>,
    /// Whether each member is fit to be measured.
    pub(crate) sound: &'a [bool],
    pub(crate) samples: Samples<'a>,
    pub(crate) rows: &'a [usize],
    pub(crate) truth: &'a Truth,
    pub(crate) schema: &'a Schema,
    pub(crate) outliers: Option<&'a Outliers>,
    pub(crate) settings: &'a AuditSettings,
    pub(crate) machine: &'a Machine,
}

impl Surveying<'_> {
    /// Figures of every member, all without intervals of their own: the spread over members is what curves show.
    pub(crate) fn measure(&self) -> Result<PopulationFigures, Error> {
        let outputs = self
            .targets
            .outputs(self.samples, self.rows, self.machine)?;
        let mut figures = match self.truth {
            Truth::Classes { labels, classes } => {
                self.classification(&outputs, labels, *classes)?
            }
            Truth::Values(values) => self.regression(&outputs, values)?,
        };
        if let (Truth::Classes { labels, .. }, Curves::Attacks) =
            (self.truth, self.settings.population)
        {
            self.attack(labels, &mut figures)?;
        }
        Ok(figures)
    }

    fn classification(
        &self,
        outputs: &[Vec<f32>],
        labels: &[usize],
        classes: usize,
    ) -> Result<PopulationFigures, Error> {
        let ood = match self.outliers {
            Some(outliers) => {
                let all: Vec<usize> = (0..outliers.rows).collect();
                Some(
                    self.targets
                        .outputs(outliers.samples(), &all, self.machine)?,
                )
            }
            None => None,
        };
        let members: Vec<_> = outputs
            .iter()
            .enumerate()
            .map(|(index, logits)| PopulationMember {
                logits,
                ood: ood.as_ref().map(|ood| ood[index].as_slice()),
                temperature: None,
            })
            .collect();
        let figures = audit_population(&members, labels, classes, &AuditConfig::default())?;
        let sound = figures.into_iter().zip(self.sound);
        Ok(sound
            .map(|(figures, &sound)| figures.ok().filter(|_| sound).unwrap_or_default())
            .collect())
    }

    fn regression(&self, outputs: &[Vec<f32>], values: &[f64]) -> Result<PopulationFigures, Error> {
        let members = outputs.iter().zip(&self.targets.models).zip(self.sound);
        members
            .map(|((outputs, model), &sound)| {
                let mut figures = BTreeMap::new();
                let predicted = predictions(outputs, self.targets.scales[model.fold].target);
                if sound && predicted.iter().all(|value| value.is_finite()) {
                    for metric in Metric::objectives(MetricTask::Regression) {
                        if let Ok(value) = metric.of_values(&predicted, values, None) {
                            figures.insert(metric.key.to_owned(), value);
                        }
                    }
                }
                Ok(figures)
            })
            .collect()
    }

    /// Robust accuracy of every sound member at one radius, all in one program.
    fn attack(&self, labels: &[usize], figures: &mut PopulationFigures) -> Result<(), Error> {
        let Ok(unit) = Unit::of(self.schema, self.targets) else {
            return Ok(());
        };
        let sound: Vec<usize> = (0..self.sound.len()).filter(|&m| self.sound[m]).collect();
        let models = sound.iter().map(|&member| self.targets.models[member]);
        let targets = TargetModels {
            models: models.collect(),
            scales: self.targets.scales.clone(),
            ..*self.targets
        };
        let few = self
            .rows
            .len()
            .min(self.settings.rows_for(self.targets.network));
        let rows = Labelled {
            samples: self.samples,
            rows: &self.rows[..few],
            labels: &labels[..few],
        };
        let attacked = unit.attacked(&targets, rows.samples, rows.rows);
        for &norm in &self.settings.norms {
            let norm = norm.norm();
            let trial = Trial {
                population: attacked.population(&unit, &targets, self.machine),
                rows: Rows {
                    x: &attacked.x,
                    labels: rows.labels,
                },
                threat: Threat {
                    norm,
                    radius: usual_radius(norm, &unit),
                    bounds: unit.bounds(),
                },
                starts: None,
                keep_examples: false,
                progress: &|_| (),
            };
            let apgd = Apgd {
                objective: Objective::CrossEntropy,
                steps: 20,
                ..Apgd::default()
            };
            let outcomes = trial.attack(&Attack::Apgd(apgd))?;
            for (&member, outcome) in sound.iter().zip(&outcomes) {
                let name = format!("robust_accuracy_{}", norm.name());
                figures[member].insert(name, outcome.robust_accuracy());
            }
        }
        Ok(())
    }
}

/// The radius at which the population is attacked.
pub(crate) fn usual_radius(norm: Norm, unit: &Unit) -> f64 {
    let radii = super::robustness::usual_radii(norm, unit);
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
    drawn.filter_map(curve).collect()
}

fn over_folds(figures: &PopulationFigures, folds: &Folds, name: &str) -> Option<Spread> {
    let of_fold = |members: &Vec<usize>| {
        let values: Vec<f64> = members
            .iter()
            .filter_map(|&member| figures[member].get(name).copied())
            .filter(|value| value.is_finite())
            .collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let folds: Vec<f64> = folds.iter().filter_map(of_fold).collect();
    (!folds.is_empty()).then(|| Spread::of(&folds))
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

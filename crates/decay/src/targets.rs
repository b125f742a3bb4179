//! Models of one architecture, and what they make of rows.

use decay_audit::ood::{Features, LinearHead};
use decay_audit::{
    Logits, MemberPredictions, Predictive, label_logits, mean_values, mixture_variances,
};
use decay_data::TargetScale;
use decay_model::{MemberState, Network};
use decay_train::{Evaluation, FoldScales, Loss, Problem, Samples};

use crate::device::Machine;
use crate::error::Error;

/// One of the models.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TargetModel<'a> {
    pub(crate) state: &'a MemberState,
    /// Whose scales its inputs have.
    pub(crate) fold: usize,
    /// What its random numbers depend on.
    pub(crate) seed: u64,
}

/// Models of one architecture.
pub(crate) struct TargetModels<'a> {
    pub(crate) network: &'a Network,
    pub(crate) models: Vec<TargetModel<'a>>,
    /// Of each fold.
    pub(crate) scales: Vec<FoldScales>,
    pub(crate) outputs: usize,
    pub(crate) temperature: Option<f64>,
    /// Noise variance of each target; none where it is not known.
    pub(crate) sigma2: Vec<f64>,
    /// What the models were trained by, which says what their outputs are.
    pub(crate) loss: Loss,
    /// What a value is that was trained by [`Loss::Quantile`].
    pub(crate) quantile: f64,
}

/// What one model makes of some rows.
pub(crate) struct Seen {
    /// Of each hidden layer; the last is what the head reads.
    pub(crate) hidden: Vec<Features<'static>>,
    pub(crate) logits: Logits<'static>,
}

impl<'a> TargetModels<'a> {
    /// Models with the fold whose scales their inputs have, and their seeds.
    pub(crate) fn new(
        network: &'a Network,
        models: impl Iterator<Item = (&'a MemberState, usize, u64)>,
        scales: Vec<FoldScales>,
        outputs: usize,
    ) -> Self {
        let model = |(state, fold, seed)| TargetModel { state, fold, seed };
        Self {
            network,
            models: models.map(model).collect(),
            scales,
            outputs,
            temperature: None,
            sigma2: Vec::new(),
            loss: Loss::Auto,
            quantile: 0.5,
        }
    }

    /// Raw outputs of each model on the given rows.
    pub(crate) fn outputs(
        &self,
        samples: Samples<'_>,
        rows: &[usize],
        machine: &Machine,
    ) -> Result<Vec<Vec<f32>>, Error> {
        let problem = self.problem(samples, machine)?;
        let evaluations = self.evaluations(rows);
        let resources = &machine.resources;
        Ok(decay_train::outputs(
            self.network,
            &problem,
            &evaluations,
            resources,
        )?)
    }

    /// Other models of the same architecture and scales.
    pub(crate) fn with(&self, models: Vec<TargetModel<'a>>) -> Self {
        Self {
            models,
            scales: self.scales.clone(),
            sigma2: self.sigma2.clone(),
            ..*self
        }
    }

    /// Raw outputs of each model on all of the rows.
    pub(crate) fn all_outputs(
        &self,
        samples: Samples<'_>,
        machine: &Machine,
    ) -> Result<Vec<Vec<f32>>, Error> {
        let rows: Vec<usize> = (0..samples.rows).collect();
        self.outputs(samples, &rows, machine)
    }

    /// Hidden layers and logits of each model on the given rows.
    pub(crate) fn representations(
        &self,
        samples: Samples<'_>,
        rows: &[usize],
        machine: &Machine,
    ) -> Result<Vec<Seen>, Error> {
        let problem = self.problem(samples, machine)?;
        let evaluations = self.evaluations(rows);
        let resources = &machine.resources;
        let all = decay_train::representations(self.network, &problem, &evaluations, resources)?;
        let seen = |values: &Vec<f32>| Seen::new(values, &all.widths, rows.len());
        all.values.iter().map(seen).collect()
    }

    /// The last linear map of a model.
    pub(crate) fn head(&self, model: usize) -> Option<LinearHead> {
        let head = self.network.head(self.models[model].state)?;
        let width = head.weight.len() / head.bias.len();
        // The file has a column for each class, the score a row.
        let weight = (0..head.bias.len())
            .flat_map(|k| (0..width).map(move |i| (i, k)))
            .map(|(i, k)| f64::from(head.weight[i * head.bias.len() + k]));
        let bias = head.bias.iter().map(|&b| f64::from(b)).collect();
        LinearHead::new(weight.collect(), bias, width).ok()
    }

    fn problem(&self, samples: Samples<'_>, machine: &Machine) -> Result<Problem, Error> {
        // Other networks read the nodes of a graph as rows.
        let samples = Samples {
            graph: samples.graph.filter(|_| self.network.reads_edges()),
            ..samples
        };
        let scales = self.scales.clone();
        Ok(Problem::unlabelled(
            samples,
            scales,
            self.outputs,
            &machine.devices,
        )?)
    }

    fn evaluations<'r>(&self, rows: &'r [usize]) -> Vec<Evaluation<'r>>
    where
        'a: 'r,
    {
        let models = self.models.iter();
        models
            .map(|model| Evaluation {
                state: model.state,
                fold: model.fold,
                rows,
            })
            .collect()
    }
}

/// The logits in the raw outputs of classifiers.
pub(crate) fn logits(outputs: &[Vec<f32>], classes: usize) -> Result<Vec<Logits<'static>>, Error> {
    let outputs = outputs.iter();
    let logits = outputs.map(|own| Logits::from_f32(own, own.len() / classes, classes));
    Ok(logits.collect::<Result<_, _>>()?)
}

/// The logits of no and yes for every label of every row in raw outputs.
pub(crate) fn logits_of_labels(
    outputs: &[Vec<f32>],
    labels: usize,
) -> Result<Vec<Logits<'static>>, Error> {
    let logits = outputs.iter().map(|own| label_logits(own, labels));
    Ok(logits.collect::<Result<_, _>>()?)
}

/// What classifiers say together: the mean of their probabilities, as logits, each one's divided by the temperature first.
pub(crate) fn together(
    logits: &[Logits<'_>],
    temperature: Option<f64>,
) -> Result<Logits<'static>, Error> {
    let together = match temperature {
        Some(temperature) => Logits::together_at(logits, temperature),
        None => Logits::together(logits),
    };
    Ok(together?)
}

/// What a model of a regression says of rows, `[targets]`.
pub(crate) struct Said(Vec<SaidOfTarget>);

/// What a model says of one target.
struct SaidOfTarget {
    /// `[rows]`, in the target's unit.
    values: Vec<f64>,
    /// Of rows that have one of their own.
    variances: Option<Vec<f64>>,
}

impl Said {
    /// By the raw outputs of a model that was trained by this loss.
    pub(crate) fn by(loss: Loss, outputs: &[f32], scales: &[TargetScale]) -> Self {
        let values = loss.values(outputs, scales);
        let variances = loss.variances(outputs, scales);
        let column = |all: &Vec<f64>, target: usize| {
            let own = all.iter().skip(target).step_by(scales.len());
            own.copied().collect::<Vec<f64>>()
        };
        let of_target = |target: usize| SaidOfTarget {
            values: column(&values, target),
            variances: variances.as_ref().map(|all| column(all, target)),
        };
        Self((0..scales.len()).map(of_target).collect())
    }

    /// What several say together: the mean of their values, and the variances of their mixture.
    pub(crate) fn together(all: &[Self]) -> Result<Self, Error> {
        let targets = 0..all.first().map_or(0, |own| own.0.len());
        let of_target = |target: usize| {
            let own = all.iter().map(|own| &own.0[target]);
            SaidOfTarget::together(&own.collect::<Vec<_>>())
        };
        Ok(Self(targets.map(of_target).collect::<Result<_, _>>()?))
    }

    /// The same in other units, `[targets]`.
    pub(crate) fn in_units(&self, units: &[TargetScale]) -> Self {
        let converted = |(own, unit): (&SaidOfTarget, &TargetScale)| SaidOfTarget {
            values: own.values.iter().map(|&value| unit.apply(value)).collect(),
            variances: own
                .variances
                .as_ref()
                .map(|own| own.iter().map(|own| own / (unit.sd * unit.sd)).collect()),
        };
        Self(self.0.iter().zip(units).map(converted).collect())
    }

    /// The values of a target, `[rows]`.
    pub(crate) fn values(&self, target: usize) -> &[f64] {
        &self.0[target].values
    }

    /// The values of all targets, `[rows, targets]`.
    pub(crate) fn all_values(&self) -> Vec<f64> {
        let rows = 0..self.0.first().map_or(0, |own| own.values.len());
        rows.flat_map(|row| self.0.iter().map(move |own| own.values[row]))
            .collect()
    }

    /// Standard deviations of a target's rows that have one of their own.
    pub(crate) fn deviations(&self, target: usize) -> Option<Vec<f64>> {
        let variances = self.0[target].variances.as_ref()?;
        Some(variances.iter().map(|variance| variance.sqrt()).collect())
    }

    /// What it says of a target's rows; `sigma2` is the noise variance of all rows of each target, if it is known.
    pub(crate) fn predictions(
        &self,
        target: usize,
        (loss, quantile): (Loss, f64),
        sigma2: &[f64],
    ) -> MemberPredictions<'_> {
        let own = &self.0[target];
        let predictive = match (loss, &own.variances) {
            (Loss::Poisson, _) => Predictive::Poisson,
            (Loss::Quantile, _) => Predictive::Quantile(quantile),
            (_, Some(variances)) => Predictive::Variances(variances),
            (_, None) => sigma2
                .get(target)
                .map_or(Predictive::Value, |&own| Predictive::Variance(own)),
        };
        MemberPredictions {
            values: &own.values,
            predictive,
        }
    }
}

impl SaidOfTarget {
    fn together(all: &[&Self]) -> Result<Self, Error> {
        let values: Vec<&[f64]> = all.iter().map(|own| own.values.as_slice()).collect();
        let variances: Option<Vec<&[f64]>> =
            all.iter().map(|own| own.variances.as_deref()).collect();
        let mixed = variances.filter(|own| !own.is_empty());
        let mixed = mixed.map(|own| mixture_variances(&values, &own));
        Ok(Self {
            values: mean_values(&values),
            variances: mixed.transpose()?,
        })
    }
}

/// Noise variances in other units.
pub(crate) fn variances_in(units: &[TargetScale], sigma2: &[f64]) -> Vec<f64> {
    let pairs = sigma2.iter().zip(units);
    pairs.map(|(own, unit)| own / (unit.sd * unit.sd)).collect()
}

/// Values of each target in other units.
pub(crate) fn values_in(units: &[TargetScale], values: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let pairs = values.iter().zip(units);
    let of_target = pairs.map(|(own, unit)| own.iter().map(|&value| unit.apply(value)).collect());
    of_target.collect()
}

impl Seen {
    fn new(values: &[f32], widths: &[usize], rows: usize) -> Result<Self, Error> {
        let all: usize = widths.iter().sum();
        let mut start = 0;
        let mut layers: Vec<Vec<f32>> = Vec::with_capacity(widths.len());
        for &width in widths {
            let own = values.chunks_exact(all);
            layers.push(
                own.flat_map(|row| &row[start..start + width])
                    .copied()
                    .collect(),
            );
            start += width;
        }
        let outputs = layers.pop().unwrap_or_default();
        let hidden = layers.iter().zip(widths);
        let hidden = hidden.map(|(values, &width)| Features::from_f32(values, rows, width));
        Ok(Self {
            hidden: hidden.collect::<Result<_, _>>()?,
            logits: Logits::from_f32(&outputs, rows, widths.last().copied().unwrap_or(0))?,
        })
    }
}

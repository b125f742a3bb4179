//! Models of one architecture, and what they make of rows.

use std::sync::atomic::{AtomicBool, Ordering};

use decay_audit::ood::{Features, LinearHead};
use decay_audit::{Logits, label_logits};
use decay_model::{MemberState, Network};
use decay_train::{Evaluation, FoldScales, Loss, Problem, Representations, Samples};

use crate::device::Machine;
use crate::error::Error;

/// What nobody sets.
pub(crate) static NEVER: AtomicBool = AtomicBool::new(false);

/// # Errors
/// [`Error::Interrupted`] once the flag is set.
pub(crate) fn go_on(stop: &AtomicBool) -> Result<(), Error> {
    match stop.load(Ordering::Relaxed) {
        false => Ok(()),
        true => Err(Error::Interrupted {
            epochs: None,
            run: None,
        }),
    }
}

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
    /// Set to stop whatever the models are at.
    pub(crate) stop: &'a AtomicBool,
}

/// What one model makes of some rows.
pub(crate) struct Seen<'a> {
    /// Of each hidden layer; the last is what the head reads.
    pub(crate) hidden: Vec<Features<'a>>,
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
            stop: &NEVER,
        }
    }

    /// The same, which stop once the flag is set.
    pub(crate) fn stopped_by<'b>(self, stop: &'b AtomicBool) -> TargetModels<'b>
    where
        'a: 'b,
    {
        TargetModels { stop, ..self }
    }

    /// # Errors
    /// [`Error::Interrupted`] once they are told to stop.
    pub(crate) fn go_on(&self) -> Result<(), Error> {
        go_on(self.stop)
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
            self.stop,
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
    ) -> Result<Vec<Seen<'a>>, Error> {
        let problem = self.problem(samples, machine)?;
        let evaluations = self.evaluations(rows);
        let resources = &machine.resources;
        let (network, stop) = (self.network, self.stop);
        let all = decay_train::representations(network, &problem, &evaluations, resources, stop)?;
        let seen = |values: &Vec<f32>| Seen::new(values, &all.widths, rows.len(), self.stop);
        all.values.iter().map(seen).collect()
    }

    /// All layers of the first model on all of the rows, `[rows, sum of the widths]`, and their widths.
    pub(crate) fn layers(
        &self,
        samples: Samples<'_>,
        machine: &Machine,
    ) -> Result<Representations, Error> {
        let rows: Vec<usize> = (0..samples.rows).collect();
        let problem = self.problem(samples, machine)?;
        let mut evaluations = self.evaluations(&rows);
        evaluations.truncate(1);
        let resources = &machine.resources;
        Ok(decay_train::representations(
            self.network,
            &problem,
            &evaluations,
            resources,
            self.stop,
        )?)
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

impl<'a> Seen<'a> {
    /// Features of which whatever is made stops once the flag is set.
    fn new(
        values: &[f32],
        widths: &[usize],
        rows: usize,
        stop: &'a AtomicBool,
    ) -> Result<Self, Error> {
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
        let hidden = hidden.map(|(values, &width)| {
            Features::from_f32(values, rows, width).map(|own| own.stopped_by(stop))
        });
        Ok(Self {
            hidden: hidden.collect::<Result<_, _>>()?,
            logits: Logits::from_f32(&outputs, rows, widths.last().copied().unwrap_or(0))?,
        })
    }
}

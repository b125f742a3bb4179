//! Models that are audited together, and what they make of rows.

use decay_audit::Logits;
use decay_audit::ood::{Features, LinearHead};
use decay_model::{MemberState, Network};
use decay_train::{Evaluation, FoldScales, Problem, Samples};

use crate::device::Machine;
use crate::error::Error;

/// One of the models.
#[derive(Debug, Clone, Copy)]
pub struct TargetModel<'a> {
    pub state: &'a MemberState,
    /// Whose scales its inputs have.
    pub fold: usize,
    /// What its random numbers depend on.
    pub seed: u64,
}

/// Models of one architecture.
pub struct TargetModels<'a> {
    pub network: &'a Network,
    pub models: Vec<TargetModel<'a>>,
    /// Of each fold.
    pub scales: Vec<FoldScales>,
    pub outputs: usize,
    pub temperature: Option<f64>,
    pub sigma2: Option<f64>,
}

/// What one model makes of some rows.
pub struct Seen {
    /// Of each hidden layer; the last is what the head reads.
    pub hidden: Vec<Features<'static>>,
    pub logits: Logits<'static>,
}

impl<'a> TargetModels<'a> {
    /// Models whose inputs have the same scales.
    pub fn of_models(
        network: &'a Network,
        states: impl IntoIterator<Item = (&'a MemberState, u64)>,
        scales: FoldScales,
        outputs: usize,
    ) -> Self {
        let models = states.into_iter();
        Self {
            network,
            models: models
                .map(|(state, seed)| TargetModel {
                    state,
                    fold: 0,
                    seed,
                })
                .collect(),
            scales: vec![scales],
            outputs,
            temperature: None,
            sigma2: None,
        }
    }

    /// Raw outputs of each model on the given rows.
    pub fn outputs(
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

    /// Hidden layers and logits of each model on the given rows.
    pub fn representations(
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
    pub fn head(&self, model: usize) -> Option<LinearHead> {
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

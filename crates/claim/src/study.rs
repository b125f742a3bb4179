//! One population of a claim: every value of a knob on every replicate, trained as one program.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use decay_data::{Dataset, Scaling};
use decay_model::{MemberState, ModelConfig, Network};
use decay_train::{
    Axis, Evaluation, Event, FoldRows, FoldScales, Job, Knob, Member, Outcome, Plan, Problem,
    Representations, Samples, Split, TrainConfig, Trained, half_life, outputs, representations, train,
};

use crate::failure::Result;
use crate::lab::Lab;
use crate::measurements::Subject;

/// What is to be trained.
#[derive(Debug, Clone)]
pub struct Study<'a> {
    /// As measurements and progress name it.
    pub name: &'a str,
    /// What of the study; empty if there is only one.
    pub series: &'a str,
    /// Rows and targets.
    pub data: &'a Dataset,
    /// Rows of each replicate.
    pub replicates: Vec<FoldRows>,
    /// How features are scaled, fitted on each replicate's training rows.
    pub scaling: Scaling,
    /// The architecture.
    pub model: ModelConfig,
    /// What all members have in common.
    pub config: TrainConfig,
    /// What differs between members.
    pub knob: Knob,
    /// Its values.
    pub values: Vec<f64>,
    /// Decay rate of all members, unless that is what differs.
    pub decay: f64,
}

impl<'a> Study<'a> {
    /// Decay rates on each replicate, with the data's own scaling.
    pub fn of_decay(
        name: &'a str,
        data: &'a Dataset,
        replicates: Vec<FoldRows>,
        (model, config): (ModelConfig, TrainConfig),
        rates: Vec<f64>,
    ) -> Self {
        Self {
            name,
            series: "",
            data,
            replicates,
            scaling: Scaling::Auto,
            model,
            config,
            knob: Knob::Decay,
            values: rates,
            decay: 0.0,
        }
    }
}

/// No decay, then `count` rates in equal ratios from `low` to `high`.
pub fn rates(low: f64, high: f64, count: usize) -> Vec<f64> {
    let ratio = (high / low).ln() / (count.max(2) - 1) as f64;
    let positive = (0..count).map(|step| low * (ratio * step as f64).exp());
    [0.0].into_iter().chain(positive).collect()
}

/// A trained population.
#[derive(Debug)]
pub struct Population<'a> {
    /// What was to be trained.
    pub study: Study<'a>,
    /// The architecture.
    pub network: Network,
    /// Data, replicates and their scales.
    pub problem: Problem,
    /// The members.
    pub plan: Plan,
    /// Their values and losses.
    pub trained: Trained,
    lab: &'a Lab,
}

impl Lab {
    /// Trains a population.
    ///
    /// # Errors
    /// From the layout of the network, the settings, or the device.
    pub fn train<'a>(&'a self, study: Study<'a>) -> Result<Population<'a>> {
        let (data, folds) = (study.data, study.replicates.clone());
        let problem = Problem::new(data, folds, study.scaling, &self.devices)?;
        self.train_on(study, problem)
    }

    /// Trains a population whose replicates are scaled in a way of one's own.
    ///
    /// # Errors
    /// As [`Lab::train`].
    pub fn train_scaled<'a>(
        &'a self,
        study: Study<'a>,
        scales: Vec<FoldScales>,
    ) -> Result<Population<'a>> {
        let (data, folds) = (study.data, study.replicates.clone());
        let problem = Problem::with_scales(data, folds, scales, &self.devices)?;
        self.train_on(study, problem)
    }

    fn train_on<'a>(&'a self, study: Study<'a>, problem: Problem) -> Result<Population<'a>> {
        let shape = match problem.image {
            Some(image) => decay_model::InputShape::Image(image),
            None => decay_model::InputShape::Row(problem.inputs),
        };
        let network = study.model.init(shape, problem.outputs)?;
        let axis = Axis::new(study.knob, &study.values)?;
        let like = Member::new(&study.config, study.decay, 0, 0);
        let plan = Plan::over(&like, vec![axis], problem.folds.len(), 1, self.seed)?;
        let what = match study.series {
            "" => format!("{}, {} models", study.name, plan.members.len()),
            series => format!("{}, {series}, {} models", study.name, plan.members.len()),
        };
        let (bar, start) = (self.bar(&what, 0), Instant::now());
        let observe = |event: Event| match event {
            Event::Started { total_steps } => bar.set_length(total_steps),
            Event::Stepped { members } => bar.inc(members as u64),
            Event::Resumed { .. } | Event::Epoch { .. } => {}
        };
        let trained = train(&Job {
            network: &network,
            problem: &problem,
            members: &plan.members,
            config: &study.config,
            resources: &self.resources,
            checkpoints: None,
            resume: false,
            train_losses: true,
            cancel: &AtomicBool::new(false),
            observe: &observe,
        })?;
        self.done(&bar, &what, start.elapsed());
        Ok(Population {
            study,
            network,
            problem,
            plan,
            trained,
            lab: self,
        })
    }
}

impl<'a> Population<'a> {
    /// Number of members.
    pub fn len(&self) -> usize {
        self.plan.members.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How a member ended.
    pub fn outcome(&self, member: usize) -> &Outcome {
        &self.trained.outcomes[member]
    }

    /// A member's values.
    pub fn state(&self, member: usize) -> &MemberState {
        &self.trained.outcomes[member].state
    }

    /// The replicate that a member belongs to.
    pub fn replicate(&self, member: usize) -> usize {
        self.plan.members[member].fold
    }

    /// The rows of a member's replicate.
    pub fn rows(&self, member: usize) -> &FoldRows {
        &self.problem.folds[self.replicate(member)]
    }

    /// What measurements of a member go under.
    pub fn subject(&self, member: usize) -> Subject<'a> {
        let value = self.plan.axes[0].values[self.plan.setting_of(member)];
        let rows = self.rows(member).train.len();
        let steps = f64::from(self.study.config.steps_per_epoch(rows));
        Subject {
            study: self.study.name,
            series: self.study.series,
            rate: value,
            half_life: match self.study.knob {
                Knob::Decay => half_life(value, self.study.config.lr, steps),
                _ => f64::NAN,
            },
            replicate: self.replicate(member),
        }
    }

    /// The losses of every member by epoch; without validation in between those of validation are few.
    ///
    /// # Shapes
    /// - returns: `[members]` of `[epochs]`
    pub fn learning_curves(&self, split: Split) -> Vec<Vec<f64>> {
        let mut curves = vec![Vec::new(); self.len()];
        for record in self.trained.history.iter().filter(|record| record.split == split) {
            curves[record.member].push(record.losses.loss);
        }
        curves
    }

    /// Raw outputs of every member on its replicate's validation rows, `[rows, outputs]` each.
    ///
    /// # Errors
    /// If the device fails.
    pub fn validation_outputs(&self) -> Result<Vec<Vec<f32>>> {
        let rows = |member: usize| self.rows(member).validation.as_slice();
        self.outputs_of(&self.problem, rows)
    }

    /// Raw outputs of every member on its replicate's training rows.
    ///
    /// # Errors
    /// If the device fails.
    pub fn training_outputs(&self) -> Result<Vec<Vec<f32>>> {
        let rows = |member: usize| self.rows(member).train.as_slice();
        self.outputs_of(&self.problem, rows)
    }

    /// Raw outputs of every member on other samples, scaled as its training rows were.
    ///
    /// # Errors
    /// If the device fails.
    pub fn outputs_on(&self, samples: Samples<'_>) -> Result<Vec<Vec<f32>>> {
        let all: Vec<usize> = (0..samples.rows).collect();
        self.outputs_of(&self.elsewhere(samples)?, |_| &all)
    }

    /// Layers of every member on its replicate's rows: the training rows, or else the validation rows.
    ///
    /// # Errors
    /// If the device fails.
    pub fn representations(&self, training: bool) -> Result<Representations> {
        let rows = |member: usize| match training {
            true => self.rows(member).train.as_slice(),
            false => self.rows(member).validation.as_slice(),
        };
        self.layers_of(&self.problem, rows)
    }

    /// Layers of every member on other samples.
    ///
    /// # Errors
    /// If the device fails.
    pub fn representations_on(&self, samples: Samples<'_>) -> Result<Representations> {
        let all: Vec<usize> = (0..samples.rows).collect();
        self.layers_of(&self.elsewhere(samples)?, |_| &all)
    }

    fn elsewhere(&self, samples: Samples<'_>) -> Result<Problem> {
        let (scales, outputs) = (self.problem.scales.clone(), self.problem.outputs);
        let devices = &self.lab.devices;
        Ok(Problem::unlabelled(samples, scales, outputs, devices)?)
    }

    fn outputs_of<'r>(
        &'r self,
        problem: &Problem,
        rows: impl Fn(usize) -> &'r [usize],
    ) -> Result<Vec<Vec<f32>>> {
        let members = self.evaluations(rows);
        Ok(outputs(&self.network, problem, &members, &self.lab.resources)?)
    }

    fn layers_of<'r>(
        &'r self,
        problem: &Problem,
        rows: impl Fn(usize) -> &'r [usize],
    ) -> Result<Representations> {
        let members = self.evaluations(rows);
        Ok(representations(&self.network, problem, &members, &self.lab.resources)?)
    }

    fn evaluations<'r>(&'r self, rows: impl Fn(usize) -> &'r [usize]) -> Vec<Evaluation<'r>> {
        let member = |member: usize| Evaluation {
            state: self.state(member),
            fold: self.replicate(member),
            rows: rows(member),
        };
        (0..self.len()).map(member).collect()
    }
}

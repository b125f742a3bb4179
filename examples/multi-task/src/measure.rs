//! Populations on two tasks, and how the gradients of the tasks agree while they train.

use decay::prelude::Mlp;
use decay::train::{HeadLoss, Objective, PcGrad, Sum};
use decay_claim::{Lab, Measurements, Population, Result, Study, rates};
use decay_data::Target;
use decay_train::{DecayKind, Optimizer, Split, TrainConfig};

use crate::moments::{at_rest, moments};
use crate::network::SharedTrunk;
use crate::uncertainty::Uncertainty;
use crate::worlds::{World, worlds};
use crate::{ADAMW, APART, CONFLICTS, COSINE, EQUAL, JOINT, LAST, LOSS, PROJECTED, TRAIN, WEIGHED};

/// Epochs of a curve that are noted.
const POINTS: usize = 15;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    for world in worlds(lab, replicates(lab))? {
        let joint = together(lab, &world, JOINT, &mut out)?;
        for method in [PROJECTED, WEIGHED, ADAMW] {
            together(lab, &world, method, &mut out)?;
        }
        alone(lab, &world, &mut out)?;
        moments(lab, &world, &joint, &mut out)?;
    }
    at_rest(lab, &mut out)?;
    Ok(out)
}

pub(crate) fn usual_rates() -> Vec<f64> {
    rates(1e-4, 1.0, 9)
}

pub(crate) fn replicates(lab: &Lab) -> usize {
    lab.pick(10, 20)
}

/// Decay in the loss, as the claim has it, with gradient descent in batches and momentum.
pub(crate) fn config(world: &World, epochs: u32) -> TrainConfig {
    TrainConfig {
        epochs,
        batch: 50,
        lr: world.lr,
        momentum: Some(0.9),
        optimizer: Optimizer::Momentum,
        decay: Some(DecayKind::Coupled),
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}

/// A network with two heads at every rate on every replicate.
pub(crate) fn train<'a>(
    lab: &'a Lab,
    world: &'a World,
    series: &'a str,
    objective: impl Objective + 'static,
    (config, rates): (TrainConfig, Vec<f64>),
) -> Result<Population<'a>> {
    let heads = world.heads.map(HeadLoss::outputs);
    let inputs = world.data.features();
    let network = SharedTrunk::new(inputs, world.trunk, &heads, series == WEIGHED);
    let network = network.smooth(world.smooth);
    let (data, replicates) = (&world.data, world.replicates.clone());
    let model = Mlp::hidden(world.trunk.to_vec());
    let study = Study {
        scaling: world.scaling,
        ..Study::of_decay(world.name, data, replicates, model, config, rates)
    };
    let study = study.in_series(series);
    let scales = study.scales();
    lab.train_arranged(study, scales, |experiment| {
        experiment.network(network.clone()).objective(objective)
    })
}

fn together<'a>(
    lab: &'a Lab,
    world: &'a World,
    method: &str,
    out: &mut Measurements,
) -> Result<Population<'a>> {
    let heads = || world.objective();
    let usual = (config(world, world.epochs), usual_rates());
    let population = match method {
        PROJECTED => train(lab, world, PROJECTED, heads().combined_by(PcGrad), usual),
        WEIGHED => {
            let (mut config, rates) = usual;
            // Where training losses vanish, the weights e^(-s) and with them the steps grow without end.
            config.clip_norm = 1.0;
            train(
                lab,
                world,
                WEIGHED,
                Uncertainty::new(&world.heads),
                (config, rates),
            )
        }
        ADAMW => {
            let config = TrainConfig {
                lr: 2e-3,
                optimizer: Optimizer::Adamw,
                momentum: None,
                decay: None,
                ..usual.0
            };
            let rates = rates(0.01, 10.0, 7);
            train(lab, world, ADAMW, heads().combined_by(Sum), (config, rates))
        }
        _ => train(lab, world, JOINT, heads().combined_by(Sum), usual),
    }?;
    let losses = validation_losses(&population, world)?;
    for (member, own) in losses.iter().enumerate() {
        out.add_rounded(population.key(member), [(LOSS, own[0] + own[1])]);
    }
    if method != WEIGHED {
        note_agreement(&population, method == JOINT, out);
    }
    Ok(population)
}

/// Each task by a network that sees nothing of the other: the same trunk, of which one head counts for nothing.
fn alone(lab: &Lab, world: &World, out: &mut Measurements) -> Result<()> {
    let mut sums: Vec<f64> = Vec::new();
    for task in 0..2 {
        let heads = world.objective().weighing(1 - task, 0.0);
        let usual = (config(world, world.epochs), usual_rates());
        let population = train(lab, world, APART, heads, usual)?;
        let losses = validation_losses(&population, world)?;
        sums.resize(losses.len(), 0.0);
        for (member, own) in losses.iter().enumerate() {
            sums[member] += own[task];
            if task == 1 {
                out.add_rounded(population.key(member), [(LOSS, sums[member])]);
            }
        }
    }
    Ok(())
}

/// Losses of both tasks on the validation rows: of classes the negative log-likelihood in nats, of numbers the squared error in units of
/// their spread.
fn validation_losses(population: &Population<'_>, world: &World) -> Result<Vec<[f64; 2]>> {
    let Target::Values { values, .. } = &world.data.target else {
        unreachable!("both tasks are columns of numbers")
    };
    let heads = world.objective();
    let outputs = population.models.outputs(|rows| &rows.validation)?;
    let of_member = |(member, outputs): (usize, &Vec<f32>)| {
        let scales = &population.models.problem.scales[population.replicate(member)].targets;
        let rows = &population.rows(member).validation;
        let width = outputs.len() / rows.len();
        let of_task = |task: usize| {
            let of_row = |(x, &row): (&[f32], &usize)| {
                let (own, truth) = (&x[heads.columns(task)], values[2 * row + task]);
                match world.heads[task] {
                    HeadLoss::Classes(_) => surprise(own, truth as usize),
                    _ => (f64::from(own[0]) - scales[task].apply(truth)).powi(2),
                }
            };
            let all = outputs.chunks_exact(width).zip(rows).map(of_row);
            all.sum::<f64>() / rows.len() as f64
        };
        [0, 1].map(of_task)
    };
    Ok(outputs.iter().enumerate().map(of_member).collect())
}

/// `-ln p_label`.
pub(crate) fn surprise(logits: &[f32], label: usize) -> f64 {
    let at = |x: f32| f64::from(x) - f64::from(logits[label]);
    let most = logits.iter().map(|&x| at(x)).fold(0.0, f64::max);
    let sum: f64 = logits.iter().map(|&x| (at(x) - most).exp()).sum();
    most + sum.ln()
}

/// Cosines of the tasks' gradients over all steps, of batches; of joint training by epoch and at equal training loss, too.
fn note_agreement(population: &Population<'_>, all: bool, out: &mut Measurements) {
    let [mut cosines, mut conflicts] = [(); 2].map(|()| vec![Vec::new(); population.len()]);
    for record in &population.models.trained.tasks {
        cosines[record.member].push(record.cosine.unwrap_or(f64::NAN));
        conflicts[record.member].push(record.conflicts.unwrap_or(f64::NAN));
    }
    let losses = population.learning_curves(Split::Train);
    for member in 0..population.len() {
        let key = population.key(member);
        let (own, loss) = (&cosines[member], &losses[member]);
        let shares = mean(&conflicts[member]);
        out.add_rounded(key, [(COSINE, mean(own)), (CONFLICTS, shares)]);
        if !all {
            continue;
        }
        let plain = population.plain_twin(member);
        let equal = at_loss(&cosines[plain], &losses[plain], mean(last(loss)));
        let figures = [
            (TRAIN, mean(last(loss))),
            (LAST, mean(last(own))),
            (EQUAL, equal),
        ];
        out.add_rounded(key, figures);
        out.add_by_epoch(key, COSINE, &cosines[member..=member], POINTS);
    }
}

trait Twins {
    fn plain_twin(&self, member: usize) -> usize;
}

impl Twins for Population<'_> {
    /// The member without decay on the same replicate.
    fn plain_twin(&self, member: usize) -> usize {
        let replicate = self.replicate(member);
        let plain =
            |&other: &usize| self.key(other).rate == 0.0 && self.replicate(other) == replicate;
        (0..self.len()).find(plain).unwrap_or(member)
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The last tenth.
fn last(values: &[f64]) -> &[f64] {
    &values[values.len() - values.len().div_ceil(10)..]
}

/// A curve around the first epoch at which the loss is no larger than a given one, or at the last: the mean over that epoch and its
/// neighbours.
pub(crate) fn at_loss(curve: &[f64], losses: &[f64], wanted: f64) -> f64 {
    let first = losses.iter().position(|&loss| loss <= wanted);
    let epoch = first.unwrap_or(curve.len() - 1);
    mean(&curve[epoch.saturating_sub(1)..(epoch + 2).min(curve.len())])
}

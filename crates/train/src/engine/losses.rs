//! The losses that selection uses.

use serde::{Deserialize, Deserializer, Serialize};

use crate::engine::job::Job;
use crate::engine::task_gradients::own_losses;
use crate::options::hyper::Member;
use crate::options::loss::Loss;
use crate::problem::{Problem, Resident, Truth};

/// Losses of one member on some rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// The mean loss of a row, as [`Loss`] has it: a negative log-likelihood in nats, or an error in the target's unit.
    #[serde(deserialize_with = "null_as_nan")]
    pub loss: f64,
    /// Share of rows whose largest output is the label's; of several labels the share that is told right; `None` for regression.
    pub accuracy: Option<f64>,
}

/// JSON has no NaN: a loss that is not finite is written as null.
fn null_as_nan<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Option::deserialize(from).map(|value| value.unwrap_or(f64::NAN))
}

/// Losses of a job's member from its raw outputs on some rows, by what it minimises.
pub(crate) fn losses_of(
    job: &Job<'_>,
    resident: &Resident,
    (place, rows): (usize, &[usize]),
    outputs: &[f32],
) -> Losses {
    let (problem, member) = (job.problem, &job.members[place]);
    match &problem.objective {
        Some(own) => own_losses(&**own, (problem, resident), (member.fold, rows), outputs),
        None => losses(problem, problem.loss(job.config), member, rows, outputs),
    }
}

/// Losses of a member from its raw outputs on some rows, in f64.
///
/// ```text
/// sum_i s_i loss_i / sum_i s_i        s: sample weights, 1 where there are none; loss_i as Loss has it
/// ```
///
/// Weights of classes are training's alone.
fn losses(
    problem: &Problem,
    loss: Loss,
    member: &Member,
    rows: &[usize],
    outputs: &[f32],
) -> Losses {
    let weights = Weights::of(problem, rows);
    match &problem.truth {
        Truth::Classes { labels, .. } => {
            let (mut nll, mut hits) = (0.0, 0.0);
            for (x, &row) in outputs.chunks_exact(problem.outputs).zip(rows) {
                let (label, weight) = (labels[row] as usize, weights.of_row(row));
                let (log_sum, best) = log_sum_exp(x);
                nll += weight * (log_sum - f64::from(x[label]));
                hits += weight * f64::from(u8::from(best == label));
            }
            Losses {
                loss: nll / weights.total,
                accuracy: Some(hits / weights.total),
            }
        }
        Truth::Values(values) => {
            let scales = &problem.scales[member.fold].targets;
            let (mut sum, mut hits) = (0.0, 0.0);
            for (x, &row) in outputs.chunks_exact(values.width * loss.width()).zip(rows) {
                let (truths, weight) = (values.of_row(row), weights.of_row(row));
                sum += weight * loss.of_row(x, truths, member.quantile, scales);
                if loss == Loss::Bernoulli {
                    hits += weight * share_of_hits(x, truths);
                }
            }
            Losses {
                loss: sum / weights.total,
                accuracy: (loss == Loss::Bernoulli).then_some(hits / weights.total),
            }
        }
    }
}

/// The share of a row's labels whose log-odds have the right sign; zero is a no.
fn share_of_hits(x: &[f32], truths: &[f64]) -> f64 {
    let hits = x
        .iter()
        .zip(truths)
        .filter(|(x, truth)| (**x > 0.0) == (**truth > 0.5));
    hits.count() as f64 / truths.len() as f64
}

/// How much each of some rows counts.
struct Weights<'a> {
    own: Option<&'a [f64]>,
    total: f64,
}

impl<'a> Weights<'a> {
    fn of(problem: &'a Problem, rows: &[usize]) -> Self {
        let own = problem.weights.as_deref();
        let sum = |own: &[f64]| rows.iter().map(|&row| own[row]).sum();
        Self {
            own,
            total: own.map_or(rows.len() as f64, sum),
        }
    }

    fn of_row(&self, row: usize) -> f64 {
        self.own.map_or(1.0, |own| own[row])
    }
}

/// `log sum exp` and the first place of the maximum.
fn log_sum_exp(x: &[f32]) -> (f64, usize) {
    let mut best = 0;
    for (i, value) in x.iter().enumerate() {
        if *value > x[best] {
            best = i;
        }
    }
    let maximum = f64::from(x[best]);
    let sum: f64 = x.iter().map(|&v| (f64::from(v) - maximum).exp()).sum();
    (maximum + sum.ln(), best)
}

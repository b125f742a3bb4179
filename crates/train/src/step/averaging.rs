//! Averages of a chunk's weights over the steps.
//!
//! A chunk in which some member averages keeps a second set of values, which every step moves towards the weights:
//!
//! ```text
//! average <- (1 - c) average + c w
//! ```
//!
//! | member | `c` |
//! | :-- | :-- |
//! | `ema = b`, its step `t` counted from 1 | `(1 - b) / (1 - b^t)`, which is the exponential average corrected for its start |
//! | `swa_from`, last step of the `k`-th epoch that is averaged | `1 / k` |
//! | any other, or before that, last step of an epoch | `1`: the weights themselves |
//! | any, other steps | `0` |
//!
//! At the end of an epoch it holds what each member would be validated, kept and exported with: early stopping judges and keeps averages,
//! and before `swa_from` the weights themselves, so that a member may stop before it averages anything. Batch statistics are averaged with the
//! weights, which suits an exponential average; for `swa_from` they would have to be measured anew, so that it refuses networks that
//! have any.

use burn::tensor::{Device, Tensor};
use decay_model::State;

use crate::options::TrainConfig;
use crate::options::hyper::Member;
use crate::problem::floats;
use crate::step::batches::Draws;

impl Member {
    /// Whether something else than the last weights is kept.
    pub(crate) fn averages(&self) -> bool {
        self.ema > 0.0 || self.swa_from > 0.0
    }
}

/// Coefficients of an epoch's steps, `[steps, R]`, and at which steps any is not zero.
pub(crate) struct Coefficients {
    table: Tensor<2>,
    moves: Vec<bool>,
}

impl Coefficients {
    /// `None` where no member averages; `counts` are the samples of each step and member.
    pub(crate) fn of_epoch(
        members: &[Draws<'_>],
        counts: &[Vec<u32>],
        config: &TrainConfig,
        epoch: u32,
        device: &Device,
    ) -> Option<Self> {
        if !members.iter().any(|own| own.member.averages()) {
            return None;
        }
        let active = |step: usize, r: usize| counts.get(step).is_some_and(|c| c[r] > 0);
        let of = |step: usize, r: usize| {
            if !active(step, r) {
                return 0.0;
            }
            let last = !active(step + 1, r);
            coefficient(&members[r], config, epoch, step as u32, last) as f32
        };
        let steps = 0..counts.len();
        let rows: Vec<Vec<f32>> = steps
            .map(|step| (0..members.len()).map(|r| of(step, r)).collect())
            .collect();
        Some(Self {
            moves: rows
                .iter()
                .map(|row| row.iter().any(|&c| c > 0.0))
                .collect(),
            table: floats(rows.concat(), [counts.len(), members.len()], device),
        })
    }

    /// Those of a step, `[R]`; `None` where no average moves.
    pub(crate) fn at(&self, step: usize) -> Option<Tensor<1>> {
        let members = self.table.dims()[1];
        let row = || self.table.clone().slice([step..step + 1, 0..members]);
        self.moves[step].then(|| row().squeeze_dim::<1>(0))
    }
}

/// `c` of a member at a step of an epoch counted from 0; `last` says that it is its last one there.
fn coefficient(draws: &Draws<'_>, config: &TrainConfig, epoch: u32, step: u32, last: bool) -> f64 {
    let Member { ema, swa_from, .. } = *draws.member;
    if ema > 0.0 {
        let t = f64::from(draws.steps_before + step + 1);
        return (1.0 - ema) / (1.0 - ema.powf(t));
    }
    let first = (swa_from * f64::from(config.epochs)).floor() as u32;
    if !last {
        0.0
    } else if swa_from > 0.0 && epoch >= first {
        1.0 / f64::from(epoch - first + 1)
    } else {
        1.0
    }
}

/// Moves an average towards the present values.
///
/// # Shapes
/// - `coefficient`: `[R]`
pub(crate) fn advance(average: &mut State, state: &State, coefficient: Tensor<1>) {
    let c = coefficient.unsqueeze_dim::<2>(1);
    let rest = c.clone().neg() + 1.0;
    let pairs = |average: &mut Vec<Tensor<2>>, values: &[Tensor<2>]| {
        let before = std::mem::take(average).into_iter().zip(values);
        *average = before
            .map(|(average, value)| average * rest.clone() + value.clone() * c.clone())
            .collect();
    };
    pairs(&mut average.parameters, &state.parameters);
    pairs(&mut average.buffers, &state.buffers);
}

#[cfg(test)]
mod tests {
    use super::{Draws, Member, TrainConfig, coefficient};

    /// Drives one number through an epoch of two steps after the other, as `advance` does.
    fn course(member: &Member, config: &TrainConfig, values: &[f64]) -> Vec<f64> {
        let mut average = 100.0;
        let steps = (0u32..).zip(values).map(|(t, value)| {
            let (epoch, step) = (t / 2, t % 2);
            let draws = Draws {
                member,
                train: &[],
                steps_before: 2 * epoch,
                reduction: 1.0,
            };
            let c = coefficient(&draws, config, epoch, step, step == 1);
            average = (1.0 - c) * average + c * value;
            average
        });
        steps.collect()
    }

    #[test]
    fn the_averages_are_those_of_their_definitions() {
        let config = TrainConfig {
            epochs: 4,
            ..TrainConfig::default()
        };
        let member = |ema, swa_from| Member {
            ema,
            swa_from,
            ..Member::new(&config, 0.0, 0, 1)
        };
        let values = [1.0, 5.0, -2.0, 4.0, 3.0, 7.0, 0.5, 1.0];
        let ema = course(&member(0.8, 0.0), &config, &values);
        let (mut sum, mut weight) = (0.0, 0.0);
        for (value, got) in values.iter().zip(ema) {
            sum = 0.8 * sum + 0.2 * value;
            weight = 0.8 * weight + 0.2;
            assert!((got - sum / weight).abs() < 1e-12);
        }
        let swa = course(&member(0.0, 0.5), &config, &values);
        assert_eq!([swa[1], swa[3], swa[5], swa[7]], [5.0, 4.0, 7.0, 4.0]);
        let off = course(&member(0.0, 0.0), &config, &values);
        assert_eq!([off[1], off[3], off[5], off[7]], [5.0, 4.0, 7.0, 1.0]);
    }
}

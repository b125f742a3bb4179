//! Numbers of one epoch that move from step to step, beside the optimiser's.

use burn::tensor::{Device, Tensor};

use crate::options::TrainConfig;
use crate::plan::Member;
use crate::problem::resident::floats;
use crate::step::averaging;
use crate::step::batches::Draws;

/// `[steps, R]` tables, absent where no member needs them.
pub(crate) struct Timetable {
    gradient_noise: Option<Tensor<2>>,
    /// Coefficients of the averages, and at which steps any is not zero.
    average: Option<(Tensor<2>, Vec<bool>)>,
}

/// One step's numbers, `[R]` each.
pub(crate) struct Moment {
    /// Standard deviations.
    pub(crate) gradient_noise: Option<Tensor<1>>,
    /// How far the averages move.
    pub(crate) average: Option<Tensor<1>>,
}

impl Timetable {
    /// `counts` are the samples of each step and member.
    pub(crate) fn draw(
        members: &[Draws<'_>],
        counts: &[Vec<u32>],
        config: &TrainConfig,
        epoch: u32,
        device: &Device,
    ) -> Self {
        let shape = [counts.len(), members.len()];
        let any = |wants: fn(&Member) -> bool| members.iter().any(|draws| wants(draws.member));
        let table = |value: &dyn Fn(usize, usize) -> f64| -> Vec<f32> {
            let cells = (0..shape[0]).flat_map(|step| (0..shape[1]).map(move |r| (step, r)));
            cells.map(|(step, r)| value(step, r) as f32).collect()
        };
        let gradient_noise = any(|member| member.gradient_noise > 0.0).then(|| {
            let sd = |step: usize, r: usize| members[r].gradient_noise(step as u32);
            floats(table(&sd), shape, device)
        });
        let average = any(Member::averages).then(|| {
            let active = |step: usize, r: usize| counts.get(step).is_some_and(|c| c[r] > 0);
            let values = table(&|step, r| match active(step, r) {
                false => 0.0,
                true => {
                    let last = !active(step + 1, r);
                    averaging::coefficient(&members[r], config, epoch, step as u32, last)
                }
            });
            let rows = values.chunks_exact(members.len());
            let moves = rows.map(|row| row.iter().any(|&c| c > 0.0)).collect();
            (floats(values, shape, device), moves)
        });
        Self {
            gradient_noise,
            average,
        }
    }

    pub(crate) fn at(&self, step: usize) -> Moment {
        let row = |table: &Tensor<2>| {
            let row = table.clone().slice([step..step + 1, 0..table.dims()[1]]);
            row.squeeze_dim::<1>(0)
        };
        let average = self.average.as_ref().filter(|(_, moves)| moves[step]);
        Moment {
            gradient_noise: self.gradient_noise.as_ref().map(row),
            average: average.map(|(table, _)| row(table)),
        }
    }
}

impl Draws<'_> {
    /// Standard deviation of the noise on the gradients at a step of the epoch.
    fn gradient_noise(&self, step: u32) -> f64 {
        let t = f64::from(self.steps_before + step);
        let fading = (1.0 + t).powf(-self.member.gradient_noise_decay / 2.0);
        self.member.gradient_noise * fading
    }
}

#[cfg(test)]
mod tests {
    use super::{Draws, Member, TrainConfig};

    /// Neelakantan et al. 2015, eq. 1: a variance of `eta / (1 + t)^0.55`.
    #[test]
    fn the_variance_of_the_noise_fades_as_in_the_paper() {
        let member = Member {
            gradient_noise: 0.3f64.sqrt(),
            gradient_noise_decay: 0.55,
            ..Member::new(&TrainConfig::default(), 0.0, 0, 1)
        };
        let draws = Draws {
            member: &member,
            train: &[],
            steps_before: 10,
            reduction: 1.0,
        };
        for step in 0..5 {
            let variance = 0.3 / (11.0 + f64::from(step)).powf(0.55);
            assert!((draws.gradient_noise(step).powi(2) - variance).abs() < 1e-15);
        }
    }
}

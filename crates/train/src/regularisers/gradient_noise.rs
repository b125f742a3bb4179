//! Gaussian noise on the gradients.

use burn::tensor::{Device, Tensor};
use decay_kernels::{At, Purpose, perturb};

use super::{Gradients, Now, Regulariser, Strengths};
use crate::problem::floats;
use crate::step::batches::Draws;

/// Standard deviations at each step of the epoch, `[steps, R]`.
pub(crate) struct GradientNoise(Option<Tensor<2>>);

impl Regulariser for GradientNoise {
    fn new(_: &Strengths<'_>) -> Self {
        Self(None)
    }

    fn begin_epoch(&mut self, members: &[Draws<'_>], steps: usize, device: &Device) {
        let cells = (0..steps).flat_map(|step| members.iter().map(move |own| (step, own)));
        let deviations = cells.map(|(step, own)| deviation(own, step as u32) as f32);
        let shape = [steps, members.len()];
        self.0 = Some(floats(deviations.collect(), shape, device));
    }

    fn gradients(&mut self, gradients: Gradients, _: &[Tensor<2>], now: &Now<'_>) -> Gradients {
        let Some(table) = &self.0 else {
            return gradients;
        };
        let (step, members) = (now.at.step as usize, table.dims()[1]);
        let sd = table.clone().slice([step..step + 1, 0..members]);
        let sd = sd.squeeze_dim::<1>(0);
        let noisy = (0u32..).zip(gradients).map(|(site, gradient)| {
            let (seeds, at) = (now.seeds.clone(), At { site, ..now.at });
            gradient.map(|g| perturb(g, sd.clone(), seeds, Purpose::GradientNoise, at))
        });
        noisy.collect()
    }
}

/// Standard deviation at a step of the epoch.
fn deviation(own: &Draws<'_>, step: u32) -> f64 {
    let t = f64::from(own.steps_before + step);
    let fading = (1.0 + t).powf(-own.member.gradient_noise_decay / 2.0);
    own.member.gradient_noise * fading
}

#[cfg(test)]
mod tests {
    use super::{Draws, deviation};
    use crate::options::TrainConfig;
    use crate::options::hyper::Member;

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
            assert!((deviation(&draws, step).powi(2) - variance).abs() < 1e-15);
        }
    }
}

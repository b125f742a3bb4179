//! Where on an image a model's energy lies: of its weights, and of the slopes of its logits.

use std::ops::Range;

use decay_model::{Layout, MemberState};
use decay_report::plot::Raster;
use decay_robust::slope_energy;

use crate::failure::Result;
use crate::measurements::{MeasurementKey, Measurements};
use crate::population::Population;

/// Energy by pixel, such as squared weights: what share of a filter lies where.
#[derive(Debug, Clone, PartialEq)]
pub struct EnergyMap {
    /// Pixels of a row.
    pub width: usize,
    /// Row by row, none negative.
    pub energy: Vec<f64>,
}

/// Distance of a pixel from the centre of an image with rows of `width` pixels, in pixels.
pub fn from_centre(pixel: usize, width: usize, height: usize) -> f64 {
    let off = |place: usize, side: usize| place as f64 - (side - 1) as f64 / 2.0;
    off(pixel / width, height).hypot(off(pixel % width, width))
}

impl EnergyMap {
    /// Of weights with as many outputs for each pixel: `Σ_k w_jk²`.
    ///
    /// # Shapes
    /// - `weights`: `[pixels, outputs]`, row-major
    pub fn of_weights(weights: &[f64], outputs: usize, width: usize) -> Self {
        let pixels = weights.chunks_exact(outputs);
        Self {
            width,
            energy: pixels.map(|own| own.iter().map(|w| w * w).sum()).collect(),
        }
    }

    /// Shares of the whole, `p_j`; NaN without any energy.
    pub fn shares(&self) -> Vec<f64> {
        let whole: f64 = self.energy.iter().sum();
        self.energy.iter().map(|own| own / whole).collect()
    }

    /// Spatial entropy as a share of the largest: 1 where all pixels have the same energy, 0 where one has all of it.
    ///
    /// ```text
    /// -Σ_j p_j ln p_j / ln pixels
    /// ```
    pub fn entropy(&self) -> f64 {
        let shares = self.shares().into_iter().filter(|p| *p != 0.0);
        let nats: f64 = shares.map(|p| -p * p.ln()).sum();
        nats / (self.energy.len() as f64).ln()
    }

    /// Second moment around the image's centre as a length, `sqrt(Σ_j p_j d_j²)` in pixels.
    pub fn radius(&self) -> f64 {
        let shares = self.shares().into_iter().zip(self.distances());
        shares.map(|(p, d)| p * d * d).sum::<f64>().sqrt()
    }

    /// Share of the energy at pixels farther from the centre than so many pixels.
    pub fn share_beyond(&self, distance: f64) -> f64 {
        let shares = self.shares().into_iter().zip(self.distances());
        let beyond = shares.filter(|(_, d)| *d > distance);
        beyond.map(|(p, _)| p).sum()
    }

    /// As a picture: amplitudes, the square roots of the energy, where the largest is white.
    pub fn raster(&self) -> Raster {
        let most = self.energy.iter().copied().fold(0.0, f64::max);
        let amplitude = |energy: &f64| (energy / most).sqrt();
        Raster {
            width: self.width,
            pixels: self.energy.iter().map(amplitude).collect(),
        }
    }

    fn distances(&self) -> impl Iterator<Item = f64> {
        let height = self.energy.len() / self.width;
        (0..self.energy.len()).map(move |pixel| from_centre(pixel, self.width, height))
    }

    /// Notes each pixel's share of the energy, to six decimals.
    pub fn note(&self, key: MeasurementKey<'_>, metric: &str, out: &mut Measurements) {
        for (pixel, share) in self.shares().into_iter().enumerate() {
            out.add_at(key, pixel as f64, metric, (share * 1e6).round() / 1e6);
        }
    }

    /// What was noted, as the mean over replicates.
    ///
    /// # Errors
    /// As [`Measurements::along`].
    pub fn noted(
        measured: &Measurements,
        [study, series, metric]: [&str; 3],
        rate: f64,
        width: usize,
    ) -> Result<Self> {
        let (_, shares) = measured.along(study, series, metric, rate)?;
        let mean = |values: &Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        Ok(Self {
            width,
            energy: shares.iter().map(mean).collect(),
        })
    }

    /// The mean of the shares of several maps, each of which counts alike.
    ///
    /// # Panics
    /// Without any.
    pub fn mean(maps: &[&Self]) -> Self {
        let mut mean = vec![0.0; maps[0].energy.len()];
        for map in maps {
            let shares = mean.iter_mut().zip(map.shares());
            shares.for_each(|(sum, share)| *sum += share / maps.len() as f64);
        }
        Self {
            width: maps[0].width,
            energy: mean,
        }
    }
}

impl Population<'_> {
    /// Pixels of a row of the images.
    fn width(&self) -> usize {
        self.study.data.shape.last().copied().unwrap_or(1)
    }

    /// The weights of a member's first layer on one channel: of a dense layer a row for each pixel, of a convolution for each tap.
    ///
    /// # Panics
    /// If the images have several channels, or the first parameter is of another kind.
    pub fn first_layer(&self, member: usize) -> EnergyMap {
        self.map_of_first_layer(&wide(self.state(member)))
    }

    /// The same of what training added, without what is left of the starting weights:
    ///
    /// ```text
    /// w_T = (1 - lr λ)^T w_0 + learned        decoupled decay, constant lr
    /// ```
    ///
    /// # Panics
    /// As [`Population::first_layer`].
    pub fn learned_first_layer(&self, member: usize) -> EnergyMap {
        self.map_of_first_layer(&self.learned(member, 0))
    }

    /// What training added to a parameter of a member, of decoupled decay at a constant learning rate, as
    /// [`Population::learned_first_layer`] has it.
    pub fn learned(&self, member: usize, parameter: usize) -> Vec<f64> {
        let left = self.left_of_start(member);
        let (end, start) = (self.state(member), self.start(member));
        let pairs = end.parameters[parameter]
            .iter()
            .zip(&start.parameters[parameter]);
        pairs
            .map(|(&w, &start)| f64::from(w) - left * f64::from(start))
            .collect()
    }

    /// The largest difference of the weights on some inputs from what decay alone leaves of the starting weights, relative to the largest
    /// starting weight.
    pub fn from_decay_alone(&self, member: usize, inputs: &[usize]) -> f64 {
        let (left, outputs) = (self.left_of_start(member), self.outputs_of_first_layer());
        let (end, start) = (wide(self.state(member)), wide(&self.start(member)));
        let most = start.iter().fold(0.0f64, |most, w| most.max(w.abs()));
        let weights = inputs.iter().flat_map(|&input| own(input, outputs));
        let off = weights.map(|place| (end[place] - left * start[place]).abs());
        off.fold(0.0, f64::max) / most
    }

    /// Energy of the slopes of every member's logits along the pixels of its held-out rows, replicate by replicate: `[members]`.
    ///
    /// # Errors
    /// From the device.
    ///
    /// # Panics
    /// If the data are no classification.
    pub fn slope_maps(&self) -> Result<Vec<EnergyMap>> {
        let what = format!("{}, slopes", self.study.name);
        let replicates = self.models.problem.folds.len();
        let all = self.lab.each(&what, replicates, |replicate| {
            let own = self.held_out(replicate);
            let members = own.members.iter();
            let states: Vec<_> = members.map(|&member| self.state(member).clone()).collect();
            let scales = vec![own.scale.clone(); states.len()];
            let seeds = self.seeds(&own.members);
            let found = slope_energy(&self.targets(&states, &scales, &seeds), &own.x)?;
            Ok(own.members.into_iter().zip(found).collect::<Vec<_>>())
        })?;
        let mut maps = all.concat();
        maps.sort_by_key(|(member, _)| *member);
        let map = |(_, energy)| EnergyMap {
            width: self.width(),
            energy,
        };
        Ok(maps.into_iter().map(map).collect())
    }

    /// `(1 - lr λ)^T` of a member.
    fn left_of_start(&self, member: usize) -> f64 {
        let config = &self.study.config;
        let per_epoch = config.steps_per_epoch(self.rows(member).train.len());
        let steps = f64::from(self.lab.epochs(config.epochs) * per_epoch);
        (1.0 - config.lr * self.key(member).rate).powf(steps)
    }

    /// What a member was before any training.
    pub fn start(&self, member: usize) -> MemberState {
        let seed = self.models.plan.members[member].seed;
        self.models.network.initial(seed)
    }

    fn outputs_of_first_layer(&self) -> usize {
        let shape = &self.models.network.parameters()[0].shape;
        shape.last().copied().unwrap_or(1)
    }

    fn map_of_first_layer(&self, weights: &[f64]) -> EnergyMap {
        let width = match self.models.network.parameters()[0].layout {
            Layout::Convolution { kernel } => kernel[1],
            _ => self.width(),
        };
        let map = EnergyMap::of_weights(weights, self.outputs_of_first_layer(), width);
        let one_channel = self.study.data.shape.first() == Some(&1);
        assert!(
            one_channel && map.energy.len().is_multiple_of(width),
            "one channel"
        );
        map
    }
}

fn own(input: usize, outputs: usize) -> Range<usize> {
    input * outputs..(input + 1) * outputs
}

/// The values of the first parameter.
fn wide(state: &MemberState) -> Vec<f64> {
    state.parameters[0].iter().map(|&w| f64::from(w)).collect()
}

#[cfg(test)]
mod tests;

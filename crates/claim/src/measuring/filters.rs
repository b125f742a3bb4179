//! First layers and what they make of an image, to be looked at.

use decay_model::Layout;
use decay_report::plot::Raster;

use crate::failure::Result;
use crate::measurements::{MeasurementKey, Measurements};
use crate::population::Population;

/// Maps of one size side by side, grey values in `[0, 1]`, a white line between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Mosaic {
    width: usize,
    pixels: Vec<f64>,
}

impl Mosaic {
    /// Maps of any sign: 0 is grey, the largest size of all white or black.
    pub fn signed(maps: &[Vec<f64>], width: usize, columns: usize) -> Self {
        let most = largest(maps);
        Self::of(maps, width, columns, |value| 0.5 + 0.5 * value / most)
    }

    /// Sizes: 0 is black, the largest of all white.
    pub fn sizes(maps: &[Vec<f64>], width: usize, columns: usize) -> Self {
        let most = largest(maps);
        Self::of(maps, width, columns, |value| value / most)
    }

    fn of(maps: &[Vec<f64>], width: usize, columns: usize, grey: impl Fn(f64) -> f64) -> Self {
        let height = maps.first().map_or(1, Vec::len) / width;
        let across = columns * (width + 1) - 1;
        let down = maps.len().div_ceil(columns) * (height + 1) - 1;
        let pixel = |place: usize| {
            let (row, column) = (place / across, place % across);
            let map = maps.get(row / (height + 1) * columns + column / (width + 1));
            let (row, column) = (row % (height + 1), column % (width + 1));
            match map {
                Some(map) if row < height && column < width => grey(map[row * width + column]),
                _ => 1.0,
            }
        };
        Self {
            width: across,
            pixels: (0..across * down).map(pixel).collect(),
        }
    }

    /// Notes every pixel, to three decimals.
    pub fn note(&self, key: MeasurementKey<'_>, metric: &str, out: &mut Measurements) {
        for (place, grey) in self.pixels.iter().enumerate() {
            out.add_at(key, place as f64, metric, (grey * 1e3).round() / 1e3);
        }
    }

    /// The picture that was noted of so many columns of maps of this width.
    ///
    /// # Errors
    /// As [`Measurements::along`].
    pub fn noted(
        measured: &Measurements,
        [study, series, metric]: [&str; 3],
        rate: f64,
        [width, columns]: [usize; 2],
    ) -> Result<Raster> {
        let (_, pixels) = measured.along(study, series, metric, rate)?;
        Ok(Raster {
            width: columns * (width + 1) - 1,
            pixels: pixels.into_iter().map(|own| own[0]).collect(),
        })
    }
}

fn largest(maps: &[Vec<f64>]) -> f64 {
    let sizes = maps.iter().flatten().map(|value| value.abs());
    // Nothing but zeros stays so.
    sizes.fold(f64::MIN_POSITIVE, f64::max)
}

impl Population<'_> {
    /// The weights that lead to each unit or channel of a member's first layer, as maps of the image or of the kernel's taps.
    ///
    /// # Shapes
    /// - returns: `[units]` of `[pixels]`
    pub fn filters(&self, member: usize) -> Vec<Vec<f64>> {
        let outputs = self.models.network.parameters()[0].shape[1];
        let weights = &self.state(member).parameters[0];
        let of = |unit: usize| weights.iter().skip(unit).step_by(outputs);
        let map = |unit: usize| of(unit).map(|&w| f64::from(w)).collect();
        (0..outputs).map(map).collect()
    }

    /// What the first convolution of a member makes of an image, by the formula:
    ///
    /// ```text
    /// h_k(y, x) = max(0, b_k + Σ w_k(i, j) z(y + i - padding, x + j - padding))        z: the image as the network reads it, 0 outside
    /// ```
    ///
    /// # Shapes
    /// - `image`: `[height * width]`, as [`HeldOut::x`](crate::measuring::held_out::HeldOut::x)
    /// - returns: `[channels]` of `[height * width]`
    ///
    /// # Panics
    /// If the first layer is no convolution of one channel with stride 1, an odd kernel and ReLU without a norm.
    pub fn feature_maps(&self, member: usize, image: &[f32]) -> Vec<Vec<f64>> {
        let Layout::Convolution { kernel } = self.models.network.parameters()[0].layout else {
            panic!("the first layer is no convolution");
        };
        let scale = self.held_out(self.replicate(member)).scale;
        let read = |pixel: usize| (image[pixel] - scale.center[pixel]) * scale.factor[pixel];
        let width = self.study.data.shape.last().copied().unwrap_or(1);
        let height = image.len() / width;
        let bias = &self.state(member).parameters[1];
        let value = |filter: &[f64], bias: f32, pixel: usize| {
            let mut sum = f64::from(bias);
            for (tap, weight) in filter.iter().enumerate() {
                let row = (pixel / width + tap / kernel[1]).checked_sub(kernel[0] / 2);
                let column = (pixel % width + tap % kernel[1]).checked_sub(kernel[1] / 2);
                if let (Some(row), Some(column)) = (row, column)
                    && row < height
                    && column < width
                {
                    sum += weight * f64::from(read(row * width + column));
                }
            }
            sum.max(0.0)
        };
        let maps = self.filters(member).into_iter().zip(bias);
        maps.map(|(filter, &bias)| {
            (0..image.len())
                .map(|pixel| value(&filter, bias, pixel))
                .collect()
        })
        .collect()
    }
}

#[cfg(test)]
mod tests;

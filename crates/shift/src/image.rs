//! One image in memory.

use crate::border::Border;

/// The side of the images that CIFAR-10-C's lengths were chosen for.
pub(crate) const REFERENCE_SIDE: f64 = 32.0;

/// Height and width of a plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) height: usize,
    pub(crate) width: usize,
}

impl Size {
    pub(crate) fn area(self) -> usize {
        self.height * self.width
    }

    /// The shorter side.
    pub(crate) fn side(self) -> f64 {
        self.height.min(self.width) as f64
    }

    /// What a length in pixels of CIFAR-10-C is multiplied by: the shorter side over 32.
    pub(crate) fn scale(self) -> f64 {
        self.side() / REFERENCE_SIDE
    }

    /// Row and column of every pixel in order.
    pub(crate) fn places(self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.height).flat_map(move |y| (0..self.width).map(move |x| (y, x)))
    }
}

/// One image, channels first.
#[derive(Debug)]
pub(crate) struct Image<'a> {
    pub(crate) values: &'a mut [f32],
    pub(crate) size: Size,
}

impl Image<'_> {
    pub(crate) fn channels(&self) -> usize {
        self.values.len() / self.size.area()
    }

    pub(crate) fn planes_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.values.chunks_exact_mut(self.size.area())
    }

    /// Replaces every plane by what `change` makes of it.
    pub(crate) fn map_planes(&mut self, change: impl Fn(&[f32], Size) -> Vec<f32>) {
        let size = self.size;
        for plane in self.planes_mut() {
            let changed = change(plane, size);
            plane.copy_from_slice(&changed);
        }
    }

    /// Replaces every value.
    pub(crate) fn map(&mut self, change: impl Fn(f32) -> f32) {
        self.values.iter_mut().for_each(|v| *v = change(*v));
    }

    pub(crate) fn clamp(&mut self) {
        self.map(|v| v.clamp(0.0, 1.0));
    }

    /// The brightness of every pixel: the plane itself, or `0.299 R + 0.587 G + 0.114 B` (ITU-R BT.601).
    pub(crate) fn grey(&self) -> Vec<f32> {
        let area = self.size.area();
        if self.channels() == 1 {
            return self.values.to_vec();
        }
        let value = |i: usize| {
            0.299 * self.values[i]
                + 0.587 * self.values[area + i]
                + 0.114 * self.values[2 * area + i]
        };
        (0..area).map(value).collect()
    }
}

/// The value between pixels by bilinear interpolation.
pub(crate) fn bilinear(plane: &[f32], size: Size, (y, x): (f64, f64), border: Border) -> f32 {
    let (top, left) = (y.floor(), x.floor());
    let (down, right) = ((y - top) as f32, (x - left) as f32);
    let at = |dy: isize, dx: isize| {
        let row = border.index(top as isize + dy, size.height);
        let column = border.index(left as isize + dx, size.width);
        row.zip(column)
            .map_or(0.0, |(row, column)| plane[row * size.width + column])
    };
    let upper = at(0, 0) + right * (at(0, 1) - at(0, 0));
    let lower = at(1, 0) + right * (at(1, 1) - at(1, 0));
    upper + down * (lower - upper)
}

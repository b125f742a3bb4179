//! One image in memory.

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

/// How an index outside `0..n` is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Border {
    /// `d c b | a b c d | c b a`: OpenCV's default.
    Mirror,
    /// `c b a | a b c d | d c b`: scipy's `reflect`.
    Symmetric,
    /// `a a a | a b c d | d d d`.
    Nearest,
    /// Nothing: zero.
    Zero,
}

impl Border {
    /// The index that stands for `at` in `0..n`, `None` for zero.
    pub(crate) fn index(self, at: isize, n: usize) -> Option<usize> {
        let length = n as isize;
        if (0..length).contains(&at) {
            return Some(at as usize);
        }
        match self {
            Self::Zero => None,
            Self::Nearest => Some(at.clamp(0, length - 1) as usize),
            Self::Symmetric => {
                let place = at.rem_euclid(2 * length);
                Some(place.min(2 * length - 1 - place) as usize)
            }
            Self::Mirror if n == 1 => Some(0),
            Self::Mirror => {
                let place = at.rem_euclid(2 * length - 2);
                Some(place.min(2 * length - 2 - place) as usize)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Border;

    #[test]
    fn borders_continue_as_drawn() {
        let row = |border: Border, n| -> Vec<Option<usize>> {
            (-4..7).map(|at| border.index(at, n)).collect()
        };
        let some = |indices: [usize; 11]| indices.map(Some).to_vec();
        assert_eq!(
            row(Border::Mirror, 3),
            some([0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2])
        );
        assert_eq!(
            row(Border::Symmetric, 3),
            some([2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0])
        );
        assert_eq!(
            row(Border::Nearest, 3),
            some([0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2])
        );
        assert_eq!(row(Border::Mirror, 1), some([0; 11]));
        assert_eq!(Border::Zero.index(3, 3), None);
    }
}

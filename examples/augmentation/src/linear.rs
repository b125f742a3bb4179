//! Linear models of augmented images: every shift, every cutout and every pair, so that nothing is left to chance.

use decay_claim::measuring::moments::Moments;
use nalgebra::DMatrix;

/// Side of the digits.
const SIDE: usize = 8;
/// Gauss and Legendre's nodes on `[0, 1]`, of equal weight: their mean is exact for the squares that mixing makes.
const SHARES: [f64; 2] = [0.211_324_865_405_187_1, 0.788_675_134_594_812_9];

/// Where each pixel of a changed image comes from; nowhere if it is empty.
pub(crate) type Change = Vec<Option<usize>>;

/// All shifts by at most so many pixels.
pub(crate) fn shifts(largest: i64) -> Vec<Change> {
    let side = SIDE as i64;
    let all = (-largest..=largest).flat_map(|down| (-largest..=largest).map(move |r| (down, r)));
    let change = |(down, right): (i64, i64)| {
        let source = |pixel: i64| {
            let (row, column) = (pixel / side - down, pixel % side - right);
            let inside = (0..side).contains(&row) && (0..side).contains(&column);
            inside.then_some((row * side + column) as usize)
        };
        (0..side * side).map(source).collect()
    };
    all.map(change).collect()
}

/// A blank square of this side about every pixel, cut off at the edges, as the engine draws it.
pub(crate) fn cutouts(side: usize) -> Vec<Change> {
    let change = |centre: usize| {
        let within = |at: usize, centre: usize| {
            let from = centre as i64 - (side / 2) as i64;
            (from..from + side as i64).contains(&(at as i64))
        };
        let source = |pixel: usize| {
            let down = within(pixel / SIDE, centre / SIDE);
            let cut = down && within(pixel % SIDE, centre % SIDE);
            (!cut).then_some(pixel)
        };
        (0..SIDE * SIDE).map(source).collect()
    };
    (0..SIDE * SIDE).map(change).collect()
}

/// Images and what is to be said of them: `[rows, pixels]` and `[rows, classes]`.
#[derive(Debug, Clone)]
pub(crate) struct Images {
    pub(crate) x: DMatrix<f64>,
    pub(crate) y: DMatrix<f64>,
}

impl Images {
    /// Every image under every change, all changes of the first image first.
    pub(crate) fn changed(&self, changes: &[Change]) -> Self {
        let (count, (rows, pixels)) = (changes.len(), self.x.shape());
        let value = |row: usize, pixel: usize| {
            let source = changes[row % count][pixel];
            source.map_or(0.0, |source| self.x[(row / count, source)])
        };
        Self {
            x: DMatrix::from_fn(rows * count, pixels, value),
            y: DMatrix::from_fn(rows * count, self.y.ncols(), |row, class| {
                self.y[(row / count, class)]
            }),
        }
    }

    /// Every pair, mixed with shares that are uniform: mixup with α = 1.
    pub(crate) fn mixed(&self) -> Self {
        let (rows, nodes) = (self.x.nrows(), SHARES.len());
        let mix = |values: &DMatrix<f64>| {
            DMatrix::from_fn(rows * rows * nodes, values.ncols(), |place, column| {
                let (pair, share) = (place / nodes, SHARES[place % nodes]);
                let (one, other) = (values[(pair / rows, column)], values[(pair % rows, column)]);
                share * one + (1.0 - share) * other
            })
        };
        Self {
            x: mix(&self.x),
            y: mix(&self.y),
        }
    }

    /// The mean over changes of every image, and the covariance that changes give it, mean over images.
    pub(crate) fn averaged(&self, changes: &[Change]) -> (Self, DMatrix<f64>) {
        let (all, count) = (self.changed(changes).x, changes.len());
        let mean = DMatrix::from_fn(self.x.nrows(), self.x.ncols(), |row, pixel| {
            all.view((row * count, pixel), (count, 1)).sum() / count as f64
        });
        let apart = DMatrix::from_fn(all.nrows(), all.ncols(), |row, pixel| {
            all[(row, pixel)] - mean[(row / count, pixel)]
        });
        let covariance = apart.tr_mul(&apart) / all.nrows() as f64;
        let y = self.y.clone();
        (Self { x: mean, y }, covariance)
    }

    /// What a linear model is told of them.
    pub(crate) fn moments(&self) -> Moments {
        Moments::of(&self.x, &self.y)
    }
}

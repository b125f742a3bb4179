//! What blurs a picture, with edges that meet: by its pixels, and as a matrix.

use nalgebra::DMatrix;

/// A blur that is the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Blur {
    /// None: denoising alone.
    None,
    /// A Gaussian with a standard deviation of 1.5 pixels, cut at 4 of them.
    Gaussian,
    /// 9 pixels along a line to the right.
    Motion,
}

/// What lies beyond the edges of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Edges {
    /// The other side of it.
    Meet,
    /// Nothing.
    Dark,
}

const SPREAD: f64 = 1.5;
const REACH: i32 = 6;
const LENGTH: i32 = 9;

/// A square picture of so many pixels a side, row by row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Square(pub(crate) usize);

impl Square {
    /// The place of a pixel so many rows down and columns to the right of another; `None` beyond a dark edge.
    fn moved(self, place: usize, (down, right): (i32, i32), edges: Edges) -> Option<usize> {
        let side = self.0 as i32;
        let (y, x) = (place as i32 / side + down, place as i32 % side + right);
        let within = (0..side).contains(&y) && (0..side).contains(&x);
        let place = || (y.rem_euclid(side) * side + x.rem_euclid(side)) as usize;
        (within || edges == Edges::Meet).then(place)
    }
}

impl Blur {
    pub(crate) const ALL: [(&'static str, Self); 3] = [
        ("noise alone", Self::None),
        ("Gaussian blur", Self::Gaussian),
        ("motion blur", Self::Motion),
    ];

    /// Offsets down and to the right with their weights, which sum to 1 and are symmetric.
    pub(crate) fn taps(self) -> Vec<((i32, i32), f64)> {
        let around = |reach: i32| -reach..=reach;
        let weighted: Vec<((i32, i32), f64)> = match self {
            Self::None => vec![((0, 0), 1.0)],
            Self::Motion => around(LENGTH / 2).map(|x| ((0, x), 1.0)).collect(),
            Self::Gaussian => {
                let weight =
                    |x: i32, y: i32| (f64::from(x * x + y * y) / (-2.0 * SPREAD * SPREAD)).exp();
                let row = |y: i32| around(REACH).map(move |x| ((y, x), weight(x, y)));
                around(REACH).flat_map(row).collect()
            }
        };
        let total: f64 = weighted.iter().map(|(_, weight)| weight).sum();
        weighted
            .into_iter()
            .map(|(at, weight)| (at, weight / total))
            .collect()
    }

    /// The blurred picture, pixel by pixel; its own transpose, since taps are symmetric.
    pub(crate) fn apply(self, square: Square, pixels: &[f64]) -> Vec<f64> {
        convolve(&self.taps(), square, pixels)
    }

    /// The same as a matrix, `[pixels, pixels]`.
    pub(crate) fn matrix(self, square: Square, edges: Edges) -> DMatrix<f64> {
        matrix(&self.taps(), square, edges)
    }
}

/// Differences to the right and down, whose squares the general form penalises.
pub(crate) const GRADIENT: [[((i32, i32), f64); 2]; 2] = [
    [((0, 0), -1.0), ((0, 1), 1.0)],
    [((0, 0), -1.0), ((1, 0), 1.0)],
];

/// `Σ weight * pixel` over the taps, with edges that meet.
pub(crate) fn convolve(taps: &[((i32, i32), f64)], square: Square, pixels: &[f64]) -> Vec<f64> {
    let pixel = |place: usize| {
        let own = taps
            .iter()
            .filter_map(|&(by, weight)| Some((square.moved(place, by, Edges::Meet)?, weight)));
        own.map(|(at, weight)| weight * pixels[at]).sum()
    };
    (0..pixels.len()).map(pixel).collect()
}

/// The same as a matrix.
pub(crate) fn matrix(taps: &[((i32, i32), f64)], square: Square, edges: Edges) -> DMatrix<f64> {
    let pixels = square.0 * square.0;
    let mut matrix = DMatrix::zeros(pixels, pixels);
    for place in 0..pixels {
        for &(by, weight) in taps {
            if let Some(at) = square.moved(place, by, edges) {
                matrix[(place, at)] += weight;
            }
        }
    }
    matrix
}

//! The transformation of one image, as it is drawn and as kernels read it.

use decay_random::{Stream, unit};

/// Columns of the table of strengths.
pub(crate) mod strength {
    pub(crate) const FLIP: usize = 0;
    pub(crate) const ROTATION: usize = 1;
    pub(crate) const SHIFT: usize = 2;
    pub(crate) const CUTOUT: usize = 3;
    pub(crate) const BRIGHTNESS: usize = 4;
}

/// Columns of the table of transformations.
pub(crate) mod column {
    /// 1 for a mirror image, otherwise 0.
    pub(crate) const FLIP: usize = 0;
    /// Cosine of the angle, counterclockwise.
    pub(crate) const COSINE: usize = 1;
    pub(crate) const SINE: usize = 2;
    /// Pixels by which the image moves.
    pub(crate) const DOWN: usize = 3;
    pub(crate) const RIGHT: usize = 4;
    /// Rows and columns `from..to` that are emptied.
    pub(crate) const CUT_TOP: usize = 5;
    pub(crate) const CUT_BOTTOM: usize = 6;
    pub(crate) const CUT_LEFT: usize = 7;
    pub(crate) const CUT_RIGHT: usize = 8;
    /// What is added to every value.
    pub(crate) const BRIGHTNESS: usize = 9;
}

/// A row of the table of transformations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Transform(pub(crate) [f32; Self::COUNT]);

impl Transform {
    /// Values per row.
    pub(crate) const COUNT: usize = 10;

    /// Draws the transformation of an image of `[H, W]` pixels, number `index` of its batch, from eight words of its own.
    pub(crate) fn draw(
        stream: &Stream,
        index: u32,
        strengths: &[f32],
        [height, width]: [usize; 2],
    ) -> Self {
        let [flip, angle, down, right] = stream.block(2 * index);
        let [row, column, light, _] = stream.block(2 * index + 1);
        let angle = (spread(angle) * strengths[strength::ROTATION]).to_radians();
        let shift = strengths[strength::SHIFT] as u32;
        let moved = |word| (below(word, 2 * shift + 1) - i64::from(shift)) as f32;
        let side = strengths[strength::CUTOUT] as u32;
        let (top, bottom) = cut(below(row, height as u32), side, height);
        let (left, end) = cut(below(column, width as u32), side, width);
        let mut drawn = [0.0; Self::COUNT];
        drawn[column::FLIP] = f32::from(unit(flip) < strengths[strength::FLIP]);
        drawn[column::COSINE] = angle.cos();
        drawn[column::SINE] = angle.sin();
        drawn[column::DOWN] = moved(down);
        drawn[column::RIGHT] = moved(right);
        drawn[column::CUT_TOP] = top;
        drawn[column::CUT_BOTTOM] = bottom;
        drawn[column::CUT_LEFT] = left;
        drawn[column::CUT_RIGHT] = end;
        drawn[column::BRIGHTNESS] = spread(light) * strengths[strength::BRIGHTNESS];
        Self(drawn)
    }
}

/// A word as a number in `[-1, 1)`.
fn spread(word: u32) -> f32 {
    2.0 * unit(word) - 1.0
}

/// A word as a whole number below `bound` (Lemire's multiply-shift; its bias is below `bound / 2^32`).
fn below(word: u32, bound: u32) -> i64 {
    ((u64::from(word) * u64::from(bound)) >> 32) as i64
}

/// The part `from..to` of `0..length` that `side` pixels about a centre cover.
fn cut(centre: i64, side: u32, length: usize) -> (f32, f32) {
    let start = centre - i64::from(side / 2);
    let within = |edge: i64| edge.clamp(0, length as i64) as f32;
    (within(start), within(start + i64::from(side)))
}

//! What `update` does with one element: the direction, what decay pulls on and the proximal step.

use std::marker::PhantomData;

use crate::update::{Scalars, column};

pub(crate) type Row = [f32; Scalars::COUNT];

/// The moments of one element; those that a direction does not keep are zero.
pub(crate) type Moments = [f32; 3];

/// A step of one element as the pass over a whole parameter inlines it.
pub(crate) trait Element {
    const MOMENTS: usize;

    /// The new weight and moments; `anchor` is the reference point, if there is one.
    fn step(w: f32, g: f32, anchor: f32, m: Moments, row: &Row) -> (f32, Moments);
}

/// A direction: what is subtracted, and the new moments.
pub(crate) trait Moves {
    const MOMENTS: usize;

    fn moved(g: f32, m: Moments, row: &Row) -> (f32, Moments);
}

/// What decay pulls on.
pub(crate) trait Pulls {
    fn pulled(w: f32, u: f32, anchor: f32) -> f32;
}

/// A whole rule.
pub(crate) struct Composed<M, P, const PROXIMAL: bool>(PhantomData<(M, P)>);

impl<M: Moves, P: Pulls, const PROXIMAL: bool> Element for Composed<M, P, PROXIMAL> {
    const MOMENTS: usize = M::MOMENTS;

    #[inline(always)]
    fn step(w: f32, g: f32, anchor: f32, m: Moments, row: &Row) -> (f32, Moments) {
        let (u, m) = M::moved(g + row[column::COUPLED] * w, m, row);
        let mut next = w - row[column::SHRINK] * P::pulled(w, u, anchor) - u;
        if PROXIMAL {
            let threshold = row[column::THRESHOLD];
            // What lies within the threshold goes; what lies outside moves by it.
            let inside = next.max(-threshold).min(threshold);
            // A number that is none is not made one.
            let inside = if next.is_nan() { 0.0 } else { inside };
            next = (next - inside) * row[column::KEPT];
        }
        (flushed(next), m)
    }
}

/// The number, or zero where it is subnormal.
///
/// Strong decay and the moments of units that get no gradient any more run into the subnormal numbers, where every
/// operation, the products of the next forward pass included, takes a hundred times longer.
#[inline(always)]
fn flushed(x: f32) -> f32 {
    if x.abs() < f32::MIN_POSITIVE { 0.0 } else { x }
}

/// `g^2`, or zero where that would be subnormal.
#[inline(always)]
fn square(g: f32) -> f32 {
    /// Above the root of `f32::MIN_POSITIVE`, `1.1e-19`.
    const ROOT_OF_SMALLEST: f32 = 1.2e-19;
    let large = if g.abs() < ROOT_OF_SMALLEST { 0.0 } else { g };
    large * large
}

/// `a x + b y` with factors of the row.
#[inline(always)]
fn mixed(row: &Row, a: usize, x: f32, b: usize, y: f32) -> f32 {
    row[a] * x + row[b] * y
}

pub(crate) struct Everywhere;
pub(crate) struct Cautious;
pub(crate) struct Anchored;

impl Pulls for Everywhere {
    #[inline(always)]
    fn pulled(w: f32, _: f32, _: f32) -> f32 {
        w
    }
}

impl Pulls for Cautious {
    #[inline(always)]
    fn pulled(w: f32, u: f32, _: f32) -> f32 {
        if u * w < 0.0 { 0.0 } else { w }
    }
}

impl Pulls for Anchored {
    #[inline(always)]
    fn pulled(w: f32, _: f32, anchor: f32) -> f32 {
        w - anchor
    }
}

pub(crate) struct Sgd;
pub(crate) struct Momentum;
pub(crate) struct AdaGrad;
pub(crate) struct RmsProp<const CENTERED: bool, const MOMENTUM: bool>;
pub(crate) struct Adam<const AMSGRAD: bool>;
pub(crate) struct Lion;

impl Moves for Sgd {
    const MOMENTS: usize = 0;

    #[inline(always)]
    fn moved(g: f32, m: Moments, row: &Row) -> (f32, Moments) {
        (row[column::LEARNING_RATE] * g, m)
    }
}

impl Moves for Momentum {
    const MOMENTS: usize = 1;

    #[inline(always)]
    fn moved(g: f32, [m, ..]: Moments, row: &Row) -> (f32, Moments) {
        let m = flushed(mixed(row, column::BETA1, m, column::TAKEN, g));
        let u = mixed(row, column::OF_MOMENT, m, column::OF_GRADIENT, g);
        (u, [m, 0.0, 0.0])
    }
}

impl Moves for AdaGrad {
    const MOMENTS: usize = 1;

    #[inline(always)]
    fn moved(g: f32, [v, ..]: Moments, row: &Row) -> (f32, Moments) {
        let v = v + square(g);
        let u = row[column::LEARNING_RATE] * g / (v.sqrt() + row[column::EPSILON]);
        (u, [v, 0.0, 0.0])
    }
}

impl<const CENTERED: bool, const MOMENTUM: bool> Moves for RmsProp<CENTERED, MOMENTUM> {
    const MOMENTS: usize = 1 + CENTERED as usize + MOMENTUM as usize;

    #[inline(always)]
    fn moved(g: f32, mut m: Moments, row: &Row) -> (f32, Moments) {
        let average = |old, new| flushed(mixed(row, column::BETA2, old, column::TAKEN2, new));
        m[0] = average(m[0], square(g));
        let mut spread = m[0];
        if CENTERED {
            m[1] = average(m[1], g);
            // Rounding may leave less than nothing.
            spread = (spread - m[1] * m[1]).max(0.0);
        }
        let mut u = g / (spread.sqrt() + row[column::EPSILON]);
        if MOMENTUM {
            let buffer = 1 + CENTERED as usize;
            m[buffer] = flushed(row[column::BETA1] * m[buffer] + u);
            u = m[buffer];
        }
        (u * row[column::LEARNING_RATE], m)
    }
}

impl<const AMSGRAD: bool> Moves for Adam<AMSGRAD> {
    const MOMENTS: usize = 2 + AMSGRAD as usize;

    #[inline(always)]
    fn moved(g: f32, [m, v, most]: Moments, row: &Row) -> (f32, Moments) {
        let m = flushed(mixed(row, column::BETA1, m, column::TAKEN, g));
        let v = flushed(mixed(row, column::BETA2, v, column::TAKEN2, square(g)));
        let most = if AMSGRAD && most > v { most } else { v };
        let above = mixed(row, column::OF_MOMENT, m, column::OF_GRADIENT, g);
        let u = above / (most.sqrt() * row[column::CORRECT2] + row[column::EPSILON]);
        (u, [m, v, most])
    }
}

impl Moves for Lion {
    const MOMENTS: usize = 1;

    #[inline(always)]
    fn moved(g: f32, [m, ..]: Moments, row: &Row) -> (f32, Moments) {
        let side = mixed(row, column::BETA1, m, column::TAKEN, g);
        let m = flushed(mixed(row, column::BETA2, m, column::TAKEN2, g));
        let sign = if side.is_nan() {
            side
        } else {
            f32::from(side > 0.0) - f32::from(side < 0.0)
        };
        (row[column::LEARNING_RATE] * sign, [m, 0.0, 0.0])
    }
}

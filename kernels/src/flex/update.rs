//! `update` on the CPU: one streaming pass over parameter, gradient and moments.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::share::{Shared, each};
use super::storage::{contiguous, floats, owned};
use super::vector::widest;
use crate::sizes::expect_update;
use crate::update::{Decay, Direction, Rule, Scalars, UpdateOps, column};

impl UpdateOps for Flex {
    fn update(
        parameter: FlexTensor,
        gradient: FlexTensor,
        moments: FlexTensor,
        scalars: FlexTensor,
        decayed: bool,
        rule: Rule,
    ) -> (FlexTensor, FlexTensor) {
        expect_update(&parameter, &gradient, &moments, &scalars, rule);
        let (gradient, scalars) = (contiguous(gradient), contiguous(scalars));
        let (g, scalars) = (floats(&gradient), floats(&scalars));
        let mut after = None;
        let parameter = owned(parameter, |w| {
            after = Some(owned(moments, |moments| {
                step(w, g, moments, scalars, decayed, rule);
            }));
        });
        let moments = after.unwrap_or_else(|| unreachable!("`owned` runs its closure"));
        (parameter, moments)
    }
}

/// Elements per piece of work: the four streams of a piece fit the first-level cache's neighbourhood.
const PIECE: usize = 1 << 13;

fn step(w: &mut [f32], g: &[f32], moments: &mut [f32], scalars: &[f32], decayed: bool, rule: Rule) {
    let len = w.len();
    let members = scalars.len() / Scalars::COUNT;
    let width = len / members.max(1);
    let pieces = width.div_ceil(PIECE);
    let (w, moments) = (Shared::new(w), Shared::new(moments));
    each(members * pieces, |item| {
        let r = item / pieces;
        let start = r * width + item % pieces * PIECE;
        let size = PIECE.min((r + 1) * width - start);
        let row: &[f32; Scalars::COUNT] = scalars[r * Scalars::COUNT..]
            .first_chunk()
            .unwrap_or_else(|| unreachable!("the table has a row per member"));
        if row[column::EPSILON] < 0.0 {
            return;
        }
        let g = &g[start..start + size];
        // SAFETY: pieces are disjoint; moment `k` of an element lies `k * len` further, and `expect_update` has seen
        // that there are as many as the rule keeps.
        let (w, m) = unsafe { (w.slice(start, size), moments.slice(start, size)) };
        let row = with_decay(row, decayed, rule.decay);
        match rule.direction {
            Direction::Sgd => sgd(w, g, &row),
            Direction::Momentum { nesterov: false } => momentum(w, g, m, &row),
            Direction::Momentum { nesterov: true } => nesterov(w, g, m, &row),
            Direction::Adam => {
                // SAFETY: as above, with `k = 1`.
                let v = unsafe { moments.slice(len + start, size) };
                adam(w, g, m, v, &row);
            }
        }
    });
}

/// The row with the decay that does not apply set to zero, so that one body serves both.
fn with_decay(row: &[f32; Scalars::COUNT], decayed: bool, decay: Decay) -> [f32; Scalars::COUNT] {
    let mut row = *row;
    if !decayed || decay == Decay::Decoupled {
        row[column::DECAY] = 0.0;
    }
    if !decayed || decay == Decay::Coupled {
        row[column::SHRINK] = 0.0;
    }
    row
}

/// The number, or zero where it is subnormal.
///
/// Strong decay and the moments of units that get no gradient any more run into the subnormal numbers, where every
/// operation, the products of the next forward pass included, takes a hundred times longer.
#[inline(always)]
fn flushed(x: f32) -> f32 {
    if x.abs() < f32::MIN_POSITIVE { 0.0 } else { x }
}

widest! {
    fn sgd(w: &mut [f32], g: &[f32], row: &[f32; Scalars::COUNT]) {
        let (lr, decay, shrink) = (row[column::LEARNING_RATE], row[column::DECAY], row[column::SHRINK]);
        for (w, &g) in w.iter_mut().zip(g) {
            let u = g + decay * *w;
            *w = flushed(*w - shrink * *w - lr * u);
        }
    }
}

widest! {
    fn momentum(w: &mut [f32], g: &[f32], m: &mut [f32], row: &[f32; Scalars::COUNT]) {
        let (lr, decay, shrink) = (row[column::LEARNING_RATE], row[column::DECAY], row[column::SHRINK]);
        let (beta, taken) = (row[column::BETA1], row[column::TAKEN]);
        for ((w, &g), m) in w.iter_mut().zip(g).zip(m) {
            let g = g + decay * *w;
            *m = flushed(beta * *m + taken * g);
            *w = flushed(*w - shrink * *w - lr * *m);
        }
    }
}

widest! {
    fn nesterov(w: &mut [f32], g: &[f32], m: &mut [f32], row: &[f32; Scalars::COUNT]) {
        let (lr, decay, shrink) = (row[column::LEARNING_RATE], row[column::DECAY], row[column::SHRINK]);
        let (beta, taken) = (row[column::BETA1], row[column::TAKEN]);
        for ((w, &g), m) in w.iter_mut().zip(g).zip(m) {
            let g = g + decay * *w;
            *m = flushed(beta * *m + taken * g);
            *w = flushed(*w - shrink * *w - lr * (g + beta * *m));
        }
    }
}

/// Above the root of `f32::MIN_POSITIVE`, `1.1e-19`.
const ROOT_OF_SMALLEST: f32 = 1.2e-19;

widest! {
    fn adam(w: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], row: &[f32; Scalars::COUNT]) {
        let (decay, shrink) = (row[column::DECAY], row[column::SHRINK]);
        let (beta1, taken1) = (row[column::BETA1], row[column::TAKEN]);
        let (beta2, taken2) = (row[column::BETA2], row[column::TAKEN2]);
        let (size, correct2) = (row[column::STEP_SIZE], row[column::CORRECT2]);
        let epsilon = row[column::EPSILON];
        for (((w, &g), m), v) in w.iter_mut().zip(g).zip(m).zip(v) {
            let g = g + decay * *w;
            *m = flushed(beta1 * *m + taken1 * g);
            // The square of a smaller gradient is subnormal.
            let large = if g.abs() < ROOT_OF_SMALLEST { 0.0 } else { g };
            *v = flushed(beta2 * *v + taken2 * (large * large));
            let u = *m / (v.sqrt() * correct2 + epsilon);
            *w = flushed(*w - shrink * *w - size * u);
        }
    }
}

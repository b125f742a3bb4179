//! The waves of a periodic encoding, rows side by side in the vector registers.

use std::f32::consts::TAU;
use std::mem::MaybeUninit;

use super::{BLOCK, Columns, PERIODIC_VALUES};
use crate::cpu::turns::wave;
use crate::cpu::vector::{multiply_add, widest_fused};

/// Rows that fill a register.
const LANES: usize = 16;

/// The waves of all members.
pub(super) struct Waves<'a> {
    /// Waves of a number.
    pub(super) each: usize,
    /// Waves of a member.
    pub(super) pairs: usize,
    pub(super) frequency: &'a [f32],
    pub(super) phase: &'a [f32],
    pub(super) weight: &'a [f32],
}

impl<'a> Waves<'a> {
    pub(super) fn of_member(&self, r: usize) -> MemberWaves<'a> {
        let own = |values: &'a [f32], each: usize| &values[r * each..][..each];
        MemberWaves {
            each: self.each,
            frequency: own(self.frequency, self.pairs),
            phase: own(self.phase, self.pairs),
            weight: own(self.weight, self.pairs * PERIODIC_VALUES).as_chunks().0,
        }
    }
}

/// Rows of one member.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// `[rows, columns]`.
    pub(super) x: &'a [f32],
    pub(super) columns: &'a Columns,
}

impl Rows<'_> {
    pub(super) fn len(self) -> usize {
        self.x.len() / self.columns.count().max(1)
    }
}

/// One member's waves.
#[derive(Clone, Copy)]
pub(super) struct MemberWaves<'a> {
    each: usize,
    frequency: &'a [f32],
    phase: &'a [f32],
    weight: &'a [[f32; PERIODIC_VALUES]],
}

impl<'a> MemberWaves<'a> {
    /// Frequency, phase and weights of each wave of a number.
    #[inline(always)]
    fn of_number(
        self,
        f: usize,
    ) -> impl Iterator<Item = (f32, f32, [f32; PERIODIC_VALUES])> + use<'a> {
        let own = f * self.each..(f + 1) * self.each;
        let waves = self.frequency[own.clone()].iter();
        let waves = waves.zip(&self.phase[own.clone()]);
        let waves = waves.zip(&self.weight[own]);
        waves.map(|((&frequency, &phase), &weight)| (frequency, phase, weight))
    }

    /// All columns of at most [`BLOCK`] rows, and behind them the values of each number.
    pub(super) fn encode(self, rows: Rows<'_>, offset: &[f32], out: &mut [MaybeUninit<f32>]) {
        let count = rows.columns.count();
        let width = out.len() / rows.len().max(1);
        for (row, out) in rows.x.chunks_exact(count).zip(out.chunks_exact_mut(width)) {
            out[..count].write_copy_of_slice(row);
        }
        let offset = offset.as_chunks::<PERIODIC_VALUES>().0;
        for (f, (&column, offset)) in rows.columns.numbers.iter().zip(offset).enumerate() {
            let mut x = [0.0; BLOCK];
            for (x, row) in x.iter_mut().zip(rows.x.chunks_exact(count)) {
                *x = row[column];
            }
            let mut values = offset.map(|offset| [offset; BLOCK]);
            add_waves(self, f, &x, &mut values);
            let start = count + f * PERIODIC_VALUES;
            for (i, out) in out.chunks_exact_mut(width).enumerate() {
                for (out, values) in out[start..].iter_mut().zip(&values) {
                    out.write(values[i]);
                }
            }
        }
    }

    /// The gradient by every column of at most [`BLOCK`] rows.
    pub(super) fn input_gradient(self, rows: Rows<'_>, grad: &[f32], out: &mut [MaybeUninit<f32>]) {
        let count = rows.columns.count();
        let width = grad.len() / rows.len().max(1);
        for (grad, out) in grad.chunks_exact(width).zip(out.chunks_exact_mut(count)) {
            out.write_copy_of_slice(&grad[..count]);
        }
        for (f, &column) in rows.columns.numbers.iter().enumerate() {
            let (mut x, mut g) = ([0.0; BLOCK], [[0.0; BLOCK]; PERIODIC_VALUES]);
            let start = count + f * PERIODIC_VALUES;
            let pairs = rows.x.chunks_exact(count).zip(grad.chunks_exact(width));
            for (i, (row, grad)) in pairs.enumerate() {
                x[i] = row[column];
                for (g, &grad) in g.iter_mut().zip(&grad[start..]) {
                    g[i] = grad;
                }
            }
            let mut dx = [0.0; BLOCK];
            pull_back(self, f, &x, &g, &mut dx);
            let pairs = grad.chunks_exact(width).zip(out.chunks_exact_mut(count));
            for ((grad, out), dx) in pairs.zip(dx) {
                out[column].write(grad[column] + dx);
            }
        }
    }

    /// Sums over all rows of a member: `[d frequency, d phase, d weight, d offset]`.
    pub(super) fn gradients(self, rows: Rows<'_>, grad: &[f32], sums: [&mut [f32]; 4]) {
        let count = rows.columns.count();
        let width = grad.len() / rows.len().max(1);
        let [frequency, phase, weight, offset] = sums;
        let (weight, _) = weight.as_chunks_mut::<PERIODIC_VALUES>();
        let blocks = rows.len().div_ceil(LANES);
        // A number's column and its values' gradients, padded with zeros, which add nothing.
        let mut x = vec![[0.0; LANES]; blocks];
        let mut g = vec![[[0.0; LANES]; PERIODIC_VALUES]; blocks];
        for (f, &column) in rows.columns.numbers.iter().enumerate() {
            let start = count + f * PERIODIC_VALUES;
            let pairs = rows.x.chunks_exact(count).zip(grad.chunks_exact(width));
            for (i, (row, grad)) in pairs.enumerate() {
                let (block, lane) = (i / LANES, i % LANES);
                x[block][lane] = row[column];
                for (d, &grad) in grad[start..][..PERIODIC_VALUES].iter().enumerate() {
                    g[block][d][lane] = grad;
                    offset[f * PERIODIC_VALUES + d] += grad;
                }
            }
            for (k, wave) in self.of_number(f).enumerate() {
                let place = f * self.each + k;
                let [own_frequency, own_phase, own_weight @ ..] = sum_rows(wave, &x, &g);
                (frequency[place], phase[place]) = (own_frequency, own_phase);
                weight[place] = own_weight;
            }
        }
    }
}

widest_fused! {
    fn add_waves<const FUSED: bool>(
        waves: MemberWaves<'_>,
        f: usize,
        x: &[f32; BLOCK],
        values: &mut [[f32; BLOCK]; PERIODIC_VALUES],
    ) {
        for (frequency, phase, weight) in waves.of_number(f) {
            let mut cosine = [0.0; BLOCK];
            for i in 0..BLOCK {
                (_, cosine[i]) = wave::<FUSED>(multiply_add::<FUSED>(x[i], frequency, phase));
            }
            for (values, weight) in values.iter_mut().zip(weight) {
                for i in 0..BLOCK {
                    values[i] = multiply_add::<FUSED>(cosine[i], weight, values[i]);
                }
            }
        }
    }
}

widest_fused! {
    fn pull_back<const FUSED: bool>(
        waves: MemberWaves<'_>,
        f: usize,
        x: &[f32; BLOCK],
        grad: &[[f32; BLOCK]; PERIODIC_VALUES],
        dx: &mut [f32; BLOCK],
    ) {
        for (frequency, phase, weight) in waves.of_number(f) {
            let factor = -TAU * frequency;
            for i in 0..BLOCK {
                let (sine, _) = wave::<FUSED>(multiply_add::<FUSED>(x[i], frequency, phase));
                let through = through::<FUSED>(grad.each_ref().map(|grad| grad[i]), weight);
                dx[i] = multiply_add::<FUSED>(factor * sine, through, dx[i]);
            }
        }
    }
}

widest_fused! {
    fn sum_rows<const FUSED: bool>(
        wave_of: (f32, f32, [f32; PERIODIC_VALUES]),
        x: &[[f32; LANES]],
        grad: &[[[f32; LANES]; PERIODIC_VALUES]],
    ) -> [f32; 2 + PERIODIC_VALUES] {
        let (frequency, phase, weight) = wave_of;
        let weight = weight.map(|weight| -TAU * weight);
        let mut sums = [[0.0f32; LANES]; 2 + PERIODIC_VALUES];
        // Loops over whole registers with plain places: anything more, and the compiler leaves them to single lanes.
        for (x, grad) in x.iter().zip(grad) {
            let (mut slope, mut cosine) = ([0.0; LANES], [0.0; LANES]);
            for i in 0..LANES {
                let (sine, own) = wave::<FUSED>(multiply_add::<FUSED>(x[i], frequency, phase));
                (slope[i], cosine[i]) = (sine, own);
            }
            for d in 0..PERIODIC_VALUES {
                for i in 0..LANES {
                    sums[2 + d][i] = multiply_add::<FUSED>(cosine[i], grad[d][i], sums[2 + d][i]);
                }
            }
            for i in 0..LANES {
                let first = grad[0][i] * weight[0];
                let second = multiply_add::<FUSED>(grad[1][i], weight[1], first);
                slope[i] *= multiply_add::<FUSED>(grad[2][i], weight[2], second);
            }
            for i in 0..LANES {
                sums[0][i] = multiply_add::<FUSED>(slope[i], x[i], sums[0][i]);
            }
            for i in 0..LANES {
                sums[1][i] += slope[i];
            }
        }
        sums.map(|lanes| lanes.iter().sum())
    }
}

/// The gradient behind a wave's weights.
#[inline(always)]
fn through<const FUSED: bool>(grad: [f32; PERIODIC_VALUES], weight: [f32; PERIODIC_VALUES]) -> f32 {
    let mut sum = 0.0;
    for (grad, weight) in grad.into_iter().zip(weight) {
        sum = multiply_add::<FUSED>(grad, weight, sum);
    }
    sum
}

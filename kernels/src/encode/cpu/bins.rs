//! The bins of a piecewise-linear encoding.

use std::mem::MaybeUninit;

use burn::backend::flex::FlexTensor;

use super::Columns;
use crate::cpu::storage::{contiguous, floats};
use crate::cpu::vector::widest;
use crate::sizes::{dims, expect_shape};

/// Every bin of every member as `clamp((x - lower) rate, low, high)`.
pub(super) struct Bins {
    /// Bins of a number.
    each: usize,
    /// Bins of a member.
    pub(super) width: usize,
    lower: Vec<f32>,
    /// 0 of an empty bin.
    rate: Vec<f32>,
    low: Vec<f32>,
    high: Vec<f32>,
}

impl Bins {
    pub(super) fn of(x: &FlexTensor, edges: FlexTensor, columns: &Columns) -> Self {
        let [members, _, count] = dims(x);
        assert_eq!(count, columns.count(), "piecewise: columns of the inputs");
        let [_, all] = dims(&edges);
        let numbers = columns.numbers.len();
        let each = (all / numbers.max(1)).saturating_sub(1);
        let wanted = [members, numbers * (each + 1)];
        expect_shape("piecewise: edges", &edges, wanted);
        let edges = contiguous(edges);
        let width = numbers * each;
        let room = || Vec::with_capacity(members * width);
        let mut bins = Self {
            each,
            width,
            lower: room(),
            rate: room(),
            low: room(),
            high: room(),
        };
        for edges in floats(&edges).chunks_exact(each + 1) {
            bins.push_number(edges);
        }
        bins
    }

    fn push_number(&mut self, edges: &[f32]) {
        let start = self.lower.len();
        let mut last = None;
        for (t, pair) in edges.windows(2).enumerate() {
            let empty = pair[0] >= pair[1];
            self.lower.push(pair[0]);
            self.rate.push(if empty {
                0.0
            } else {
                1.0 / (pair[1] - pair[0])
            });
            self.low.push(if t == 0 { f32::NEG_INFINITY } else { 0.0 });
            self.high.push(1.0);
            last = if empty { last } else { Some(start + t) };
        }
        if let Some(last) = last {
            self.high[last] = f32::INFINITY;
        }
    }

    pub(super) fn of_member(&self, r: usize) -> MemberBins<'_> {
        let own = r * self.width..(r + 1) * self.width;
        MemberBins {
            each: self.each,
            lower: &self.lower[own.clone()],
            rate: &self.rate[own.clone()],
            low: &self.low[own.clone()],
            high: &self.high[own],
        }
    }
}

/// One member's bins.
#[derive(Clone, Copy)]
pub(super) struct MemberBins<'a> {
    each: usize,
    lower: &'a [f32],
    rate: &'a [f32],
    low: &'a [f32],
    high: &'a [f32],
}

impl<'a> MemberBins<'a> {
    #[inline(always)]
    fn of_number(self, f: usize) -> Self {
        let own = f * self.each..(f + 1) * self.each;
        Self {
            each: self.each,
            lower: &self.lower[own.clone()],
            rate: &self.rate[own.clone()],
            low: &self.low[own.clone()],
            high: &self.high[own],
        }
    }

    /// The other columns, then the bins of each number.
    pub(super) fn encode(self, row: &[f32], columns: &Columns, out: &mut [MaybeUninit<f32>]) {
        let (others, bins) = out.split_at_mut(columns.others.len());
        for (out, &column) in others.iter_mut().zip(&*columns.others) {
            out.write(row[column]);
        }
        write_bins(self, row, &columns.numbers, bins);
    }

    /// The gradient by every column of a row.
    pub(super) fn gradient(
        self,
        row: &[f32],
        grad: &[f32],
        columns: &Columns,
        out: &mut [MaybeUninit<f32>],
    ) {
        let (others, bins) = grad.split_at(columns.others.len());
        for (&grad, &column) in others.iter().zip(&*columns.others) {
            out[column].write(grad);
        }
        pull_back(self, row, bins, &columns.numbers, out);
    }
}

widest! {
    fn write_bins(bins: MemberBins<'_>, row: &[f32], numbers: &[usize], out: &mut [MaybeUninit<f32>]) {
        for (f, (&column, out)) in numbers.iter().zip(out.chunks_exact_mut(bins.each)).enumerate() {
            let (x, own) = (row[column], bins.of_number(f));
            let ends = own.low.iter().zip(own.high);
            let bins = own.lower.iter().zip(own.rate).zip(ends);
            for (out, ((&lower, &rate), (&low, &high))) in out.iter_mut().zip(bins) {
                let u = (x - lower) * rate;
                // NaN stays.
                let u = if u < low { low } else { u };
                out.write(if u > high { high } else { u });
            }
        }
    }
}

widest! {
    fn pull_back(
        bins: MemberBins<'_>,
        row: &[f32],
        grad: &[f32],
        numbers: &[usize],
        out: &mut [MaybeUninit<f32>],
    ) {
        for (f, (&column, grad)) in numbers.iter().zip(grad.chunks_exact(bins.each)).enumerate() {
            let (x, own) = (row[column], bins.of_number(f));
            let ends = own.low.iter().zip(own.high);
            let bins = own.lower.iter().zip(own.rate).zip(ends);
            let mut sum = 0.0;
            for (&grad, ((&lower, &rate), (&low, &high))) in grad.iter().zip(bins) {
                let u = (x - lower) * rate;
                let outside = u < low || u > high;
                sum += if outside { 0.0 } else { grad * rate };
            }
            out[column].write(sum);
        }
    }
}

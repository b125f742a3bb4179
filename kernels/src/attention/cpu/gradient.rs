//! The way back through graph attention, for one head of one member.

use super::{Graph, Head, dot, factor};
use crate::attention::AttentionSizes;
use crate::cpu::share::Shared;
use crate::cpu::vector::widest;
use crate::sparse::cpu::entries::Entries;

impl Graph {
    /// Writes a head's part of all gradients; see [`backward`](crate::reference::attention::backward).
    ///
    /// # Safety
    /// As for [`Self::spread`].
    pub(crate) unsafe fn pull_back(
        &self,
        head: Head,
        [h, att_source, att_target, alpha, source, target, grad]: [&[f32]; 7],
        dh: Shared,
        [d_att_source, d_att_target]: [Shared; 2],
    ) {
        let AttentionSizes { nodes, entries, .. } = self.sizes;
        let row = self.sizes.row();
        let of_nodes = |all: &[f32]| all[head.unit * nodes..][..nodes].to_vec();
        let alpha = &alpha[head.unit * entries..][..entries];
        let (mut dtarget, mut dz) = (of_nodes(target), vec![0.0; entries]);
        let kept = self.kept(alpha, &head, self.forward.numbers());
        let weights = kept.as_deref().unwrap_or(alpha);
        agreements(
            &mut dz,
            &self.forward,
            &h[head.start..],
            &grad[head.start..],
            row,
            head.width,
        );
        let saved = Saved {
            alpha,
            weights,
            source: &of_nodes(source),
            scale: self.scale(&head),
            slope: self.slope,
        };
        pull_softmax(&mut dz, &mut dtarget, &self.forward, saved);
        let (turned, dsource) = self.by_source(weights, &dz);
        // SAFETY: the caller's promise.
        unsafe {
            self.spread(&self.transpose, &turned, grad, dh, &head);
            for (node, (ds, dt)) in dsource.iter().zip(&dtarget).enumerate() {
                let dh = dh.slice(head.start + node * row, head.width);
                let vectors = head.vector(att_source).iter().zip(head.vector(att_target));
                for (dh, (&a_source, &a_target)) in dh.iter_mut().zip(vectors) {
                    *dh += ds * a_source + dt * a_target;
                }
            }
            for (d, weights) in [(d_att_source, &dsource), (d_att_target, &dtarget)] {
                let d = d.slice(head.vector, head.width);
                weighted_sum(d, weights, &h[head.start..], row);
            }
        }
    }

    /// The weights in the order of their sources, and the sum of `dz` over the entries of each source.
    fn by_source(&self, weights: &[f32], dz: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let numbers = self.transpose.numbers();
        let turned = numbers.iter().map(|&number| weights[number as usize]);
        let sum = |ends: &[i32]| {
            let of_source = &numbers[ends[0] as usize..ends[1] as usize];
            of_source.iter().map(|&number| dz[number as usize]).sum()
        };
        let sums = self.transpose.offsets().windows(2).map(sum);
        (turned.collect(), sums.collect())
    }
}

widest! {
    /// `out[e] = g[i] . h[j]` of every entry `e = (i, j)`, over the first `width` features of rows that are `row` apart.
    fn agreements(out: &mut [f32], entries: &Entries, h: &[f32], g: &[f32], row: usize, width: usize) {
        for (i, ends) in entries.offsets().windows(2).enumerate() {
            let range = ends[0] as usize..ends[1] as usize;
            let g = &g[i * row..][..width];
            for (out, &j) in out[range.clone()].iter_mut().zip(&entries.indices()[range]) {
                *out = dot(g, &h[j as usize * row..][..width]);
            }
        }
    }
}

widest! {
    /// `sum[f] = sum over i of weights[i] x[i, f]`, the rows of `x` being `row` apart.
    fn weighted_sum(sum: &mut [f32], weights: &[f32], x: &[f32], row: usize) {
        sum.fill(0.0);
        for (&weight, x) in weights.iter().zip(x.chunks(row)) {
            for (sum, &x) in sum.iter_mut().zip(x) {
                *sum += weight * x;
            }
        }
    }
}

/// What a softmax's gradient is made from.
#[derive(Clone, Copy)]
struct Saved<'a> {
    alpha: &'a [f32],
    /// The coefficients that are kept, and what they count for.
    weights: &'a [f32],
    scale: f32,
    /// `a_source . h`.
    source: &'a [f32],
    slope: f32,
}

widest! {
    /// From `d alpha` without its mask to `dz` in its place, and from `a_target . h` to its gradient.
    fn pull_softmax(dz: &mut [f32], target: &mut [f32], entries: &Entries, saved: Saved<'_>) {
        let indices = entries.indices();
        for (ends, target) in entries.offsets().windows(2).zip(target) {
            let row = ends[0] as usize..ends[1] as usize;
            let dz = &mut dz[row.clone()];
            let mut total = 0.0;
            for (d, &weight) in dz.iter_mut().zip(&saved.weights[row.clone()]) {
                *d *= saved.scale * weight;
                total += *d;
            }
            let mut sum = 0.0;
            let alpha = &saved.alpha[row.clone()];
            for ((d, &alpha), &column) in dz.iter_mut().zip(alpha).zip(&indices[row]) {
                let z = saved.source[column as usize] + *target;
                *d = (*d - alpha * total) * factor(z, saved.slope);
                sum += *d;
            }
            *target = sum;
        }
    }
}

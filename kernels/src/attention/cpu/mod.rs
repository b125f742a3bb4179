//! Graph attention on the CPU: a thread takes a head of a member; its sums over neighbours are weighted rows.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use crate::attention::{AttentionOps, AttentionSizes};
use crate::cpu::exponential::exp_of_nonpositive;
use crate::cpu::share::{Shared, each, filled};
use crate::cpu::storage::{contiguous, floats, tensor};
use crate::cpu::vector::widest;
use crate::sizes::expect_shape;
use crate::sparse::cpu::entries::{Entries, Mask, keep};
use crate::sparse::cpu::weighted_rows::WeightedRows;
use crate::sparse::{Kept, Sparse};

mod gradient;

impl AttentionOps for Flex {
    fn graph_attention_with_coefficients(
        graph: Sparse<Self>,
        h: FlexTensor,
        att_source: FlexTensor,
        att_target: FlexTensor,
        kept: Kept<Self>,
        heads: usize,
        slope: f32,
    ) -> (FlexTensor, FlexTensor, FlexTensor, FlexTensor) {
        let sizes = AttentionSizes::of::<Self>(&graph, &h, [&att_source, &att_target], heads);
        let graph = Graph::new(sizes, graph, kept, slope);
        let [h, att_source, att_target] = [h, att_source, att_target].map(contiguous);
        let (h, vectors) = (floats(&h), [floats(&att_source), floats(&att_target)]);
        let of_nodes = sizes.of_nodes();
        let mut alpha = vec![0.0; sizes.of_entries().iter().product()];
        let [mut source, mut target] = [(); 2].map(|()| vec![0.0; of_nodes.iter().product()]);
        let [coefficients, sources, targets] =
            [&mut alpha, &mut source, &mut target].map(|values| Shared::new(values));
        let fill = |y: Shared| {
            each(sizes.members * heads, |unit| {
                let head = Head::new(sizes, unit);
                // SAFETY: every head of every member has its own part of each buffer.
                let [source, target] = [sources, targets]
                    .map(|all| unsafe { all.slice(unit * sizes.nodes, sizes.nodes) });
                // SAFETY: as above.
                let alpha = unsafe { coefficients.slice(unit * sizes.entries, sizes.entries) };
                let [a_source, a_target] = vectors.map(|a| head.vector(a));
                dots(source, &h[head.start..], a_source, sizes.row());
                dots(target, &h[head.start..], a_target, sizes.row());
                attend(alpha, &graph.forward, source, target, slope);
                let weights = graph.kept(alpha, &head, graph.forward.numbers());
                let weights = weights.as_deref().unwrap_or(alpha);
                // SAFETY: as above; the head's columns are written in all rows.
                unsafe { graph.spread(&graph.forward, weights, h, y, &head) };
            });
        };
        // SAFETY: the heads cover all columns.
        let y = unsafe { filled(h.len(), fill) };
        (
            tensor(y, [sizes.members, sizes.nodes, sizes.row()]),
            tensor(alpha, sizes.of_entries()),
            tensor(source, of_nodes),
            tensor(target, of_nodes),
        )
    }

    fn graph_attention_backward(
        graph: Sparse<Self>,
        h: FlexTensor,
        att_source: FlexTensor,
        att_target: FlexTensor,
        alpha: FlexTensor,
        source: FlexTensor,
        target: FlexTensor,
        kept: Kept<Self>,
        grad: FlexTensor,
        slope: f32,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let heads = alpha.layout().shape()[1];
        let sizes = AttentionSizes::of::<Self>(&graph, &h, [&att_source, &att_target], heads);
        expect_shape("attention: coefficients", &alpha, sizes.of_entries());
        expect_shape("attention: sources", &source, sizes.of_nodes());
        expect_shape("attention: targets", &target, sizes.of_nodes());
        let of_h = [sizes.members, sizes.nodes, sizes.row()];
        expect_shape("attention: gradient", &grad, of_h);
        let graph = Graph::new(sizes, graph, kept, slope);
        let saved = [h, att_source, att_target, alpha, source, target, grad].map(contiguous);
        let saved = saved.each_ref().map(floats);
        let [mut dsource, mut dtarget] = [(); 2].map(|()| vec![0.0; sizes.members * sizes.row()]);
        let vectors = [&mut dsource, &mut dtarget].map(|values| Shared::new(values));
        let fill = |dh: Shared| {
            each(sizes.members * heads, |unit| {
                // SAFETY: every head of every member has its own columns of each buffer.
                unsafe { graph.pull_back(Head::new(sizes, unit), saved, dh, vectors) };
            });
        };
        // SAFETY: the heads cover all columns.
        let dh = unsafe { filled(saved[0].len(), fill) };
        let of_vectors = [sizes.members, sizes.row()];
        (
            tensor(dh, of_h),
            tensor(dsource, of_vectors),
            tensor(dtarget, of_vectors),
        )
    }
}

/// One head of one member, and where its values are.
pub(crate) struct Head {
    member: usize,
    /// Number of the head within the member.
    number: usize,
    /// Number of the head among those of all members.
    pub(crate) unit: usize,
    /// Its first feature of its member's first node.
    pub(crate) start: usize,
    /// Its first element of an attention vector.
    pub(crate) vector: usize,
    pub(crate) width: usize,
}

impl Head {
    fn new(sizes: AttentionSizes, unit: usize) -> Self {
        let (member, number) = (unit / sizes.heads, unit % sizes.heads);
        Self {
            member,
            number,
            unit,
            start: member * sizes.nodes * sizes.row() + number * sizes.width,
            vector: unit * sizes.width,
            width: sizes.width,
        }
    }

    pub(crate) fn vector<'a>(&self, all: &'a [f32]) -> &'a [f32] {
        &all[self.vector..][..self.width]
    }
}

/// A graph that is attended over.
pub(crate) struct Graph {
    pub(crate) sizes: AttentionSizes,
    pub(crate) forward: Entries,
    pub(crate) transpose: Entries,
    mask: Option<Mask>,
    pub(crate) slope: f32,
}

impl Graph {
    fn new(sizes: AttentionSizes, graph: Sparse<Flex>, kept: Kept<Flex>, slope: f32) -> Self {
        Self {
            sizes,
            forward: Entries::new(graph.matrix, sizes.nodes),
            transpose: Entries::new(graph.transpose, sizes.nodes),
            mask: Mask::new(kept, sizes.members, sizes.heads * sizes.entries),
            slope,
        }
    }

    /// The coefficients of a head that are kept, zero where they are dropped; nothing if all are.
    pub(crate) fn kept(&self, alpha: &[f32], head: &Head, numbers: &[i32]) -> Option<Vec<f32>> {
        let mask = self.mask.as_ref()?;
        let mut kept = vec![0.0; alpha.len()];
        let first = (head.number * self.sizes.entries) as u32;
        keep(&mut kept, alpha, numbers, first, mask.words(head.member));
        Some(kept)
    }

    pub(crate) fn scale(&self, head: &Head) -> f32 {
        self.mask
            .as_ref()
            .map_or(1.0, |mask| mask.scale(head.member))
    }

    /// Writes the head's columns of `y`: the rows of `x` weighted by coefficients in the order of `entries`.
    ///
    /// # Safety
    /// `y` has the shape of `x` and nobody else touches these columns.
    pub(crate) unsafe fn spread(
        &self,
        entries: &Entries,
        weights: &[f32],
        x: &[f32],
        y: Shared,
        head: &Head,
    ) {
        let rows = WeightedRows {
            offsets: entries.offsets(),
            columns: entries.indices(),
            values: weights,
            x: &x[head.start..],
            x_row: self.sizes.row(),
            y: y.from(head.start),
            y_row: self.sizes.row(),
            width: head.width,
            scale: self.scale(head),
            bias: None,
            relu: false,
        };
        // SAFETY: the entries name nodes, each of which has a row in both; the rest is the caller's promise.
        unsafe { rows.write() };
    }
}

widest! {
    /// The coefficients of one head.
    fn attend(alpha: &mut [f32], entries: &Entries, source: &[f32], target: &[f32], slope: f32) {
        for (ends, &target) in entries.offsets().windows(2).zip(target) {
            let row = ends[0] as usize..ends[1] as usize;
            let alpha = &mut alpha[row.clone()];
            let mut top = f32::NEG_INFINITY;
            for (e, &column) in alpha.iter_mut().zip(&entries.indices()[row]) {
                let z = source[column as usize] + target;
                *e = z * factor(z, slope);
                top = top.max(*e);
            }
            for e in alpha {
                *e -= top;
            }
        }
        exponentials(alpha);
        for ends in entries.offsets().windows(2) {
            let row = &mut alpha[ends[0] as usize..ends[1] as usize];
            let share = 1.0 / row.iter().sum::<f32>();
            for p in row {
                *p *= share;
            }
        }
    }
}

/// 1 above zero and the slope below, without a branch: which it is cannot be predicted.
#[inline(always)]
pub(crate) fn factor(z: f32, slope: f32) -> f32 {
    std::hint::select_unpredictable(z > 0.0, 1.0, slope)
}

widest! {
    fn exponentials(values: &mut [f32]) {
        for value in values {
            *value = exp_of_nonpositive(*value);
        }
    }
}

widest! {
    /// `out[i] = x[i] . a`, the rows of `x` being `row` apart.
    fn dots(out: &mut [f32], x: &[f32], a: &[f32], row: usize) {
        for (out, x) in out.iter_mut().zip(x.chunks(row)) {
            *out = dot(&x[..a.len()], a);
        }
    }
}

/// Eight sums side by side, so that they need not wait for each other.
#[inline(always)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut lanes = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for (lane, (&a, &b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += a * b;
        }
    }
    let mut rest = 0.0;
    for (&a, &b) in a_rest.iter().zip(b_rest) {
        rest += a * b;
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    (((a + e) + (c + g)) + ((b + f) + (d + h))) + rest
}

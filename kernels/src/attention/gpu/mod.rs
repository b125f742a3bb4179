//! Graph attention: units take heads of nodes where a softmax is made, and elements where neighbours are summed.

use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use crate::AttentionOps;
use crate::attention::AttentionSizes;
use crate::dropout::gpu::kept_scale;
use crate::gpu::launch::{address, contiguous, empty, over_members, single, stride};
use crate::sizes::{dims, expect_shape};
use crate::sparse::by_rows::ENTRIES_PER_WORD;
use crate::sparse::gpu::{Mask, bit_of, mask_of};
use crate::sparse::{ByRows, Kept, Sparse};
use gradient::{pull_softmax, pull_vectors, sum_by_source};

mod gradient;

impl AttentionOps for CubeBackend {
    fn graph_attention_with_coefficients(
        graph: Sparse<Self>,
        h: CubeTensor,
        att_source: CubeTensor,
        att_target: CubeTensor,
        kept: Kept<Self>,
        heads: usize,
        slope: f32,
    ) -> (CubeTensor, CubeTensor, CubeTensor, CubeTensor) {
        let sizes = AttentionSizes::of::<Self>(&graph, &h, [&att_source, &att_target], heads);
        let [h, att_source, att_target] = [h, att_source, att_target].map(single);
        let graph = OnDevice::new(graph.matrix);
        let alpha = empty(&h, sizes.of_entries());
        let [source, target] = [(); 2].map(|()| empty(&h, sizes.of_nodes()));
        if sizes.members * sizes.nodes > 0 {
            scores(sizes, &h, att_source, &source);
            scores(sizes, &h, att_target, &target);
            let (count, dim) = over_members(sizes.nodes * heads, sizes.members);
            // SAFETY: the shapes were compared; a graph names no node beyond.
            unsafe {
                coefficients::launch_unchecked(
                    &alpha.client,
                    count,
                    dim,
                    address(&[&alpha, &source]),
                    graph.offsets.clone().into_buffer_arg(),
                    graph.columns.clone().into_buffer_arg(),
                    source.clone().into_buffer_arg(),
                    target.clone().into_buffer_arg(),
                    alpha.clone().into_buffer_arg(),
                    sizes.nodes,
                    heads,
                    sizes.entries,
                    slope,
                );
            }
        }
        let mask = mask_of(kept, &h, sizes.members, heads * sizes.entries);
        let y = spread(sizes, &graph, &alpha, mask, h, None);
        (y, alpha, source, target)
    }

    fn graph_attention_backward(
        graph: Sparse<Self>,
        h: CubeTensor,
        att_source: CubeTensor,
        att_target: CubeTensor,
        alpha: CubeTensor,
        source: CubeTensor,
        target: CubeTensor,
        kept: Kept<Self>,
        grad: CubeTensor,
        slope: f32,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let [_, heads, _] = dims(&alpha);
        let sizes = AttentionSizes::of::<Self>(&graph, &h, [&att_source, &att_target], heads);
        expect_shape("attention: coefficients", &alpha, sizes.of_entries());
        expect_shape("attention: sources", &source, sizes.of_nodes());
        expect_shape("attention: targets", &target, sizes.of_nodes());
        let [h, att_source, att_target, alpha, source, target, grad] =
            [h, att_source, att_target, alpha, source, target, grad].map(single);
        expect_shape("attention: gradient", &grad, dims::<3>(&h));
        let (matrix, transpose) = (OnDevice::new(graph.matrix), OnDevice::new(graph.transpose));
        let mask = mask_of(kept, &h, sizes.members, heads * sizes.entries);
        let dz = empty(&h, sizes.of_entries());
        let [dsource, dtarget] = [(); 2].map(|()| empty(&h, sizes.of_nodes()));
        if sizes.members * sizes.nodes > 0 {
            let saved = [&alpha, &source, &target, &h, &grad];
            pull_softmax(sizes, &matrix, saved, &mask, [&dz, &dtarget], slope);
            sum_by_source(sizes, &transpose, &dz, &dsource);
        }
        let (da_source, da_target) = pull_vectors(sizes, &h, [&dsource, &dtarget]);
        let through = [dsource, att_source, dtarget, att_target];
        let dh = spread(sizes, &transpose, &alpha, mask, grad, Some(through));
        (dh, da_source, da_target)
    }
}

/// One order of a graph's entries.
pub(crate) struct OnDevice {
    pub(crate) offsets: CubeTensor,
    pub(crate) columns: CubeTensor,
    pub(crate) numbers: CubeTensor,
}

impl OnDevice {
    fn new(matrix: ByRows<CubeBackend>) -> Self {
        Self {
            offsets: contiguous(matrix.offsets),
            columns: contiguous(matrix.columns),
            numbers: contiguous(matrix.numbers),
        }
    }
}

fn scores(sizes: AttentionSizes, h: &CubeTensor, vector: CubeTensor, out: &CubeTensor) {
    let (count, dim) = over_members(sizes.nodes * sizes.heads, sizes.members);
    // SAFETY: `out` holds a value for every head of every node.
    unsafe {
        dots::launch_unchecked(
            &out.client,
            count,
            dim,
            address(&[h]),
            h.clone().into_buffer_arg(),
            vector.into_buffer_arg(),
            out.clone().into_buffer_arg(),
            sizes.nodes,
            sizes.heads,
            sizes.width,
        );
    }
}

/// The rows of `x` summed with the kept coefficients, plus what comes `through` the scores: gradient and vector of each.
fn spread(
    sizes: AttentionSizes,
    graph: &OnDevice,
    alpha: &CubeTensor,
    mask: Mask,
    x: CubeTensor,
    through: Option<[CubeTensor; 4]>,
) -> CubeTensor {
    let y = empty(&x, [sizes.members, sizes.nodes, sizes.row()]);
    if sizes.members * sizes.nodes * sizes.row() == 0 {
        return y;
    }
    let adds = through.is_some();
    // A kernel wants all its buffers, also those that it does not read.
    let unread = || [(); 4].map(|()| empty(&x, [1]));
    let [dsource, a_source, dtarget, a_target] = through.unwrap_or_else(unread);
    let (count, dim) = over_members(sizes.nodes * sizes.row(), sizes.members);
    // SAFETY: the shapes were compared; a graph names no node beyond.
    unsafe {
        sum_neighbours::launch_unchecked(
            &y.client,
            count,
            dim,
            address(&[&x, alpha]),
            graph.offsets.clone().into_buffer_arg(),
            graph.columns.clone().into_buffer_arg(),
            graph.numbers.clone().into_buffer_arg(),
            alpha.clone().into_buffer_arg(),
            mask.words.into_buffer_arg(),
            mask.rate.into_buffer_arg(),
            x.into_buffer_arg(),
            dsource.into_buffer_arg(),
            a_source.into_buffer_arg(),
            dtarget.into_buffer_arg(),
            a_target.into_buffer_arg(),
            y.clone().into_buffer_arg(),
            sizes.nodes,
            sizes.heads,
            sizes.width,
            sizes.entries,
            mask.drops,
            adds,
        );
    }
    y
}

/// `a . h` of a unit's head of a node.
#[cube(launch_unchecked, address_type = "dynamic")]
fn dots(h: &[f32], a: &[f32], out: &mut [f32], nodes: usize, heads: usize, width: usize) {
    let member = CUBE_POS_Y as usize;
    let mut place = ABSOLUTE_POS_X as usize;
    while place < nodes * heads {
        let (head, node) = (place / nodes, place % nodes);
        let features = ((member * nodes + node) * heads + head) * width;
        let of_head = (member * heads + head) * width;
        let mut sum = 0.0f32;
        for f in 0..width {
            sum += h[features + f] * a[of_head + f];
        }
        out[member * nodes * heads + place] = sum;
        place += stride();
    }
}

#[cube]
fn leaky(z: f32, slope: f32) -> f32 {
    select(z > 0.0f32, z, slope * z)
}

/// A unit makes the softmax of one head over the entries of one row.
#[cube(launch_unchecked, address_type = "dynamic")]
fn coefficients(
    offsets: &[i32],
    columns: &[i32],
    source: &[f32],
    target: &[f32],
    alpha: &mut [f32],
    nodes: usize,
    heads: usize,
    entries: usize,
    slope: f32,
) {
    let member = CUBE_POS_Y as usize;
    let mut place = ABSOLUTE_POS_X as usize;
    while place < nodes * heads {
        let (head, row) = (place / nodes, place % nodes);
        let of_head = member * heads + head;
        let own = target[of_head * nodes + row];
        let (start, end) = (offsets[row] as usize, offsets[row + 1] as usize);
        let mut top = f32::new(-3.4e38);
        let mut e = start;
        while e < end {
            let z = leaky(source[of_head * nodes + columns[e] as usize] + own, slope);
            alpha[of_head * entries + e] = z;
            top = max(top, z);
            e += 1;
        }
        let mut total = 0.0f32;
        e = start;
        while e < end {
            let p = (alpha[of_head * entries + e] - top).exp();
            alpha[of_head * entries + e] = p;
            total += p;
            e += 1;
        }
        e = start;
        while e < end {
            alpha[of_head * entries + e] /= total;
            e += 1;
        }
        place += stride();
    }
}

/// A unit sums one feature over the entries of one row.
#[cube(launch_unchecked, address_type = "dynamic")]
fn sum_neighbours(
    offsets: &[i32],
    columns: &[i32],
    numbers: &[i32],
    alpha: &[f32],
    words: &[i32],
    rates: &[f32],
    x: &[f32],
    dsource: &[f32],
    a_source: &[f32],
    dtarget: &[f32],
    a_target: &[f32],
    y: &mut [f32],
    nodes: usize,
    heads: usize,
    width: usize,
    entries: usize,
    #[comptime] dropped: bool,
    #[comptime] adds: bool,
) {
    let member = CUBE_POS_Y as usize;
    let features = heads * width;
    let first_word = member * (heads * entries).div_ceil(ENTRIES_PER_WORD);
    let mut element = ABSOLUTE_POS_X as usize;
    while element < nodes * features {
        let (row, feature) = (element / features, element % features);
        let head = feature / width;
        let of_head = member * heads + head;
        let end = offsets[row + 1] as usize;
        let mut e = offsets[row] as usize;
        let mut sum = 0.0f32;
        while e < end {
            let number = numbers[e] as usize;
            let mut weight = alpha[of_head * entries + number];
            if dropped {
                weight *= bit_of(words, first_word, head * entries + number);
            }
            sum += weight * x[(member * nodes + columns[e] as usize) * features + feature];
            e += 1;
        }
        if dropped {
            sum *= kept_scale(rates[member]);
        }
        if adds {
            let (node, of_vector) = (of_head * nodes + row, member * features + feature);
            sum += dsource[node] * a_source[of_vector] + dtarget[node] * a_target[of_vector];
        }
        y[member * nodes * features + element] = sum;
        element += stride();
    }
}

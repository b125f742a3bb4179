//! Graph attention: units take heads of nodes where a softmax is made, and elements where neighbours are summed.

use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::columns::{COLUMNS, LANES, over_columns, over_lanes};
use super::launch::{address, contiguous, empty, over_members, single, stride};
use super::random::kept_scale;
use super::sparse::{bit_of, mask_of};
use crate::AttentionOps;
use crate::attention::AttentionSizes;
use crate::sizes::{dims, expect_shape};
use crate::sparse::{ByRows, ENTRIES_PER_WORD, Kept, Sparse};

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
        let nothing = sizes.members * sizes.nodes == 0;
        if !nothing {
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

/// The words and rates of a mask, and whether there is one.
type Mask = (CubeTensor, CubeTensor, bool);

/// One order of a graph's entries.
struct OnDevice {
    offsets: CubeTensor,
    columns: CubeTensor,
    numbers: CubeTensor,
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
    (words, rate, dropped): Mask,
    x: CubeTensor,
    through: Option<[CubeTensor; 4]>,
) -> CubeTensor {
    let y = empty(&x, [sizes.members, sizes.nodes, sizes.row()]);
    if sizes.members * sizes.nodes * sizes.row() == 0 {
        return y;
    }
    let adds = through.is_some();
    // A kernel wants all its buffers, also those that it does not read.
    let [dsource, a_source, dtarget, a_target] =
        through.unwrap_or_else(|| [(); 4].map(|()| empty(&x, [1])));
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
            words.into_buffer_arg(),
            rate.into_buffer_arg(),
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
            dropped,
            adds,
        );
    }
    y
}

fn pull_softmax(
    sizes: AttentionSizes,
    graph: &OnDevice,
    [alpha, source, target, h, grad]: [&CubeTensor; 5],
    (words, rate, dropped): &Mask,
    [dz, dtarget]: [&CubeTensor; 2],
    slope: f32,
) {
    let (count, dim) = over_members(sizes.nodes * sizes.heads, sizes.members);
    // SAFETY: the shapes were compared; a graph names no node beyond.
    unsafe {
        pull_rows::launch_unchecked(
            &dz.client,
            count,
            dim,
            address(&[h, alpha]),
            graph.offsets.clone().into_buffer_arg(),
            graph.columns.clone().into_buffer_arg(),
            alpha.clone().into_buffer_arg(),
            source.clone().into_buffer_arg(),
            target.clone().into_buffer_arg(),
            words.clone().into_buffer_arg(),
            rate.clone().into_buffer_arg(),
            h.clone().into_buffer_arg(),
            grad.clone().into_buffer_arg(),
            dz.clone().into_buffer_arg(),
            dtarget.clone().into_buffer_arg(),
            sizes.nodes,
            sizes.heads,
            sizes.width,
            sizes.entries,
            slope,
            *dropped,
        );
    }
}

fn sum_by_source(sizes: AttentionSizes, graph: &OnDevice, dz: &CubeTensor, dsource: &CubeTensor) {
    let (count, dim) = over_members(sizes.nodes * sizes.heads, sizes.members);
    // SAFETY: the shapes were compared; the numbers are below the number of entries.
    unsafe {
        sum_numbered::launch_unchecked(
            &dz.client,
            count,
            dim,
            address(&[dz]),
            graph.offsets.clone().into_buffer_arg(),
            graph.numbers.clone().into_buffer_arg(),
            dz.clone().into_buffer_arg(),
            dsource.clone().into_buffer_arg(),
            sizes.nodes,
            sizes.heads,
            sizes.entries,
        );
    }
}

/// The gradients of both attention vectors.
fn pull_vectors(
    sizes: AttentionSizes,
    h: &CubeTensor,
    [dsource, dtarget]: [&CubeTensor; 2],
) -> (CubeTensor, CubeTensor) {
    let [of_source, of_target] = [(); 2].map(|()| empty(h, [sizes.members, sizes.row()]));
    if sizes.members * sizes.row() > 0 {
        for (scores, vector) in [(dsource, &of_source), (dtarget, &of_target)] {
            let (count, dim) = over_columns(sizes.row(), sizes.members);
            // SAFETY: the shapes follow from each other.
            unsafe {
                weighted_sum::launch_unchecked(
                    &vector.client,
                    count,
                    dim,
                    address(&[h]),
                    h.clone().into_buffer_arg(),
                    scores.clone().into_buffer_arg(),
                    vector.clone().into_buffer_arg(),
                    sizes.nodes,
                    sizes.heads,
                    sizes.width,
                );
            }
        }
    }
    (of_source, of_target)
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

/// A unit goes back through one head's softmax over one row.
#[cube(launch_unchecked, address_type = "dynamic")]
fn pull_rows(
    offsets: &[i32],
    columns: &[i32],
    alpha: &[f32],
    source: &[f32],
    target: &[f32],
    words: &[i32],
    rates: &[f32],
    h: &[f32],
    grad: &[f32],
    dz: &mut [f32],
    dtarget: &mut [f32],
    nodes: usize,
    heads: usize,
    width: usize,
    entries: usize,
    slope: f32,
    #[comptime] dropped: bool,
) {
    let member = CUBE_POS_Y as usize;
    let first_word = member * (heads * entries).div_ceil(ENTRIES_PER_WORD);
    let mut place = ABSOLUTE_POS_X as usize;
    while place < nodes * heads {
        let (head, row) = (place / nodes, place % nodes);
        let of_head = member * heads + head;
        let (start, end) = (offsets[row] as usize, offsets[row + 1] as usize);
        let own = ((member * nodes + row) * heads + head) * width;
        let mut total = 0.0f32;
        let mut e = start;
        while e < end {
            let other = ((member * nodes + columns[e] as usize) * heads + head) * width;
            let mut agreement = 0.0f32;
            for f in 0..width {
                agreement += grad[own + f] * h[other + f];
            }
            let mut share = agreement * alpha[of_head * entries + e];
            if dropped {
                let kept = bit_of(words, first_word, head * entries + e);
                share *= kept * kept_scale(rates[member]);
            }
            dz[of_head * entries + e] = share;
            total += share;
            e += 1;
        }
        let mut sum = 0.0f32;
        e = start;
        while e < end {
            let i = of_head * entries + e;
            let z = source[of_head * nodes + columns[e] as usize] + target[of_head * nodes + row];
            let d = (dz[i] - alpha[i] * total) * select(z > 0.0f32, 1.0f32, slope);
            dz[i] = d;
            sum += d;
            e += 1;
        }
        dtarget[of_head * nodes + row] = sum;
        place += stride();
    }
}

/// A unit sums the values of a row's entries by their numbers, for one head.
#[cube(launch_unchecked, address_type = "dynamic")]
fn sum_numbered(
    offsets: &[i32],
    numbers: &[i32],
    values: &[f32],
    sums: &mut [f32],
    nodes: usize,
    heads: usize,
    entries: usize,
) {
    let member = CUBE_POS_Y as usize;
    let mut place = ABSOLUTE_POS_X as usize;
    while place < nodes * heads {
        let (head, row) = (place / nodes, place % nodes);
        let first = (member * heads + head) * entries;
        let end = offsets[row + 1] as usize;
        let mut e = offsets[row] as usize;
        let mut sum = 0.0f32;
        while e < end {
            sum += values[first + numbers[e] as usize];
            e += 1;
        }
        sums[member * nodes * heads + place] = sum;
        place += stride();
    }
}

/// The features of all nodes, each weighted by its head's score.
#[cube(launch_unchecked, address_type = "dynamic")]
fn weighted_sum(
    h: &[f32],
    scores: &[f32],
    out: &mut [f32],
    nodes: usize,
    heads: usize,
    width: usize,
) {
    let member = CUBE_POS_Y as usize;
    let lane = UNIT_POS_Y as usize;
    let features = heads * width;
    let column = CUBE_POS_X as usize * COLUMNS + UNIT_POS_X as usize;
    let mut sum = 0.0f32;
    if column < features {
        let of_head = (member * heads + column / width) * nodes;
        let mut node = lane;
        while node < nodes {
            sum += scores[of_head + node] * h[(member * nodes + node) * features + column];
            node += LANES;
        }
    }
    let total = over_lanes(sum);
    if lane == 0 && column < features {
        out[member * features + column] = total;
    }
}

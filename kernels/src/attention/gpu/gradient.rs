//! The way back through graph attention: units take heads of nodes.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::OnDevice;
use crate::attention::AttentionSizes;
use crate::dropout::gpu::kept_scale;
use crate::gpu::columns::{COLUMNS, LANES, over_columns, over_lanes};
use crate::gpu::launch::{address, empty, over_members, stride};
use crate::sparse::by_rows::ENTRIES_PER_WORD;
use crate::sparse::gpu::{Mask, bit_of};

/// Leaves `dz` of every entry and the gradient of the targets' scores.
pub(crate) fn pull_softmax(
    sizes: AttentionSizes,
    graph: &OnDevice,
    [alpha, source, target, h, grad]: [&CubeTensor; 5],
    mask: &Mask,
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
            mask.words.clone().into_buffer_arg(),
            mask.rate.clone().into_buffer_arg(),
            h.clone().into_buffer_arg(),
            grad.clone().into_buffer_arg(),
            dz.clone().into_buffer_arg(),
            dtarget.clone().into_buffer_arg(),
            sizes.nodes,
            sizes.heads,
            sizes.width,
            sizes.entries,
            slope,
            mask.drops,
        );
    }
}

pub(crate) fn sum_by_source(
    sizes: AttentionSizes,
    graph: &OnDevice,
    dz: &CubeTensor,
    dsource: &CubeTensor,
) {
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
pub(crate) fn pull_vectors(
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

//! Members' values under their own random numbers.

use burn::backend::flex::FlexTensor;
use decay_random::{At, Purpose, Stream, join_seed};

use super::share::each_part;
use super::storage::{contiguous, floats, integers, owned};

/// Philox blocks side by side: sixteen fill the widest registers.
pub(crate) const LANES: usize = 16;

/// Each member's stream from the halves `[R, 2]` of its seed.
pub(crate) fn stream(seeds: &[i32], r: usize, purpose: Purpose, at: At) -> Stream {
    let halves = [seeds[2 * r] as u32, seeds[2 * r + 1] as u32];
    Stream::new(join_seed(halves), purpose, at)
}

/// `x` after `change(values, stream, amount)` of every member whose amount is above zero: 0 must be off bit for bit, and costs nothing.
pub(crate) fn changed(
    x: FlexTensor,
    amounts: FlexTensor,
    seeds: FlexTensor,
    purpose: Purpose,
    at: At,
    change: impl Fn(&mut [f32], &Stream, f32) + Send + Sync,
) -> FlexTensor {
    let (amounts, seeds) = (contiguous(amounts), contiguous(seeds));
    let (amounts, seeds) = (floats(&amounts), integers(&seeds));
    owned(x, |values| {
        let of_member = values.len() / amounts.len().max(1);
        each_part(values, of_member, |r, values| {
            if amounts[r] > 0.0 {
                change(values, &stream(seeds, r, purpose, at), amounts[r]);
            }
        });
    })
}

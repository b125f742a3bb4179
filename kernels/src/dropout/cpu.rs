//! Dropout on the CPU: Philox in the vector registers, applied in place.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use decay_random::{At, Purpose, Stream, join_seed, unit};

use super::{DropoutOps, kept_scale};
use crate::cpu::share::{Shared, each};
use crate::cpu::storage::{contiguous, floats, integers, owned};
use crate::cpu::vector::widest;
use crate::sizes::expect_shape;

impl DropoutOps for Flex {
    fn dropout(x: FlexTensor, rate: FlexTensor, seed: FlexTensor, at: At) -> FlexTensor {
        let members = x.layout().shape()[0];
        expect_shape("dropout: rate", &rate, [members]);
        expect_shape("dropout: seed", &seed, [members, 2]);
        let (rate, seed) = (contiguous(rate), contiguous(seed));
        let (rate, seed) = (floats(&rate), integers(&seed));
        owned(x, |values| {
            let per_member = values.len() / rate.len().max(1);
            let shared = Shared::new(values);
            each(rate.len(), |r| {
                // Rate 0 must be off bit for bit, and costs nothing.
                if rate[r] > 0.0 {
                    let seed = join_seed([seed[2 * r] as u32, seed[2 * r + 1] as u32]);
                    let stream = Stream::new(seed, Purpose::Dropout, at);
                    // SAFETY: members are disjoint.
                    let values = unsafe { shared.slice(r * per_member, per_member) };
                    drop_some(values, &stream, rate[r], kept_scale(rate[r]));
                }
            });
        })
    }
}

widest! {
    fn drop_some(values: &mut [f32], stream: &Stream, rate: f32, scale: f32) {
        // Sixteen Philox blocks side by side fill the widest registers.
        const LANES: usize = 16;
        let mut block = 0u32;
        for chunk in values.chunks_mut(4 * LANES) {
            let mut uniform = [[0f32; 4]; LANES];
            for (lane, uniform) in (0u32..).zip(uniform.iter_mut()) {
                let words = stream.block(block.wrapping_add(lane));
                for (u, word) in uniform.iter_mut().zip(words) {
                    *u = unit(word);
                }
            }
            for (value, &u) in chunk.iter_mut().zip(uniform.as_flattened()) {
                *value = if u >= rate { *value * scale } else { 0.0 };
            }
            block = block.wrapping_add(LANES as u32);
        }
    }
}

//! Dropout on the CPU: Philox in the vector registers, applied in place.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use decay_random::{At, Purpose, Stream, unit};

use super::{DropoutOps, kept_scale};
use crate::cpu::draws::{LANES, changed};
use crate::cpu::vector::widest;
use crate::sizes::expect_shape;

impl DropoutOps for Flex {
    fn dropout(x: FlexTensor, rate: FlexTensor, seed: FlexTensor, at: At) -> FlexTensor {
        let members = x.layout().shape()[0];
        expect_shape("dropout: rate", &rate, [members]);
        expect_shape("dropout: seed", &seed, [members, 2]);
        changed(
            x,
            rate,
            seed,
            Purpose::Dropout,
            at,
            |values, stream, rate| {
                drop_some(values, stream, rate, kept_scale(rate));
            },
        )
    }
}

widest! {
    fn drop_some(values: &mut [f32], stream: &Stream, rate: f32, scale: f32) {
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

//! Dropout that draws its mask where it is used.

use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::ElemType;
use cubecl::prelude::*;
use decay_random::{At, Purpose};

use crate::DropoutOps;
use crate::gpu::launch::{Output, address, contiguous, format, over_members, stride};
use crate::gpu::philox::{Place, key, philox4x32, place, unit};
use crate::sizes::expect_shape;

/// Elements that one Philox block covers.
const BLOCK: usize = 4;

impl DropoutOps for CubeBackend {
    fn dropout(x: CubeTensor, rate: CubeTensor, seed: CubeTensor, at: At) -> CubeTensor {
        let shape = x.shape();
        let members = shape[0];
        expect_shape("dropout: rate", &rate, [members]);
        expect_shape("dropout: seed", &seed, [members, 2]);
        let x = contiguous(x);
        let (y, format) = (Output::over(&x), format(&x));
        let width = shape.num_elements() / members.max(1);
        if width == 0 || members == 0 {
            return y.tensor;
        }
        let (count, dim) = over_members(width.div_ceil(BLOCK), members);
        // SAFETY: the buffers hold `[R, width]`, `[R]` and `[R, 2]` elements, and indices stay below.
        unsafe {
            dropout::launch_unchecked(
                &y.tensor.client,
                count,
                dim,
                address(&[&x]),
                x.into_buffer_arg(),
                y.argument(0),
                contiguous(rate).into_buffer_arg(),
                contiguous(seed).into_buffer_arg(),
                place(Purpose::Dropout, at),
                width,
                format,
            );
        }
        y.tensor
    }
}

/// A unit draws one Philox block and uses it for four consecutive elements of a member.
#[cube(launch_unchecked, address_type = "dynamic")]
fn dropout<F: Float>(
    x: &[F],
    y: &mut [F],
    rates: &[f32],
    seeds: &[i32],
    place: Place,
    width: usize,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let rate = rates[member];
    let scale = kept_scale(rate);
    let key = key(seeds, member);
    let blocks = width.div_ceil(BLOCK);
    let mut block = ABSOLUTE_POS_X as usize;
    while block < blocks {
        let words = philox4x32(block as u32, &place, &key);
        #[unroll]
        for lane in 0..BLOCK {
            let element = block * BLOCK + lane;
            if element < width {
                let index = member * width + element;
                y[index] = F::cast_from(select(
                    unit(words.extract(lane)) >= rate,
                    f32::cast_from(x[index]) * scale,
                    0.0f32,
                ));
            }
        }
        block += stride();
    }
}

/// `1 / (1 - p)`; where nothing is kept it is not used.
#[cube]
pub(crate) fn kept_scale(rate: f32) -> f32 {
    1.0f32 / max(1.0f32 - rate, 1e-30f32)
}

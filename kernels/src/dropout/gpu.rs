//! Dropout that draws its mask where it is used.

use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::ElemType;
use cubecl::prelude::*;
use decay_random::{At, Purpose, Stream};

use crate::DropoutOps;
use crate::gpu::launch::{Output, address, contiguous, format, over_members, stride};
use crate::gpu::philox::{Place, PlaceLaunch, philox4x32};
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
        let [step, epoch, purpose] = Stream::new(0, Purpose::Dropout, at).counter();
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
                PlaceLaunch::new(step, epoch, purpose),
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
    let low = u32::reinterpret(seeds[2 * member]);
    let high = u32::reinterpret(seeds[2 * member + 1]);
    let blocks = width.div_ceil(BLOCK);
    let mut block = ABSOLUTE_POS_X as usize;
    while block < blocks {
        let words = philox4x32(block as u32, &place, low, high);
        #[unroll]
        for lane in 0..BLOCK {
            let element = block * BLOCK + lane;
            if element < width {
                let uniform =
                    f32::cast_from(words.extract(lane) >> 8u32) * (1.0f32 / 16_777_216.0f32);
                let index = member * width + element;
                y[index] = F::cast_from(select(
                    uniform >= rate,
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

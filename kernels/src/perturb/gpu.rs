//! Gaussian noise that is drawn where it is added.

use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use decay_random::{At, Purpose};

use crate::PerturbOps;
use crate::gpu::launch::{Output, address, contiguous, over_members, single, stride};
use crate::gpu::philox::{Place, key, philox4x32, place, unit};
use crate::sizes::expect_shape;

/// Elements that one Philox block covers.
const BLOCK: usize = 4;

impl PerturbOps for CubeBackend {
    fn perturb(
        x: CubeTensor,
        sd: CubeTensor,
        seed: CubeTensor,
        purpose: Purpose,
        at: At,
    ) -> CubeTensor {
        let shape = x.shape();
        let members = shape[0];
        expect_shape("perturb: sd", &sd, [members]);
        expect_shape("perturb: seed", &seed, [members, 2]);
        let x = single(x);
        let y = Output::over(&x);
        let width = shape.num_elements() / members.max(1);
        if width == 0 || members == 0 {
            return y.tensor;
        }
        let (count, dim) = over_members(width.div_ceil(BLOCK), members);
        // SAFETY: the buffers hold `[R, width]`, `[R]` and `[R, 2]` elements, and indices stay below.
        unsafe {
            perturb::launch_unchecked(
                &y.tensor.client,
                count,
                dim,
                address(&[&x]),
                x.into_buffer_arg(),
                y.argument(0),
                single(sd).into_buffer_arg(),
                contiguous(seed).into_buffer_arg(),
                place(purpose, at),
                width,
            );
        }
        y.tensor
    }
}

/// A unit draws one Philox block and uses it for four consecutive elements of a member.
#[cube(launch_unchecked, address_type = "dynamic")]
fn perturb(x: &[f32], y: &mut [f32], sds: &[f32], seeds: &[i32], place: Place, width: usize) {
    let member = CUBE_POS_Y as usize;
    let sd = sds[member];
    let key = key(seeds, member);
    let blocks = width.div_ceil(BLOCK);
    let mut block = ABSOLUTE_POS_X as usize;
    while block < blocks {
        let words = philox4x32(block as u32, &place, &key);
        #[unroll]
        for pair in 0..BLOCK / 2 {
            let radius = radius(words.extract(2 * pair));
            let angle = unit(words.extract(2 * pair + 1)) * 6.283_185_5f32;
            let element = block * BLOCK + 2 * pair;
            if element < width {
                let index = member * width + element;
                y[index] = moved(x[index], sd, radius * angle.cos());
            }
            if element + 1 < width {
                let index = member * width + element + 1;
                y[index] = moved(x[index], sd, radius * angle.sin());
            }
        }
        block += stride();
    }
}

/// Without noise the value itself: -0 stays.
#[cube]
fn moved(x: f32, sd: f32, z: f32) -> f32 {
    select(sd > 0.0f32, x + sd * z, x)
}

/// `sqrt(-2 ln u)`, `u` in `(0, 1]`; a device's logarithm may leave zero on either side of one.
#[cube]
fn radius(word: u32) -> f32 {
    let u = f32::cast_from((word >> 8u32) + 1u32) * (1.0f32 / 16_777_216.0f32);
    max(-2.0f32 * u.ln(), 0.0f32).sqrt()
}

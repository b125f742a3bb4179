//! Mixup in one pass over each pair.

use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::MixupOps;
use crate::gpu::launch::{NAN, address, contiguous, empty, over_members, single, stride};
use crate::sizes::{dims, expect_shape};

impl MixupOps for CubeBackend {
    fn mix(x: CubeTensor, partner: CubeTensor, share: CubeTensor) -> CubeTensor {
        let [members, batch, features] = dims(&x);
        expect_shape("mix: partner", &partner, [members, batch]);
        expect_shape("mix: share", &share, [members, batch]);
        let y = empty(&x, [members, batch, features]);
        if members * batch * features > 0 {
            let (count, dim) = over_members(batch * features, members);
            // SAFETY: the shapes were compared; partners are bounded in the kernel.
            unsafe {
                mix::launch_unchecked(
                    &y.client,
                    count,
                    dim,
                    address(&[&x]),
                    single(x).into_buffer_arg(),
                    contiguous(partner).into_buffer_arg(),
                    single(share).into_buffer_arg(),
                    y.clone().into_buffer_arg(),
                    batch,
                    features,
                );
            }
        }
        y
    }
}

/// A partner that does not exist shows as NaN.
#[cube(launch_unchecked, address_type = "dynamic")]
fn mix(x: &[f32], partners: &[i32], shares: &[f32], y: &mut [f32], batch: usize, features: usize) {
    let member = CUBE_POS_Y as usize;
    let mut element = ABSOLUTE_POS_X as usize;
    while element < batch * features {
        let sample = member * batch + element / features;
        let own = x[member * batch * features + element];
        let share = shares[sample];
        let mut mixed = own;
        if share != 1.0f32 {
            let partner = partners[sample] as usize;
            mixed = f32::reinterpret(NAN);
            if partner < batch {
                let other = x[(member * batch + partner) * features + element % features];
                mixed = own * share + other * (1.0f32 - share);
            }
        }
        y[member * batch * features + element] = mixed;
        element += stride();
    }
}

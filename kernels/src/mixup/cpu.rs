//! Mixup on the CPU: one pass over each pair.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::MixupOps;
use crate::cpu::share::filled_parts;
use crate::cpu::storage::{contiguous, floats, integers, tensor};
use crate::cpu::vector::widest;
use crate::sizes::{dims, expect_shape};

impl MixupOps for Flex {
    fn mix(x: FlexTensor, partner: FlexTensor, share: FlexTensor) -> FlexTensor {
        let [members, batch, features] = dims(&x);
        expect_shape("mix: partner", &partner, [members, batch]);
        expect_shape("mix: share", &share, [members, batch]);
        let (x, partner, share) = (contiguous(x), contiguous(partner), contiguous(share));
        let (x, partner, share) = (floats(&x), integers(&partner), floats(&share));
        for (i, &place) in partner.iter().enumerate() {
            assert!(
                (0..batch as i64).contains(&i64::from(place)),
                "mix: sample {} of member {} has partner {place}, but there are {batch} samples",
                i % batch,
                i / batch,
            );
        }
        let sample = |place: usize| &x[place * features..][..features];
        let pair = |place: usize, out: &mut [MaybeUninit<f32>]| {
            let other = place / batch * batch + partner[place] as usize;
            if share[place] == 1.0 {
                out.write_copy_of_slice(sample(place));
            } else {
                weigh(out, sample(place), sample(other), share[place]);
            }
        };
        // SAFETY: `weigh` writes as many values as its slices have.
        let mixed = unsafe { filled_parts(members * batch, features, pair) };
        tensor(mixed, [members, batch, features])
    }
}

widest! {
    fn weigh(out: &mut [MaybeUninit<f32>], own: &[f32], other: &[f32], share: f32) {
        let rest = 1.0 - share;
        for ((out, &own), &other) in out.iter_mut().zip(own).zip(other) {
            out.write(own * share + other * rest);
        }
    }
}

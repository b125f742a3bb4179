//! Blends on the CPU: one pass each way.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::BlendOps;
use crate::cpu::share::{Shared, each, filled_parts};
use crate::cpu::storage::{contiguous, floats, tensor};
use crate::cpu::vector::widest;
use crate::sizes::{dims, expect_shape};

impl BlendOps for Flex {
    fn blend(z: FlexTensor, f: FlexTensor, share: FlexTensor) -> FlexTensor {
        let [members, batch, width] = dims(&z);
        expect_shape("blend: the other value", &f, [members, batch, width]);
        expect_shape("blend: shares", &share, [members, width]);
        let [z, f, share] = [z, f, share].map(contiguous);
        let [z, f, share] = [&z, &f, &share].map(floats);
        let row = |place: usize, out: &mut [_]| {
            let [z, f] = [z, f].map(|all| &all[place * width..][..width]);
            forward(z, f, &share[place / batch * width..][..width], out);
        };
        // SAFETY: `forward` writes the whole row.
        let y = unsafe { filled_parts(members * batch, width, row) };
        tensor(y, [members, batch, width])
    }

    fn blend_backward(
        z: FlexTensor,
        f: FlexTensor,
        share: FlexTensor,
        grad: FlexTensor,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let [members, batch, width] = dims(&z);
        expect_shape("blend: gradient", &grad, [members, batch, width]);
        let [z, f, share, grad] = [z, f, share, grad].map(contiguous);
        let [z, f, share, grad] = [&z, &f, &share, &grad].map(floats);
        let own = batch * width;
        let sizes = [own, own, width];
        let mut sums = sizes.map(|size| vec![0.0f32; members * size]);
        let shared = sums.each_mut().map(|all| Shared::new(all));
        each(members, |r| {
            let part = |place: usize| {
                // SAFETY: each member has its own part of every result.
                unsafe { shared[place].slice(r * sizes[place], sizes[place]) }
            };
            let [dz, df, dshare] = [0, 1, 2].map(part);
            let [z, f, grad] = [z, f, grad].map(|all| &all[r * own..][..own]);
            backward([z, f, &share[r * width..][..width], grad], dz, df, dshare);
        });
        let [dz, df, dshare] = sums;
        let shape = [members, batch, width];
        (
            tensor(dz, shape),
            tensor(df, shape),
            tensor(dshare, [members, width]),
        )
    }
}

widest! {
    fn forward(z: &[f32], f: &[f32], share: &[f32], out: &mut [MaybeUninit<f32>]) {
        for (((out, &z), &f), &a) in out.iter_mut().zip(z).zip(f).zip(share) {
            out.write(z + (f - z) * a);
        }
    }
}

widest! {
    fn backward(inputs: [&[f32]; 4], dz: &mut [f32], df: &mut [f32], dshare: &mut [f32]) {
        let [z, f, share, grad] = inputs;
        let width = share.len().max(1);
        let inputs = z.chunks_exact(width).zip(f.chunks_exact(width)).zip(grad.chunks_exact(width));
        let outputs = dz.chunks_exact_mut(width).zip(df.chunks_exact_mut(width));
        for (((z, f), grad), (dz, df)) in inputs.zip(outputs) {
            for c in 0..share.len() {
                let own = grad[c] * share[c];
                (df[c], dz[c]) = (own, grad[c] - own);
                dshare[c] += grad[c] * (f[c] - z[c]);
            }
        }
    }
}

//! The smooth clip on the CPU, in place.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{ClipOps, shares};
use crate::Columns;
use crate::cpu::share::each_part;
use crate::cpu::storage::{contiguous, floats, owned};
use crate::cpu::vector::widest;
use crate::sizes::{dims, expect_shape};

/// Rows per piece of work.
const ROWS: usize = 64;

impl ClipOps for Flex {
    fn clip(x: FlexTensor, columns: Columns) -> FlexTensor {
        let [_, _, count] = dims(&x);
        assert_eq!(count, columns.count(), "clip: columns of the inputs");
        let shares = shares(&columns);
        owned(x, |x| {
            each_part(x, ROWS * count, |_, rows| forward(rows, &shares));
        })
    }

    fn clip_backward(x: FlexTensor, grad: FlexTensor, columns: Columns) -> FlexTensor {
        let [members, batch, count] = dims(&x);
        expect_shape("clip: gradient", &grad, [members, batch, count]);
        assert_eq!(count, columns.count(), "clip: columns of the inputs");
        let shares = shares(&columns);
        let x = contiguous(x);
        let x = floats(&x);
        owned(grad, |grad| {
            each_part(grad, ROWS * count, |i, grad| {
                backward(grad, &x[i * ROWS * count..][..grad.len()], &shares);
            });
        })
    }
}

widest! {
    fn forward(rows: &mut [f32], shares: &[f32]) {
        for row in rows.chunks_exact_mut(shares.len()) {
            for (x, &share) in row.iter_mut().zip(shares) {
                *x /= (*x * *x * share + 1.0).sqrt();
            }
        }
    }
}

widest! {
    fn backward(grad: &mut [f32], x: &[f32], shares: &[f32]) {
        for (grad, x) in grad.chunks_exact_mut(shares.len()).zip(x.chunks_exact(shares.len())) {
            for ((grad, &x), &share) in grad.iter_mut().zip(x).zip(shares) {
                let square = x * x * share + 1.0;
                *grad /= square * square.sqrt();
            }
        }
    }
}

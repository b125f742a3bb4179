//! Encodings of numbers on the CPU: one pass over the rows.

mod bins;
mod waves;

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{Columns, EncodeOps, PERIODIC_VALUES};
use crate::cpu::share::{Shared, each, filled, filled_parts};
use crate::cpu::storage::{contiguous, floats, tensor};
use crate::sizes::{dims, expect_shape};
use bins::Bins;
use waves::{Rows, Waves};

/// Rows that are computed side by side.
const BLOCK: usize = 32;

impl EncodeOps for Flex {
    fn piecewise(x: FlexTensor, edges: FlexTensor, columns: Columns) -> FlexTensor {
        let [members, batch, count] = dims(&x);
        let bins = Bins::of(&x, edges, &columns);
        let width = columns.others.len() + bins.width;
        let x = contiguous(x);
        let x = floats(&x);
        let row = |place: usize, out: &mut [_]| {
            let row = &x[place * count..][..count];
            bins.of_member(place / batch).encode(row, &columns, out);
        };
        // SAFETY: `encode` writes the other columns and every bin.
        let y = unsafe { filled_parts(members * batch, width, row) };
        tensor(y, [members, batch, width])
    }

    fn piecewise_backward(
        x: FlexTensor,
        edges: FlexTensor,
        grad: FlexTensor,
        columns: Columns,
    ) -> FlexTensor {
        let [members, batch, count] = dims(&x);
        let bins = Bins::of(&x, edges, &columns);
        let width = columns.others.len() + bins.width;
        expect_shape("piecewise: gradient", &grad, [members, batch, width]);
        let (x, grad) = (contiguous(x), contiguous(grad));
        let (x, grad) = (floats(&x), floats(&grad));
        let row = |place: usize, out: &mut [_]| {
            let row = &x[place * count..][..count];
            let grad = &grad[place * width..][..width];
            bins.of_member(place / batch)
                .gradient(row, grad, &columns, out);
        };
        // SAFETY: `gradient` writes every column.
        let dx = unsafe { filled_parts(members * batch, count, row) };
        tensor(dx, [members, batch, count])
    }

    fn periodic(
        x: FlexTensor,
        frequency: FlexTensor,
        phase: FlexTensor,
        weight: FlexTensor,
        offset: FlexTensor,
        columns: Columns,
    ) -> FlexTensor {
        let [members, batch, count] = dims(&x);
        let sizes = Sizes::of(&x, [&frequency, &phase, &weight], &columns);
        let values = sizes.numbers * PERIODIC_VALUES;
        expect_shape("periodic: offset", &offset, [members, values]);
        let [x, frequency, phase, weight, offset] =
            [x, frequency, phase, weight, offset].map(contiguous);
        let x = floats(&x);
        let waves = sizes.waves(&frequency, &phase, &weight);
        let offset = floats(&offset);
        by_blocks(
            x,
            [members, batch, count],
            &columns,
            count + values,
            |r, _, rows, out| {
                let offset = &offset[r * values..][..values];
                waves.of_member(r).encode(rows, offset, out);
            },
        )
    }

    fn periodic_backward_input(
        x: FlexTensor,
        frequency: FlexTensor,
        phase: FlexTensor,
        weight: FlexTensor,
        grad: FlexTensor,
        columns: Columns,
    ) -> FlexTensor {
        let [members, batch, count] = dims(&x);
        let sizes = Sizes::of(&x, [&frequency, &phase, &weight], &columns);
        let width = count + sizes.numbers * PERIODIC_VALUES;
        expect_shape("periodic: gradient", &grad, [members, batch, width]);
        let [x, frequency, phase, weight, grad] =
            [x, frequency, phase, weight, grad].map(contiguous);
        let (x, grad) = (floats(&x), floats(&grad));
        let waves = sizes.waves(&frequency, &phase, &weight);
        by_blocks(
            x,
            [members, batch, count],
            &columns,
            count,
            |r, place, rows, dx| {
                let grad = &grad[place * width..][..rows.len() * width];
                waves.of_member(r).input_gradient(rows, grad, dx);
            },
        )
    }

    fn periodic_backward_parameters(
        x: FlexTensor,
        frequency: FlexTensor,
        phase: FlexTensor,
        weight: FlexTensor,
        grad: FlexTensor,
        columns: Columns,
    ) -> (FlexTensor, FlexTensor, FlexTensor, FlexTensor) {
        let [members, batch, count] = dims(&x);
        let sizes = Sizes::of(&x, [&frequency, &phase, &weight], &columns);
        let (pairs, values) = (sizes.numbers * sizes.waves, sizes.numbers * PERIODIC_VALUES);
        let width = count + values;
        expect_shape("periodic: gradient", &grad, [members, batch, width]);
        let [x, frequency, phase, weight, grad] =
            [x, frequency, phase, weight, grad].map(contiguous);
        let (x, grad) = (floats(&x), floats(&grad));
        let waves = sizes.waves(&frequency, &phase, &weight);
        let each_of = [pairs, pairs, pairs * PERIODIC_VALUES, values];
        let mut sums = each_of.map(|len| vec![0.0f32; members * len]);
        let shared = sums.each_mut().map(|own| Shared::new(own));
        each(members, |r| {
            let rows = Rows {
                x: &x[r * batch * count..][..batch * count],
                columns: &columns,
            };
            let grad = &grad[r * batch * width..][..batch * width];
            let mut own = shared.iter().zip(each_of);
            let own = std::array::from_fn(|_| match own.next() {
                // SAFETY: each member has its own part of every sum.
                Some((all, len)) => unsafe { all.slice(r * len, len) },
                None => &mut [],
            });
            waves.of_member(r).gradients(rows, grad, own);
        });
        let [frequency, phase, weight, offset] = sums.map(|own| {
            let each = own.len() / members.max(1);
            tensor(own, [members, each])
        });
        (frequency, phase, weight, offset)
    }
}

/// A tensor `[R, B, width]`, of which `write` fills the rows of one block: for a member, from a row of all members' on.
fn by_blocks(
    x: &[f32],
    [members, batch, count]: [usize; 3],
    columns: &Columns,
    width: usize,
    write: impl Fn(usize, usize, Rows<'_>, &mut [MaybeUninit<f32>]) + Send + Sync,
) -> FlexTensor {
    let blocks = batch.div_ceil(BLOCK);
    let all = |out: Shared| {
        each(members * blocks, |place| {
            let (r, first) = (place / blocks, place % blocks * BLOCK);
            let start = r * batch + first;
            let rows = Rows {
                x: &x[start * count..][..(batch - first).min(BLOCK) * count],
                columns,
            };
            // SAFETY: blocks of rows are disjoint, and each is written whole.
            let out = unsafe { out.room(start * width, rows.len() * width) };
            write(r, start, rows, out);
        });
    };
    // SAFETY: the blocks are all rows.
    let out = unsafe { filled(members * batch * width, all) };
    tensor(out, [members, batch, width])
}

/// Numbers and waves of each.
#[derive(Clone, Copy)]
struct Sizes {
    numbers: usize,
    waves: usize,
}

impl Sizes {
    fn of(x: &FlexTensor, parameters: [&FlexTensor; 3], columns: &Columns) -> Self {
        let [members, _, count] = dims(x);
        assert_eq!(count, columns.count(), "periodic: columns of the inputs");
        let [_, pairs] = dims(parameters[0]);
        let numbers = columns.numbers.len();
        let waves = pairs / numbers.max(1);
        let [frequency, phase, weight] = parameters;
        expect_shape("periodic: frequency", frequency, [members, numbers * waves]);
        expect_shape("periodic: phase", phase, [members, pairs]);
        let weights = pairs * PERIODIC_VALUES;
        expect_shape("periodic: weight", weight, [members, weights]);
        Self { numbers, waves }
    }

    fn waves<'a>(
        self,
        frequency: &'a FlexTensor,
        phase: &'a FlexTensor,
        weight: &'a FlexTensor,
    ) -> Waves<'a> {
        Waves {
            each: self.waves,
            pairs: self.numbers * self.waves,
            frequency: floats(frequency),
            phase: floats(phase),
            weight: floats(weight),
        }
    }
}

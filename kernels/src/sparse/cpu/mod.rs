//! Sparse products on the CPU: a row's sums stay in registers while its entries go by.

use std::mem::MaybeUninit;
use std::ops::Range;

use burn::backend::Flex;
use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType, Shape};
use decay_random::{At, Purpose, Stream, unit};

use crate::Activation;
use crate::activation::cpu::{apply, pull_back};
use crate::cpu::draws::{LANES, stream};
use crate::cpu::share::{Shared, each, each_part, filled, threads};
use crate::cpu::storage::{contiguous, floats, integers, tensor};
use crate::cpu::vector::widest;
use crate::sizes::{dims, expect_shape};
use crate::sparse::SparseOps;
use crate::sparse::by_rows::ENTRIES_PER_WORD;
use crate::sparse::{Kept, Sparse};
use entries::{Entries, Mask, keep};
use weighted_rows::WeightedRows;

pub(crate) mod entries;
pub(crate) mod weighted_rows;

impl SparseOps for Flex {
    fn kept_entries(rate: FlexTensor, seed: FlexTensor, entries: usize, at: At) -> FlexTensor {
        let [members] = dims(&rate);
        expect_shape("entry dropout: seed", &seed, [members, 2]);
        let (rate, seed) = (contiguous(rate), contiguous(seed));
        let (rate, seed) = (floats(&rate), integers(&seed));
        let words = entries.div_ceil(ENTRIES_PER_WORD);
        let mut kept = vec![-1i32; members * words];
        each_part(&mut kept, words, |r, kept| {
            // All bits are set where nothing is dropped.
            if rate[r] > 0.0 {
                keep_some(kept, &stream(seed, r, Purpose::Dropout, at), rate[r]);
            }
        });
        let layout = Layout::contiguous(Shape::new([members, words]));
        FlexTensor::new(Bytes::from_elems(kept), layout, DType::I32)
    }

    fn sparse_product(matrix: Sparse<Self>, x: FlexTensor, kept: Kept<Self>) -> FlexTensor {
        let factor = Factor::new(matrix, x.layout().shape()[0], kept);
        factor.times(x, Finish::NONE)
    }

    fn sparse_linear(
        matrix: Sparse<Self>,
        x: FlexTensor,
        bias: FlexTensor,
        kept: Kept<Self>,
        activation: Activation,
    ) -> FlexTensor {
        let [members, _, width] = dims(&x);
        expect_shape("sparse linear: bias", &bias, [members, width]);
        let bias = contiguous(bias);
        let factor = Factor::new(matrix, members, kept);
        let finish = Finish {
            bias: floats(&bias),
            activation,
        };
        factor.times(x, finish)
    }

    fn sparse_linear_backward(
        matrix: Sparse<Self>,
        y: FlexTensor,
        grad: FlexTensor,
        kept: Kept<Self>,
        activation: Activation,
    ) -> (FlexTensor, FlexTensor) {
        let [members, rows, width] = dims(&grad);
        expect_shape("sparse linear: output", &y, [members, rows, width]);
        let grad = pull_back(activation, y, grad);
        let db = sum_rows(&grad, members, width);
        let dx = Self::sparse_product(matrix.transposed(), grad, kept);
        (dx, db)
    }
}

widest! {
    fn keep_some(words: &mut [i32], stream: &Stream, rate: f32) {
        // What is drawn side by side fills two words.
        let mut block = 0u32;
        for pair in words.chunks_mut(2) {
            let mut kept = [[0u32; 4]; LANES];
            for (lane, kept) in (0u32..).zip(kept.iter_mut()) {
                let drawn = stream.block(block.wrapping_add(lane));
                for (kept, word) in kept.iter_mut().zip(drawn) {
                    *kept = u32::from(unit(word) >= rate);
                }
            }
            for (word, kept) in pair.iter_mut().zip(kept.as_flattened().chunks(ENTRIES_PER_WORD)) {
                let bits = kept.iter().zip(0u32..).map(|(&kept, bit)| kept << bit);
                *word = bits.fold(0, |word, bit| word | bit) as i32;
            }
            block = block.wrapping_add(LANES as u32);
        }
    }
}

/// What follows a product.
#[derive(Clone, Copy)]
struct Finish<'a> {
    /// `[R, F]`, or empty.
    bias: &'a [f32],
    activation: Activation,
}

impl Finish<'_> {
    const NONE: Self = Self {
        bias: &[],
        activation: Activation::Identity,
    };
}

/// The left factor of a product, and which of its entries each member keeps.
struct Factor {
    entries: Entries,
    mask: Option<Mask>,
}

impl Factor {
    fn new(matrix: Sparse<Flex>, members: usize, kept: Kept<Flex>) -> Self {
        let [ends] = dims(&matrix.transpose.offsets);
        let entries = Entries::new(matrix.matrix, ends - 1);
        let mask = Mask::new(kept, members, entries.len());
        Self { entries, mask }
    }

    fn times(&self, x: FlexTensor, finish: Finish<'_>) -> FlexTensor {
        let [members, _, width] = dims(&x);
        let (rows, columns) = (self.entries.rows(), self.entries.columns);
        expect_shape(
            "sparse product: right factor",
            &x,
            [members, columns, width],
        );
        let x = contiguous(x);
        let x = floats(&x);
        let parts = parts(members, self.entries.len() * width);
        let fill = |y: Shared| {
            each(members * parts, |unit| {
                let (r, part) = (unit / parts, unit % parts);
                let of_part = rows * part / parts..rows * (part + 1) / parts;
                let x = &x[r * columns * width..][..columns * width];
                let bias = finish.bias.get(r * width..(r + 1) * width);
                // SAFETY: members and row ranges are disjoint.
                let y =
                    unsafe { y.room((r * rows + of_part.start) * width, of_part.len() * width) };
                let relu = finish.activation == Activation::Relu;
                self.rows_of_member(r, of_part, x, y, bias, relu);
            });
        };
        // SAFETY: the parts cover all rows of all members.
        let mut y = unsafe { filled(members * rows * width, fill) };
        apply(finish.activation, &mut y);
        tensor(y, [members, rows, width])
    }

    fn rows_of_member(
        &self,
        r: usize,
        rows: Range<usize>,
        x: &[f32],
        y: &mut [MaybeUninit<f32>],
        bias: Option<&[f32]>,
        relu: bool,
    ) {
        let width = x.len() / self.entries.columns.max(1);
        let offsets = &self.entries.offsets()[rows.start..=rows.end];
        let range = offsets[0] as usize..offsets[offsets.len() - 1] as usize;
        let all = &self.entries.values()[range.clone()];
        let mut kept = Vec::new();
        let (values, scale) = match &self.mask {
            None => (all, 1.0),
            Some(mask) => {
                kept.resize(all.len(), 0.0);
                keep(
                    &mut kept,
                    all,
                    &self.entries.numbers()[range.clone()],
                    0,
                    mask.words(r),
                );
                (&kept[..], mask.scale(r))
            }
        };
        let rows = WeightedRows {
            offsets,
            columns: &self.entries.indices()[range],
            values,
            x,
            x_row: width,
            y: Shared::of_room(y),
            y_row: width,
            width,
            scale,
            bias,
            relu,
        };
        // SAFETY: `x` has a row for every column, of which there is none beyond, and `y` one for every row of the range.
        unsafe { rows.write() };
    }
}

/// Into how many row ranges to cut each member's product so that all threads have work.
///
/// One, unless there are fewer members than threads and each part is worth more than waking a thread.
fn parts(members: usize, multiply_adds: usize) -> usize {
    const WORTH_WAKING: usize = 100_000;
    let wanted = threads().div_ceil(members.max(1));
    wanted.min((multiply_adds / WORTH_WAKING).max(1))
}

/// `[R, F]`: the sum over the rows of each member.
fn sum_rows(grad: &FlexTensor, members: usize, width: usize) -> FlexTensor {
    let values = floats(grad);
    let per_member = values.len() / members.max(1);
    let mut sums = vec![0.0; members * width];
    each_part(&mut sums, width, |r, sum| {
        add_rows(sum, &values[r * per_member..][..per_member]);
    });
    tensor(sums, [members, width])
}

widest! {
    fn add_rows(sum: &mut [f32], rows: &[f32]) {
        for row in rows.chunks_exact(sum.len()) {
            for (sum, &x) in sum.iter_mut().zip(row) {
                *sum += x;
            }
        }
    }
}

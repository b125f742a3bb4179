//! Sparse products: a unit takes one element of the result and walks the entries of its row.

use burn::backend::TensorMetadata;
use burn::tensor::DType;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use decay_random::{At, Purpose};

use super::by_rows::{ENTRIES_PER_WORD, Kept, Sparse};
use crate::activation::gpu::apply_to_one;
use crate::dropout::gpu::kept_scale;
use crate::gpu::launch::{address, contiguous, empty, empty_of, over_members, single, stride};
use crate::gpu::philox::{Place, key, philox4x32, place, unit};
use crate::linear::gpu::before_products;
use crate::sizes::{dims, expect_shape};
use crate::{Activation, SparseOps};

/// Philox blocks that a word of a mask takes.
const BLOCKS: usize = ENTRIES_PER_WORD / 4;

impl SparseOps for CubeBackend {
    fn kept_entries(rate: CubeTensor, seed: CubeTensor, entries: usize, at: At) -> CubeTensor {
        let [members] = dims(&rate);
        expect_shape("entry dropout: seed", &seed, [members, 2]);
        let width = entries.div_ceil(ENTRIES_PER_WORD);
        let words = empty_of(&rate, [members, width], DType::I32);
        if members * width > 0 {
            let (count, dim) = over_members(width, members);
            // SAFETY: the shapes were compared, and indices stay below.
            unsafe {
                draw_words::launch_unchecked(
                    &words.client,
                    count,
                    dim,
                    address(&[&words]),
                    single(rate).into_buffer_arg(),
                    contiguous(seed).into_buffer_arg(),
                    words.clone().into_buffer_arg(),
                    place(Purpose::Dropout, at),
                    width,
                );
            }
        }
        words
    }

    fn sparse_product(matrix: Sparse<Self>, x: CubeTensor, kept: Kept<Self>) -> CubeTensor {
        product(matrix, x, None, kept, Activation::Identity)
    }

    fn sparse_linear(
        matrix: Sparse<Self>,
        x: CubeTensor,
        bias: CubeTensor,
        kept: Kept<Self>,
        activation: Activation,
    ) -> CubeTensor {
        product(matrix, x, Some(bias), kept, activation)
    }

    fn sparse_linear_backward(
        matrix: Sparse<Self>,
        y: CubeTensor,
        grad: CubeTensor,
        kept: Kept<Self>,
        activation: Activation,
    ) -> (CubeTensor, CubeTensor) {
        let (dz, db) = before_products(y, grad, activation);
        (Self::sparse_product(matrix.transposed(), dz, kept), db)
    }
}

fn product(
    matrix: Sparse<CubeBackend>,
    x: CubeTensor,
    bias: Option<CubeTensor>,
    kept: Kept<CubeBackend>,
    activation: Activation,
) -> CubeTensor {
    let [members, columns, width] = dims(&x);
    let [rows, expected] = [&matrix.matrix, &matrix.transpose].map(|of| of.offsets.shape()[0] - 1);
    let [entries] = dims(&matrix.matrix.values);
    assert_eq!(
        columns, expected,
        "sparse product: rows of the right factor"
    );
    let x = single(x);
    let y = empty(&x, [members, rows, width]);
    if y.shape().num_elements() == 0 {
        return y;
    }
    let biased = bias.is_some();
    // A kernel wants all its buffers, also those that it does not read.
    let bias = bias.unwrap_or_else(|| empty(&x, [members, width]));
    expect_shape("sparse linear: bias", &bias, [members, width]);
    let mask = mask_of(kept, &x, members, entries);
    let (count, dim) = over_members(rows * width, members);
    let matrix = matrix.matrix;
    // SAFETY: the shapes were compared; a matrix names no column or number beyond.
    unsafe {
        sum_entries::launch_unchecked(
            &y.client,
            count,
            dim,
            address(&[&x, &y, &matrix.values]),
            contiguous(matrix.offsets).into_buffer_arg(),
            contiguous(matrix.columns).into_buffer_arg(),
            single(matrix.values).into_buffer_arg(),
            contiguous(matrix.numbers).into_buffer_arg(),
            x.into_buffer_arg(),
            single(bias).into_buffer_arg(),
            mask.words.into_buffer_arg(),
            mask.rate.into_buffer_arg(),
            y.clone().into_buffer_arg(),
            rows,
            columns,
            width,
            entries.div_ceil(ENTRIES_PER_WORD),
            mask.drops,
            biased,
            activation,
        );
    }
    y
}

/// Words and rates of a mask, which are read only if it drops something.
#[derive(Clone)]
pub(crate) struct Mask {
    pub(crate) words: CubeTensor,
    pub(crate) rate: CubeTensor,
    pub(crate) drops: bool,
}

/// The mask over `entries` entries.
pub(crate) fn mask_of(
    kept: Kept<CubeBackend>,
    like: &CubeTensor,
    members: usize,
    entries: usize,
) -> Mask {
    match kept {
        Kept::All => Mask {
            words: empty_of(like, [members, 1], DType::I32),
            rate: empty(like, [members]),
            drops: false,
        },
        Kept::Some { words, rate } => {
            let expected = entries.div_ceil(ENTRIES_PER_WORD);
            expect_shape("sparse product: mask", &words, [members, expected]);
            expect_shape("sparse product: rate", &rate, [members]);
            Mask {
                words: contiguous(words),
                rate: single(rate),
                drops: true,
            }
        }
    }
}

/// A unit draws the Philox blocks of one word.
#[cube(launch_unchecked, address_type = "dynamic")]
fn draw_words(rates: &[f32], seeds: &[i32], kept: &mut [i32], place: Place, width: usize) {
    let member = CUBE_POS_Y as usize;
    let rate = rates[member];
    let key = key(seeds, member);
    let mut word = ABSOLUTE_POS_X as usize;
    while word < width {
        let mut bits = 0u32;
        for block in 0..BLOCKS {
            let drawn = philox4x32((word * BLOCKS + block) as u32, &place, &key);
            #[unroll]
            for lane in 0..4usize {
                let bit = select(unit(drawn.extract(lane)) >= rate, 1u32, 0u32);
                bits |= bit << (block * 4 + lane) as u32;
            }
        }
        kept[member * width + word] = i32::reinterpret(bits);
        word += stride();
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn sum_entries(
    offsets: &[i32],
    columns_of: &[i32],
    values: &[f32],
    numbers: &[i32],
    x: &[f32],
    bias: &[f32],
    words: &[i32],
    rates: &[f32],
    y: &mut [f32],
    rows: usize,
    columns: usize,
    width: usize,
    words_of_member: usize,
    #[comptime] dropped: bool,
    #[comptime] biased: bool,
    #[comptime] activation: Activation,
) {
    let member = CUBE_POS_Y as usize;
    let mut element = ABSOLUTE_POS_X as usize;
    while element < rows * width {
        let row = element / width;
        let feature = element % width;
        let mut sum = 0.0f32;
        let end = offsets[row + 1] as usize;
        let mut entry = offsets[row] as usize;
        while entry < end {
            let column = columns_of[entry] as usize;
            let mut value = values[entry];
            if dropped {
                let number = numbers[entry] as usize;
                value *= bit_of(words, member * words_of_member, number);
            }
            sum += value * x[(member * columns + column) * width + feature];
            entry += 1;
        }
        if dropped {
            sum *= kept_scale(rates[member]);
        }
        if biased {
            sum += bias[member * width + feature];
        }
        y[member * rows * width + element] = apply_to_one(sum, activation);
        element += stride();
    }
}

/// 1 if the entry is kept, else 0.
#[cube]
pub(crate) fn bit_of(words: &[i32], start: usize, number: usize) -> f32 {
    let word = u32::reinterpret(words[start + number / ENTRIES_PER_WORD]);
    f32::cast_from((word >> (number % ENTRIES_PER_WORD) as u32) & 1u32)
}

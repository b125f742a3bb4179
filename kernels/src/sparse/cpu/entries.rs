//! The entries of a sparse matrix on the CPU, and masks over them.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use crate::cpu::storage::{contiguous, floats, integers};
use crate::cpu::vector::widest;
use crate::dropout::kept_scale;
use crate::sizes::{dims, expect_shape};
use crate::sparse::by_rows::ENTRIES_PER_WORD;
use crate::sparse::{ByRows, Kept};

/// A matrix by its rows; the columns of its entries are checked.
pub(crate) struct Entries {
    /// Columns of the matrix.
    pub(crate) columns: usize,
    offsets: FlexTensor,
    indices: FlexTensor,
    values: FlexTensor,
    numbers: FlexTensor,
}

impl Entries {
    pub(crate) fn new(matrix: ByRows<Flex>, columns: usize) -> Self {
        let [entries] = dims(&matrix.values);
        expect_shape("sparse matrix: columns", &matrix.columns, [entries]);
        expect_shape("sparse matrix: numbers", &matrix.numbers, [entries]);
        let checked = Self {
            columns,
            offsets: contiguous(matrix.offsets),
            indices: contiguous(matrix.columns),
            values: contiguous(matrix.values),
            numbers: contiguous(matrix.numbers),
        };
        let offsets = checked.offsets();
        assert!(
            offsets.is_sorted() && offsets[0] == 0 && offsets[checked.rows()] as usize == entries,
            "sparse matrix: offsets must rise from 0 to {entries}"
        );
        assert!(
            bound(checked.indices()) as usize <= columns,
            "sparse matrix: an entry lies outside the {columns} columns"
        );
        checked
    }

    pub(crate) fn rows(&self) -> usize {
        self.offsets().len() - 1
    }

    pub(crate) fn len(&self) -> usize {
        self.values().len()
    }

    pub(crate) fn offsets(&self) -> &[i32] {
        integers(&self.offsets)
    }

    /// Each entry's column.
    pub(crate) fn indices(&self) -> &[i32] {
        integers(&self.indices)
    }

    pub(crate) fn values(&self) -> &[f32] {
        floats(&self.values)
    }

    /// Each entry's number.
    pub(crate) fn numbers(&self) -> &[i32] {
        integers(&self.numbers)
    }
}

/// Which entries each member keeps.
pub(crate) struct Mask {
    words: FlexTensor,
    rate: FlexTensor,
}

impl Mask {
    /// Over `entries` entries of each member.
    pub(crate) fn new(kept: Kept<Flex>, members: usize, entries: usize) -> Option<Self> {
        let Kept::Some { words, rate } = kept else {
            return None;
        };
        let expected = entries.div_ceil(ENTRIES_PER_WORD);
        expect_shape("sparse matrix: mask", &words, [members, expected]);
        expect_shape("sparse matrix: rate", &rate, [members]);
        Some(Self {
            words: contiguous(words),
            rate: contiguous(rate),
        })
    }

    /// The bits of member `r`.
    pub(crate) fn words(&self, r: usize) -> &[i32] {
        let [_, per_member] = dims(&self.words);
        &integers(&self.words)[r * per_member..][..per_member]
    }

    /// What the kept entries of member `r` count for.
    pub(crate) fn scale(&self, r: usize) -> f32 {
        kept_scale(floats(&self.rate)[r])
    }
}

widest! {
    /// The largest number plus one; a negative one counts as beyond any size.
    fn bound(numbers: &[i32]) -> u32 {
        let mut bound = 0;
        for &number in numbers {
            bound = bound.max((number as u32).saturating_add(1));
        }
        bound
    }
}

widest! {
    /// The values, zero where they are dropped; the mask has entry `number` under `first + number`.
    pub(crate) fn keep(kept: &mut [f32], values: &[f32], numbers: &[i32], first: u32, words: &[i32]) {
        const WORD: u32 = ENTRIES_PER_WORD as u32;
        if words.is_empty() {
            return;
        }
        let last = words.len() - 1;
        for ((kept, &value), &number) in kept.iter_mut().zip(values).zip(numbers) {
            let number = first + number as u32;
            let word = ((number / WORD) as usize).min(last);
            // SAFETY: it is not beyond the last. With a check the loop would not become a gather, and take six times as long.
            let word = unsafe { *words.get_unchecked(word) } as u32;
            let bit = word >> (number % WORD) & 1;
            *kept = f32::from_bits(value.to_bits() & bit.wrapping_neg());
        }
    }
}

//! Single-threaded `C = A B` for the shapes of training, with bias and ReLU in the same pass.
//!
//! A panel of `B` (at most 256 rows, one tile wide) is read in place when it is small and row-major, and packed
//! otherwise, which also transposes; the tile then streams `A`. This reaches the general-purpose `gemm`
//! crate's speed on square shapes and twice it on narrow ones, and saves the separate pass for the epilogue.

#[cfg(target_arch = "x86_64")]
use super::panels::panels;
use super::share::Shared;

pub(crate) use super::vector::Unit;

/// A read-only matrix: element `(i, j)` at `data[i * row + j * column]`.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    pub(crate) data: &'a [f32],
    pub(crate) row: usize,
    pub(crate) column: usize,
}

impl<'a> Matrix<'a> {
    /// Row-major with `columns` columns.
    pub(crate) fn new(data: &'a [f32], columns: usize) -> Self {
        Self {
            data,
            row: columns,
            column: 1,
        }
    }

    pub(crate) fn transposed(self) -> Self {
        Self {
            row: self.column,
            column: self.row,
            ..self
        }
    }

    /// The part from row `i` and column `j` on, which is empty beyond the end.
    #[inline(always)]
    pub(crate) fn from(self, i: usize, j: usize) -> Self {
        let data = self.data.get(i * self.row + j * self.column..);
        Self {
            data: data.unwrap_or_default(),
            ..self
        }
    }

    /// Whether all elements of `rows x columns` are there.
    fn has(self, rows: usize, columns: usize) -> bool {
        rows * columns == 0 || (rows - 1) * self.row + (columns - 1) * self.column < self.data.len()
    }
}

/// What happens to a finished element.
#[derive(Clone, Copy)]
pub(crate) struct Finish<'a> {
    /// One value per column.
    pub(crate) bias: Option<&'a [f32]>,
    pub(crate) relu: bool,
}

impl Finish<'_> {
    pub(crate) const NOTHING: Self = Self {
        bias: None,
        relu: false,
    };

    /// What happens to the columns from `first` on, where `last` tells that their sums are complete.
    #[inline(always)]
    pub(crate) fn of_columns(self, first: usize, last: bool) -> Self {
        if last {
            Self {
                bias: self.bias.map(|bias| &bias[first..]),
                ..self
            }
        } else {
            Self::NOTHING
        }
    }
}

/// `C = finish(A B)` with `A` `[m, k]`, `B` `[k, n]`, `C` `[m, n]` row-major with row length `c_row`.
///
/// # Safety
/// The operands must have these shapes, and nobody else may touch these elements of `C`, which live.
pub(crate) unsafe fn product(
    shape: [usize; 3],
    a: Matrix,
    b: Matrix,
    c: Shared,
    c_row: usize,
    finish: Finish,
) {
    // SAFETY: the unit was detected; the rest is the caller's promise.
    unsafe { product_on(Unit::detect(), shape, a, b, c, c_row, finish) }
}

/// [`product`] on a given unit.
///
/// # Safety
/// As for `product`, and the machine must have the unit.
pub(crate) unsafe fn product_on(
    unit: Unit,
    shape: [usize; 3],
    a: Matrix,
    b: Matrix,
    c: Shared,
    c_row: usize,
    finish: Finish,
) {
    let [m, n, k] = shape;
    debug_assert!(c_row >= n, "rows of the result overlap");
    debug_assert!(a.has(m, k) && b.has(k, n), "a factor lacks elements");
    debug_assert!(
        m * n == 0 || (m - 1) * c_row + n <= c.len(),
        "no room for the product"
    );
    debug_assert!(
        finish.bias.is_none_or(|bias| bias.len() >= n),
        "a bias lacks elements"
    );
    match unit {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the caller's promise.
        Unit::Avx512 => unsafe { avx512(shape, a, b, c, c_row, finish) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the caller's promise.
        Unit::Avx2 => unsafe { avx2(shape, a, b, c, c_row, finish) },
        // SAFETY: the caller's promise.
        Unit::Baseline => unsafe { library(shape, a, b, c.as_ptr(), c_row, finish) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
unsafe fn avx512(s: [usize; 3], a: Matrix, b: Matrix, c: Shared, c_row: usize, f: Finish) {
    // SAFETY: the caller's promise.
    unsafe { panels::<std::arch::x86_64::__m512>(s, a, b, c, c_row, f) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(s: [usize; 3], a: Matrix, b: Matrix, c: Shared, c_row: usize, f: Finish) {
    // SAFETY: the caller's promise.
    unsafe { panels::<std::arch::x86_64::__m256>(s, a, b, c, c_row, f) }
}

/// The `gemm` crate, for machines without the vector units above, then the epilogue.
unsafe fn library(
    [m, n, k]: [usize; 3],
    a: Matrix,
    b: Matrix,
    c: *mut f32,
    c_row: usize,
    finish: Finish,
) {
    // SAFETY: the caller's promise, with the strides given as the crate wants them.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c,
            1,
            c_row as isize,
            false,
            a.data.as_ptr(),
            a.column as isize,
            a.row as isize,
            b.data.as_ptr(),
            b.column as isize,
            b.row as isize,
            0f32,
            1f32,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
        for i in 0..m {
            for j in 0..n {
                let value = &mut *c.add(i * c_row + j);
                if let Some(bias) = finish.bias {
                    *value += bias[j];
                }
                // Written so that NaN passes, as it does through the vector units.
                if finish.relu && *value < 0.0 {
                    *value = 0.0;
                }
            }
        }
    }
}

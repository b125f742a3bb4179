//! Single-threaded `C = A B` for the shapes of training, with bias and ReLU in the same pass.
//!
//! A panel of `B` (at most 256 rows, one tile wide) is read in place when it is small and row-major, and packed
//! otherwise, which also transposes; the tile then streams `A`. This reaches the general-purpose `gemm`
//! crate's speed on square shapes and twice it on narrow ones, and saves the separate pass for the epilogue.

#[cfg(target_arch = "x86_64")]
use super::panels::panels;

pub(crate) use super::vector::Unit;

/// A read-only matrix: element `(i, j)` at `data[i * row + j * column]`.
#[derive(Clone, Copy)]
pub(crate) struct Matrix {
    pub(crate) data: *const f32,
    pub(crate) row: usize,
    pub(crate) column: usize,
}

impl Matrix {
    /// Row-major with `columns` columns.
    pub(crate) fn new(data: *const f32, columns: usize) -> Self {
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

    /// The same matrix without its first `count` columns.
    ///
    /// # Safety
    /// There must be at least `count` columns.
    pub(crate) unsafe fn skip_columns(self, count: usize) -> Self {
        Self {
            // SAFETY: the caller promises that the column exists.
            data: unsafe { self.data.add(count * self.column) },
            ..self
        }
    }
}

/// What happens to a finished element.
#[derive(Clone, Copy)]
pub(crate) struct Finish {
    /// One value per column, or null.
    pub(crate) bias: *const f32,
    pub(crate) relu: bool,
}

impl Finish {
    pub(crate) const NOTHING: Self = Self {
        bias: std::ptr::null(),
        relu: false,
    };
}

/// `C = finish(A B)` with `A` `[m, k]`, `B` `[k, n]`, `C` `[m, n]` row-major with row length `c_row`.
///
/// # Safety
/// The pointers must be valid for these shapes, `C` for writing, and `C` must overlap nothing.
pub(crate) unsafe fn product(
    shape: [usize; 3],
    a: Matrix,
    b: Matrix,
    c: *mut f32,
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
    c: *mut f32,
    c_row: usize,
    finish: Finish,
) {
    debug_assert!(c_row >= shape[1], "rows of the result overlap");
    match unit {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the caller's promise.
        Unit::Avx512 => unsafe { avx512(shape, a, b, c, c_row, finish) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the caller's promise.
        Unit::Avx2 => unsafe { avx2(shape, a, b, c, c_row, finish) },
        // SAFETY: the caller's promise.
        Unit::Baseline => unsafe { library(shape, a, b, c, c_row, finish) },
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
unsafe fn avx512(s: [usize; 3], a: Matrix, b: Matrix, c: *mut f32, c_row: usize, f: Finish) {
    // SAFETY: the caller's promise.
    unsafe { panels::<std::arch::x86_64::__m512>(s, a, b, c, c_row, f) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(s: [usize; 3], a: Matrix, b: Matrix, c: *mut f32, c_row: usize, f: Finish) {
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
            a.data,
            a.column as isize,
            a.row as isize,
            b.data,
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
                if !finish.bias.is_null() {
                    *value += *finish.bias.add(j);
                }
                // Written so that NaN passes, as it does through the vector units.
                if finish.relu && *value < 0.0 {
                    *value = 0.0;
                }
            }
        }
    }
}

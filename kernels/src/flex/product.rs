//! Single-threaded `C = A B` for the shapes of training, with bias and ReLU in the same pass.
//!
//! A panel of `B` (at most 256 rows, one tile wide) is read in place when it is small and row-major, and packed
//! otherwise, which also transposes; the tile then streams `A`. This reaches the general-purpose `gemm`
//! crate's speed on square shapes and twice it on narrow ones, and saves the separate pass for the epilogue.

#[cfg(target_arch = "x86_64")]
use super::vector::Register;
use super::vector::Unit;

/// A read-only matrix: element `(i, j)` at `data[i * row + j * column]`.
#[derive(Clone, Copy)]
pub(super) struct Matrix {
    pub(super) data: *const f32,
    pub(super) row: usize,
    pub(super) column: usize,
}

impl Matrix {
    /// Row-major with `columns` columns.
    pub(super) fn new(data: *const f32, columns: usize) -> Self {
        Self {
            data,
            row: columns,
            column: 1,
        }
    }

    pub(super) fn transposed(self) -> Self {
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
    pub(super) unsafe fn skip_columns(self, count: usize) -> Self {
        Self {
            // SAFETY: the caller promises that the column exists.
            data: unsafe { self.data.add(count * self.column) },
            ..self
        }
    }
}

/// What happens to a finished element.
#[derive(Clone, Copy)]
pub(super) struct Finish {
    /// One value per column, or null.
    pub(super) bias: *const f32,
    pub(super) relu: bool,
}

impl Finish {
    pub(super) const NOTHING: Self = Self {
        bias: std::ptr::null(),
        relu: false,
    };
}

/// `C = finish(A B)` with `A` `[m, k]`, `B` `[k, n]`, `C` `[m, n]` row-major with row length `c_row`.
///
/// # Safety
/// The pointers must be valid for these shapes, `C` for writing, and overlap nothing.
#[allow(clippy::too_many_arguments)]
pub(super) unsafe fn product(
    [m, n, k]: [usize; 3],
    a: Matrix,
    b: Matrix,
    c: *mut f32,
    c_row: usize,
    finish: Finish,
) {
    match Unit::detect() {
        // SAFETY: the unit was detected; the rest is the caller's promise.
        #[cfg(target_arch = "x86_64")]
        Unit::Avx512 => unsafe { avx512([m, n, k], a, b, c, c_row, finish) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Unit::Avx2 => unsafe { avx2([m, n, k], a, b, c, c_row, finish) },
        // SAFETY: as above.
        Unit::Baseline => unsafe { library([m, n, k], a, b, c, c_row, finish) },
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

/// Rows of `B` in a panel: a panel of 32 columns takes 32 KiB, which stays in the first-level cache.
#[cfg(target_arch = "x86_64")]
const PANEL_ROWS: usize = 256;
/// The widest tile: two AVX-512 registers.
#[cfg(target_arch = "x86_64")]
const PANEL_COLUMNS: usize = 32;

#[cfg(target_arch = "x86_64")]
#[repr(align(64))]
struct Panel([f32; PANEL_ROWS * PANEL_COLUMNS]);

#[cfg(target_arch = "x86_64")]
thread_local! {
    static PANEL: std::cell::UnsafeCell<Panel> =
        const { std::cell::UnsafeCell::new(Panel([0.0; PANEL_ROWS * PANEL_COLUMNS])) };
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn panels<V: Register>(
    [m, n, k]: [usize; 3],
    a: Matrix,
    b: Matrix,
    c: *mut f32,
    c_row: usize,
    finish: Finish,
) {
    let pack: *mut f32 = PANEL.with(|panel| panel.get().cast());
    let width = V::WIDE * V::LANES;
    // An empty inner dimension still has to write the epilogue of zero.
    let blocks = k.div_ceil(PANEL_ROWS).max(1);
    // SAFETY: every offset stays inside the shapes that the caller vouches for; the panel belongs to this thread and
    // no product starts another.
    unsafe {
        for first in (0..n).step_by(width) {
            let columns = (n - first).min(width);
            for block in 0..blocks {
                let start = block * PANEL_ROWS;
                let depth = (k - start).min(PANEL_ROWS);
                let source = b.data.add(start * b.row + first * b.column);
                let in_place = b.column == 1 && (depth <= 128 || m <= 2 * V::TALL);
                let (panel, panel_row) = if in_place {
                    (source, b.row)
                } else {
                    fill_panel(pack, width, source, b, depth, columns);
                    (pack.cast_const(), width)
                };
                let tile = Tile {
                    depth,
                    columns,
                    panel,
                    panel_row,
                    a: a.data.add(start * a.column),
                    a_row: a.row,
                    a_column: a.column,
                    c: c.add(first),
                    c_row,
                    add: block > 0,
                    bias: if block + 1 < blocks || finish.bias.is_null() {
                        std::ptr::null()
                    } else {
                        finish.bias.add(first)
                    },
                    relu: finish.relu && block + 1 == blocks,
                };
                if columns > V::LANES {
                    tile.rows::<V, 2>(m);
                } else {
                    tile.rows::<V, 1>(m);
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn fill_panel(
    pack: *mut f32,
    width: usize,
    source: *const f32,
    b: Matrix,
    depth: usize,
    columns: usize,
) {
    // SAFETY: `depth * width` elements fit the panel; the source is inside `B`.
    unsafe {
        if b.column == 1 {
            for p in 0..depth {
                std::ptr::copy_nonoverlapping(source.add(p * b.row), pack.add(p * width), columns);
            }
        } else {
            for j in 0..columns {
                let column = source.add(j * b.column);
                for p in 0..depth {
                    *pack.add(p * width + j) = *column.add(p * b.row);
                }
            }
        }
    }
}

/// One panel of `B` against all rows of `A`.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
struct Tile {
    depth: usize,
    columns: usize,
    panel: *const f32,
    panel_row: usize,
    a: *const f32,
    a_row: usize,
    a_column: usize,
    c: *mut f32,
    c_row: usize,
    /// Whether `C` already holds the sum over earlier panels.
    add: bool,
    bias: *const f32,
    relu: bool,
}

#[cfg(target_arch = "x86_64")]
impl Tile {
    #[inline(always)]
    unsafe fn rows<V: Register, const W: usize>(self, m: usize) {
        // SAFETY: the caller of `product` vouches for the shapes; row blocks partition `0..m`.
        unsafe {
            let mut i = 0;
            if V::TALL == 12 {
                while m - i >= 12 {
                    self.block::<V, 12, W>(i);
                    i += 12;
                }
                if m - i >= 8 {
                    self.block::<V, 8, W>(i);
                    i += 8;
                }
            }
            while m - i >= 6 {
                self.block::<V, 6, W>(i);
                i += 6;
            }
            match m - i {
                1 => self.block::<V, 1, W>(i),
                2 => self.block::<V, 2, W>(i),
                3 => self.block::<V, 3, W>(i),
                4 => self.block::<V, 4, W>(i),
                5 => self.block::<V, 5, W>(i),
                _ => {}
            }
        }
    }

    /// `M` rows from row `i`, `W` registers wide, the last one possibly partial.
    #[inline(always)]
    unsafe fn block<V: Register, const M: usize, const W: usize>(self, i: usize) {
        let last = self.columns - (W - 1) * V::LANES;
        let whole = last == V::LANES;
        // SAFETY: as in `rows`; partial registers touch only existing columns.
        unsafe {
            let a = self.a.add(i * self.a_row);
            let mut sums = [[V::splat(0.0); W]; M];
            for p in 0..self.depth {
                let row = self.panel.add(p * self.panel_row);
                let mut b = [V::splat(0.0); W];
                for (w, b) in b.iter_mut().enumerate() {
                    let from = row.add(w * V::LANES);
                    *b = if w + 1 < W || whole {
                        V::load(from)
                    } else {
                        V::load_first(from, last)
                    };
                }
                for (r, sums) in sums.iter_mut().enumerate() {
                    let x = V::splat(*a.add(r * self.a_row + p * self.a_column));
                    for (sum, &b) in sums.iter_mut().zip(&b) {
                        *sum = x.multiply_add(b, *sum);
                    }
                }
            }
            for (r, sums) in sums.iter().enumerate() {
                for (w, &sum) in sums.iter().enumerate() {
                    let column = w * V::LANES;
                    let to = self.c.add((i + r) * self.c_row + column);
                    let count = if w + 1 < W { V::LANES } else { last };
                    self.finish(sum, to, column, count);
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn finish<V: Register>(self, sum: V, to: *mut f32, column: usize, count: usize) {
        // SAFETY: `count` elements of `C` and of the bias exist from here.
        unsafe {
            let mut value = sum;
            if self.add {
                value = value.add(V::load_first(to, count));
            }
            if !self.bias.is_null() {
                value = value.add(V::load_first(self.bias.add(column), count));
            }
            if self.relu {
                value = value.max(V::splat(0.0));
            }
            if count == V::LANES {
                value.store(to);
            } else {
                value.store_first(to, count);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Finish, Matrix, product};

    fn grid(len: usize, step: usize) -> Vec<f32> {
        // Multiples of 1/8 below 2: sums of a few hundred products are exact in f32.
        (0..len)
            .map(|i| ((i * step) % 31) as f32 / 8.0 - 2.0)
            .collect()
    }

    fn expected(
        [m, n, k]: [usize; 3],
        a: impl Fn(usize, usize) -> f32,
        b: impl Fn(usize, usize) -> f32,
    ) -> Vec<f32> {
        let mut c = vec![0.0; m * n];
        for i in 0..m {
            for j in 0..n {
                c[i * n + j] = (0..k).map(|p| a(i, p) * b(p, j)).sum();
            }
        }
        c
    }

    const SHAPES: [[usize; 3]; 9] = [
        [1, 1, 1],
        [1, 10, 64],
        [7, 33, 5],
        [13, 32, 64],
        [64, 10, 64],
        [25, 17, 300],
        [40, 70, 513],
        [12, 31, 129],
        [3, 48, 1],
    ];

    #[test]
    fn agrees_with_the_definition_in_every_orientation() {
        for shape in SHAPES {
            let [m, n, k] = shape;
            let (a, b) = (grid(m * k, 7), grid(k * n, 11));
            for (a_turned, b_turned) in [(false, false), (true, false), (false, true), (true, true)]
            {
                let view = |data: &[f32], rows: usize, columns: usize, turned: bool| {
                    if turned {
                        Matrix::new(data.as_ptr(), rows).transposed()
                    } else {
                        Matrix::new(data.as_ptr(), columns)
                    }
                };
                let mut c = vec![f32::NAN; m * n];
                // SAFETY: the vectors have exactly these shapes.
                unsafe {
                    product(
                        shape,
                        view(&a, m, k, a_turned),
                        view(&b, k, n, b_turned),
                        c.as_mut_ptr(),
                        n,
                        Finish::NOTHING,
                    );
                }
                let at = |i, p| if a_turned { a[p * m + i] } else { a[i * k + p] };
                let bt = |p, j| if b_turned { b[j * k + p] } else { b[p * n + j] };
                assert_eq!(
                    c,
                    expected(shape, at, bt),
                    "{shape:?} {a_turned} {b_turned}"
                );
            }
        }
    }

    #[test]
    fn the_epilogue_adds_the_bias_then_cuts_at_zero() {
        for shape in SHAPES {
            let [m, n, k] = shape;
            let (a, b, bias) = (grid(m * k, 7), grid(k * n, 11), grid(n, 5));
            let mut c = vec![f32::NAN; m * n];
            // SAFETY: the vectors have exactly these shapes.
            unsafe {
                product(
                    shape,
                    Matrix::new(a.as_ptr(), k),
                    Matrix::new(b.as_ptr(), n),
                    c.as_mut_ptr(),
                    n,
                    Finish {
                        bias: bias.as_ptr(),
                        relu: true,
                    },
                );
            }
            let mut want = expected(shape, |i, p| a[i * k + p], |p, j| b[p * n + j]);
            for (i, value) in want.iter_mut().enumerate() {
                *value = (*value + bias[i % n]).max(0.0);
            }
            assert_eq!(c, want, "{shape:?}");
        }
    }

    #[test]
    fn the_library_path_agrees() {
        for shape in SHAPES {
            let [m, n, k] = shape;
            let (a, b, bias) = (grid(m * k, 7), grid(k * n, 11), grid(n, 5));
            let mut results = [vec![f32::NAN; m * n], vec![f32::NAN; m * n]];
            let finish = Finish {
                bias: bias.as_ptr(),
                relu: true,
            };
            let (left, right) = (Matrix::new(a.as_ptr(), k), Matrix::new(b.as_ptr(), n));
            // SAFETY: the vectors have exactly these shapes.
            unsafe {
                product(shape, left, right, results[0].as_mut_ptr(), n, finish);
                super::library(shape, left, right, results[1].as_mut_ptr(), n, finish);
            }
            assert_eq!(results[0], results[1], "{shape:?}");
        }
    }
}

//! Register tiles of the product: as many accumulators as the register file holds.

use super::product::Finish;
use super::share::Shared;
use super::vector::{Plain, Register, Unit, load, store};

/// One panel of `B` against the rows of `A`.
///
/// `A` may be cut along its columns into segments that lie anywhere at equal distances, as the rows of an image under a window do; a plain
/// matrix is one segment.
#[derive(Clone, Copy)]
pub(crate) struct Tile<'a> {
    /// How many segments follow each other in the panel.
    pub(crate) segments: usize,
    /// From one segment of `A` to the next.
    pub(crate) a_segment: usize,
    /// Columns of `A`, and rows of the panel, per segment.
    pub(crate) depth: usize,
    pub(crate) columns: usize,
    pub(crate) panel: &'a [f32],
    pub(crate) panel_row: usize,
    pub(crate) a: &'a [f32],
    pub(crate) a_row: usize,
    pub(crate) a_column: usize,
    pub(crate) c: Shared,
    pub(crate) c_row: usize,
    /// Whether `C` already holds the sum over earlier panels.
    pub(crate) add: bool,
    /// From the first column of the tile on.
    pub(crate) finish: Finish<'a>,
}

impl Tile<'_> {
    /// Writes rows `0..m` of the tile's columns.
    ///
    /// # Safety
    /// The operands must have `m` rows, `depth` and `columns`, with `1 <= columns <= WIDE * LANES`, which debug builds check; the machine must
    /// have the features of `V`, and nobody else may touch these elements of `c`.
    #[inline(always)]
    pub(crate) unsafe fn all_rows<V: Register>(self, m: usize) {
        debug_assert!((1..=V::WIDE * V::LANES).contains(&self.columns));
        debug_assert!(self.has_rows(m), "a tile lacks elements");
        // SAFETY: the caller's promise.
        unsafe {
            let whole = self.columns.is_multiple_of(V::LANES);
            if self.columns <= V::LANES {
                if whole {
                    self.rows::<V, 1, true>(m);
                } else {
                    self.rows::<V, 1, false>(m);
                }
            } else if whole {
                self.rows::<V, 2, true>(m);
            } else {
                self.rows::<V, 2, false>(m);
            }
        }
    }

    /// [`all_rows`](Self::all_rows) on a unit, in code of its own: callers that run many tiles need not be compiled for every unit.
    ///
    /// # Safety
    /// As for `all_rows`, and the machine must have the unit.
    pub(crate) unsafe fn run(&self, unit: Unit, m: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            match unit {
                #[cfg(target_arch = "x86_64")]
                Unit::Avx512 => avx512(self, m),
                #[cfg(target_arch = "x86_64")]
                Unit::Avx2 => avx2(self, m),
                Unit::Baseline => self.all_rows::<Plain>(m),
            }
        }
    }

    /// Whether all elements that `m` rows ask for are there.
    fn has_rows(&self, m: usize) -> bool {
        let rows = self.segments * self.depth;
        let last = |count: usize, step: usize| count.saturating_sub(1) * step;
        let of_a = last(m, self.a_row)
            + last(self.segments, self.a_segment)
            + last(self.depth, self.a_column);
        let reads = m == 0
            || rows == 0
            || of_a < self.a.len() && last(rows, self.panel_row) + self.columns <= self.panel.len();
        let writes = m == 0 || last(m, self.c_row) + self.columns <= self.c.len();
        let bias = self.finish.bias;
        reads && writes && bias.is_none_or(|bias| bias.len() >= self.columns)
    }

    /// Cuts the rows into blocks; every block size is its own straight-line code.
    #[inline(always)]
    unsafe fn rows<V: Register, const W: usize, const WHOLE: bool>(self, m: usize) {
        // SAFETY: the row blocks partition `0..m`.
        unsafe {
            let mut i = 0;
            while i < m {
                let size = block_rows::<V>(m - i);
                match size {
                    1 => self.block::<V, 1, W, WHOLE>(i),
                    2 => self.block::<V, 2, W, WHOLE>(i),
                    3 => self.block::<V, 3, W, WHOLE>(i),
                    4 => self.block::<V, 4, W, WHOLE>(i),
                    5 => self.block::<V, 5, W, WHOLE>(i),
                    6 => self.block::<V, 6, W, WHOLE>(i),
                    7 if V::TALL == 12 => self.block::<V, 7, W, WHOLE>(i),
                    8 if V::TALL == 12 => self.block::<V, 8, W, WHOLE>(i),
                    9 if V::TALL == 12 => self.block::<V, 9, W, WHOLE>(i),
                    10 if V::TALL == 12 => self.block::<V, 10, W, WHOLE>(i),
                    11 if V::TALL == 12 => self.block::<V, 11, W, WHOLE>(i),
                    12 if V::TALL == 12 => self.block::<V, 12, W, WHOLE>(i),
                    _ => unreachable!("a block of {size} rows"),
                }
                i += size;
            }
        }
    }

    /// `M` rows from row `i`, `W` registers wide, the last one partial unless `WHOLE`.
    ///
    /// All loops over registers have constant bounds and no branches inside: only then are they
    /// unrolled and the accumulators stay in registers.
    #[inline(always)]
    unsafe fn block<V: Register, const M: usize, const W: usize, const WHOLE: bool>(
        self,
        i: usize,
    ) {
        // SAFETY: the caller of `product` vouches for the shapes; partial registers touch only existing columns.
        unsafe {
            let mut sums = self.sums::<V, M, W, WHOLE>(i);
            let c = self.c.as_ptr().add(i * self.c_row);
            let last = self.rest::<V, W>();
            if self.add {
                for (r, sums) in sums.iter_mut().enumerate() {
                    let before = load::<V, W, WHOLE>(c.add(r * self.c_row), last);
                    for (sum, before) in sums.iter_mut().zip(before) {
                        *sum = before.add(*sum);
                    }
                }
            }
            if let Some(bias) = self.finish.bias {
                let bias = load::<V, W, WHOLE>(bias.as_ptr(), last);
                for sums in &mut sums {
                    for (sum, bias) in sums.iter_mut().zip(bias) {
                        *sum = sum.add(bias);
                    }
                }
            }
            if self.finish.relu {
                for sum in sums.as_flattened_mut() {
                    *sum = sum.max(V::splat(0.0));
                }
            }
            for (r, sums) in sums.iter().enumerate() {
                store::<V, W, WHOLE>(c.add(r * self.c_row), sums, last);
            }
        }
    }

    /// The block's part of `A B` over this panel.
    #[inline(always)]
    unsafe fn sums<V: Register, const M: usize, const W: usize, const WHOLE: bool>(
        self,
        i: usize,
    ) -> [[V; W]; M] {
        // SAFETY: as in `block`.
        unsafe {
            let mut sums = [[V::splat(0.0); W]; M];
            let mut b = self.panel.as_ptr();
            let last = self.rest::<V, W>();
            for segment in 0..self.segments {
                let start = i * self.a_row + segment * self.a_segment;
                let mut a = self.a.as_ptr().wrapping_add(start);
                for _ in 0..self.depth {
                    let row = load::<V, W, WHOLE>(b, last);
                    for (r, sums) in sums.iter_mut().enumerate() {
                        let x = V::splat(*a.add(r * self.a_row));
                        for (sum, row) in sums.iter_mut().zip(row) {
                            *sum = x.multiply_add(row, *sum);
                        }
                    }
                    // The last step leaves the matrices, and the pointers are not read again.
                    a = a.wrapping_add(self.a_column);
                    b = b.wrapping_add(self.panel_row);
                }
            }
            sums
        }
    }

    /// The columns of the last register.
    #[inline(always)]
    fn rest<V: Register, const W: usize>(self) -> usize {
        self.columns - (W - 1) * V::LANES
    }
}

/// Rows of the next block where `left` are left: full blocks, and at the end two or three of about the same size, since small ones
/// leave multipliers idle.
#[inline(always)]
fn block_rows<V: Register>(left: usize) -> usize {
    if left > 3 * V::TALL {
        V::TALL
    } else {
        left.div_ceil(left.div_ceil(V::TALL))
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
unsafe fn avx512(tile: &Tile<'_>, m: usize) {
    // SAFETY: the caller's promise.
    unsafe { tile.all_rows::<std::arch::x86_64::__m512>(m) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(tile: &Tile<'_>, m: usize) {
    // SAFETY: the caller's promise.
    unsafe { tile.all_rows::<std::arch::x86_64::__m256>(m) }
}

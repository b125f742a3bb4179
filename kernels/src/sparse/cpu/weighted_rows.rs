//! Weighted sums of a matrix's rows, which is what a sparse product is: the sum stays in registers while a row's entries go by.

use crate::cpu::share::Shared;
use crate::cpu::vector::Unit;
#[cfg(target_arch = "x86_64")]
use crate::cpu::vector::{Register, load, store};

/// `y[i] = act(scale sum over entries e of row i (values[e] x[columns[e]]) + bias)`.
#[derive(Clone, Copy)]
pub(crate) struct WeightedRows<'a> {
    /// Where each row's entries start, counted from the first row's start, and the last one's end.
    pub(crate) offsets: &'a [i32],
    /// From the first row's first entry on.
    pub(crate) columns: &'a [i32],
    pub(crate) values: &'a [f32],
    pub(crate) x: &'a [f32],
    /// From a row of `x` to the next.
    pub(crate) x_row: usize,
    pub(crate) y: Shared,
    pub(crate) y_row: usize,
    pub(crate) width: usize,
    pub(crate) scale: f32,
    /// One value per column.
    pub(crate) bias: Option<&'a [f32]>,
    pub(crate) relu: bool,
}

impl WeightedRows<'_> {
    /// Writes all rows of `y`.
    ///
    /// # Safety
    /// `x` must have a row of `width` values for every column, `y` room for one per row, and the bias `width`, which debug builds check;
    /// nobody else may touch these elements of `y`, which live.
    pub(crate) unsafe fn write(self) {
        // SAFETY: the unit was detected; the rest is the caller's promise.
        unsafe { self.write_on(Unit::detect()) }
    }

    /// [`Self::write`] on a given unit.
    ///
    /// # Safety
    /// As for `write`, and the machine must have the unit.
    pub(crate) unsafe fn write_on(self, unit: Unit) {
        debug_assert!(self.is_whole(), "a sum of rows lacks elements");
        match unit {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the caller's promise.
            Unit::Avx512 => unsafe { avx512(self) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the caller's promise.
            Unit::Avx2 => unsafe { avx2(self) },
            // SAFETY: the caller's promise.
            Unit::Baseline => unsafe { self.one_by_one() },
        }
    }

    /// Whether all elements that the entries ask for are there.
    fn is_whole(&self) -> bool {
        let has = |row: usize, step: usize, len: usize| row * step + self.width <= len;
        let count = self.offsets.len().saturating_sub(1);
        let entries = self.offsets.windows(2).flat_map(|ends| self.entries(ends));
        let reads = entries
            .map(|e| self.columns[e] as usize)
            .all(|column| has(column, self.x_row, self.x.len()));
        let writes = count == 0 || has(count - 1, self.y_row, self.y.len());
        reads && writes && self.bias.is_none_or(|bias| bias.len() >= self.width)
    }

    /// For machines without the vector units.
    unsafe fn one_by_one(self) {
        for (row, ends) in self.offsets.windows(2).enumerate() {
            for c in 0..self.width {
                let mut sum = 0.0;
                for e in self.entries(ends) {
                    sum += self.values[e] * self.x[self.columns[e] as usize * self.x_row + c];
                }
                sum *= self.scale;
                if let Some(bias) = self.bias {
                    sum += bias[c];
                }
                // Written so that NaN passes, as it does through the vector units.
                let y = if self.relu && sum < 0.0 { 0.0 } else { sum };
                // SAFETY: the caller's promise.
                unsafe { *self.y.as_ptr().add(row * self.y_row + c) = y };
            }
        }
    }

    #[inline(always)]
    fn entries(&self, ends: &[i32]) -> std::ops::Range<usize> {
        let base = self.offsets[0];
        (ends[0] - base) as usize..(ends[1] - base) as usize
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
unsafe fn avx512(rows: WeightedRows<'_>) {
    // SAFETY: the caller's promise.
    unsafe { rows.tiles::<std::arch::x86_64::__m512>() }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(rows: WeightedRows<'_>) {
    // SAFETY: the caller's promise.
    unsafe { rows.tiles::<std::arch::x86_64::__m256>() }
}

#[cfg(target_arch = "x86_64")]
impl WeightedRows<'_> {
    /// All rows, four registers of columns at a time, then what is left.
    #[inline(always)]
    unsafe fn tiles<V: Register>(self) {
        let mut first = 0;
        // SAFETY: the tiles partition the columns.
        unsafe {
            while self.width - first >= 4 * V::LANES {
                self.tile::<V, 4, 1, true>(first);
                first += 4 * V::LANES;
            }
            let rest = self.width - first;
            match (rest.div_ceil(V::LANES), rest.is_multiple_of(V::LANES)) {
                (0, _) => {}
                (1, true) => self.tile::<V, 1, 4, true>(first),
                (1, false) => self.tile::<V, 1, 4, false>(first),
                (2, true) => self.tile::<V, 2, 2, true>(first),
                (2, false) => self.tile::<V, 2, 2, false>(first),
                (3, true) => self.tile::<V, 3, 1, true>(first),
                (3, false) => self.tile::<V, 3, 1, false>(first),
                _ => self.tile::<V, 4, 1, false>(first),
            }
        }
    }

    /// `W` registers of columns, the last one partial unless `WHOLE`.
    #[inline(always)]
    unsafe fn tile<V: Register, const W: usize, const K: usize, const WHOLE: bool>(
        self,
        first: usize,
    ) {
        // SAFETY: the caller of `write` vouches for rows and widths; partial registers touch only existing columns.
        unsafe {
            let last = self.width - first - (W - 1) * V::LANES;
            let scale = V::splat(self.scale);
            let mut offset = [V::splat(0.0); W];
            if let Some(bias) = self.bias {
                offset = load::<V, W, WHOLE>(bias.as_ptr().add(first), last);
            }
            for (row, ends) in self.offsets.windows(2).enumerate() {
                let mut sums = self.sums::<V, W, K, WHOLE>(self.entries(ends), first, last);
                for (sum, offset) in sums.iter_mut().zip(offset) {
                    *sum = sum.multiply_add(scale, offset);
                    if self.relu {
                        *sum = sum.max(V::splat(0.0));
                    }
                }
                store::<V, W, WHOLE>(self.y.as_ptr().add(row * self.y_row + first), &sums, last);
            }
        }
    }

    /// Sums over the entries of a row, in `K` chains: one alone would wait for each addition before it starts the next.
    #[inline(always)]
    unsafe fn sums<V: Register, const W: usize, const K: usize, const WHOLE: bool>(
        &self,
        entries: std::ops::Range<usize>,
        first: usize,
        last: usize,
    ) -> [V; W] {
        // SAFETY: as in `tile`.
        unsafe {
            let mut chains = [[V::splat(0.0); W]; K];
            let add = |chain: &mut [V; W], column: i32, value: f32| {
                let x = self.x.as_ptr().add(column as usize * self.x_row + first);
                let x = load::<V, W, WHOLE>(x, last);
                let value = V::splat(value);
                for (sum, x) in chain.iter_mut().zip(x) {
                    *sum = value.multiply_add(x, *sum);
                }
            };
            let (columns, more) = self.columns[entries.clone()].as_chunks::<K>();
            let (values, more_values) = self.values[entries].as_chunks::<K>();
            for (columns, values) in columns.iter().zip(values) {
                for k in 0..K {
                    add(&mut chains[k], columns[k], values[k]);
                }
            }
            for (&column, &value) in more.iter().zip(more_values) {
                add(&mut chains[0], column, value);
            }
            let mut sums = chains[0];
            for chain in &chains[1..] {
                for (sum, &part) in sums.iter_mut().zip(chain) {
                    *sum = sum.add(part);
                }
            }
            sums
        }
    }
}

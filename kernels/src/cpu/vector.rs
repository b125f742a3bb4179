//! Vector registers: one source for AVX-512 and AVX2, chosen at run time.

/// A register of `f32` lanes with what a matrix product needs.
///
/// # Safety
/// Every method needs the CPU features of its implementation; callers check them once per product.
pub(crate) trait Register: Copy {
    /// Lanes per register.
    const LANES: usize;
    /// Registers along the columns of a tile.
    const WIDE: usize;
    /// Rows of a tile, so that accumulators, operands and the broadcast fit the register file.
    const TALL: usize;

    unsafe fn splat(value: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn load_first(from: *const f32, count: usize) -> Self;
    unsafe fn store(self, to: *mut f32);
    unsafe fn store_first(self, to: *mut f32, count: usize);
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn max(self, other: Self) -> Self;
    /// `self * factor + addend`, rounded once where the unit can.
    unsafe fn multiply_add(self, factor: Self, addend: Self) -> Self;
}

/// Four lanes as the compiler makes them, for machines without the units below.
#[derive(Clone, Copy)]
pub(crate) struct Plain([f32; 4]);

impl Plain {
    #[inline(always)]
    fn with(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

impl Register for Plain {
    const LANES: usize = 4;
    const WIDE: usize = 2;
    const TALL: usize = 6;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the trait's promise.
        Self(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        let mut lanes = [0.0; 4];
        // SAFETY: the trait's promise; a register has `count` lanes.
        unsafe { std::ptr::copy_nonoverlapping(from, lanes.as_mut_ptr(), count) };
        Self(lanes)
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the trait's promise.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: as for `load_first`.
        unsafe { std::ptr::copy_nonoverlapping(self.0.as_ptr(), to, count) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        // NaN stays, as in the units below.
        self.with(other, |a, b| if b > a { b } else { a })
    }
    #[inline(always)]
    unsafe fn multiply_add(self, factor: Self, addend: Self) -> Self {
        // A fused one is a call into a library where the baseline has none.
        let product = self.with(factor, |a, b| a * b);
        product.with(addend, |a, b| a + b)
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Register;
    use std::arch::x86_64::*;

    /// One body for both widths; `$mask` selects the first lanes of a register.
    macro_rules! register {
        (
            $register:ty, $lanes:literal lanes, $rows:literal rows, $mask:ident, $splat:ident, $load:ident, $store:ident,
            $add:ident, $max:ident, $multiply_add:ident, $store_masked:ident, |$from:ident, $first:ident| $load_masked:expr
        ) => {
            impl Register for $register {
                const LANES: usize = $lanes;
                const WIDE: usize = 2;
                const TALL: usize = $rows;

                #[inline(always)]
                unsafe fn splat(value: f32) -> Self {
                    // SAFETY: the trait's promise.
                    unsafe { $splat(value) }
                }
                #[inline(always)]
                unsafe fn load(from: *const f32) -> Self {
                    // SAFETY: the trait's promise.
                    unsafe { $load(from) }
                }
                #[inline(always)]
                unsafe fn load_first($from: *const f32, count: usize) -> Self {
                    debug_assert!((1..=Self::LANES).contains(&count));
                    // SAFETY: the trait's promise.
                    unsafe {
                        let $first = $mask(count);
                        $load_masked
                    }
                }
                #[inline(always)]
                unsafe fn store(self, to: *mut f32) {
                    // SAFETY: the trait's promise.
                    unsafe { $store(to, self) }
                }
                #[inline(always)]
                unsafe fn store_first(self, to: *mut f32, count: usize) {
                    debug_assert!((1..=Self::LANES).contains(&count));
                    // SAFETY: the trait's promise.
                    unsafe { $store_masked(to, $mask(count), self) }
                }
                #[inline(always)]
                unsafe fn add(self, other: Self) -> Self {
                    // SAFETY: the trait's promise.
                    unsafe { $add(self, other) }
                }
                #[inline(always)]
                unsafe fn max(self, other: Self) -> Self {
                    // SAFETY: the trait's promise.
                    unsafe { $max(other, self) }
                }
                #[inline(always)]
                unsafe fn multiply_add(self, factor: Self, addend: Self) -> Self {
                    // SAFETY: the trait's promise.
                    unsafe { $multiply_add(self, factor, addend) }
                }
            }
        };
    }

    register!(
        __m512, 16 lanes, 12 rows, lowest_bits, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps,
        _mm512_add_ps, _mm512_max_ps, _mm512_fmadd_ps, _mm512_mask_storeu_ps,
        |from, first| _mm512_maskz_loadu_ps(first, from)
    );
    register!(
        __m256, 8 lanes, 6 rows, first_lanes, _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps,
        _mm256_add_ps, _mm256_max_ps, _mm256_fmadd_ps, _mm256_maskstore_ps,
        |from, first| _mm256_maskload_ps(from, first)
    );

    #[inline(always)]
    unsafe fn lowest_bits(count: usize) -> u16 {
        u16::MAX >> (16 - count)
    }

    #[inline(always)]
    unsafe fn first_lanes(count: usize) -> __m256i {
        // SAFETY: the trait's promise.
        unsafe {
            let lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
            _mm256_cmpgt_epi32(_mm256_set1_epi32(count as i32), lane)
        }
    }
}

/// `W` registers from memory, all but the last one whole; that has `last` values unless `WHOLE`.
///
/// # Safety
/// The values are there, and the machine has the features of `V`.
#[inline(always)]
pub(crate) unsafe fn load<V: Register, const W: usize, const WHOLE: bool>(
    from: *const f32,
    last: usize,
) -> [V; W] {
    // SAFETY: the caller's promise.
    unsafe {
        std::array::from_fn(|w| {
            let from = from.add(w * V::LANES);
            if WHOLE || w + 1 < W {
                V::load(from)
            } else {
                V::load_first(from, last)
            }
        })
    }
}

/// The way back of [`load`].
///
/// # Safety
/// There is room, and the machine has the features of `V`.
#[inline(always)]
pub(crate) unsafe fn store<V: Register, const W: usize, const WHOLE: bool>(
    to: *mut f32,
    row: &[V; W],
    last: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        for (w, &value) in row.iter().enumerate() {
            let to = to.add(w * V::LANES);
            if WHOLE || w + 1 < W {
                value.store(to);
            } else {
                value.store_first(to, last);
            }
        }
    }
}

/// The vector units that the kernels are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Whatever the compiler's baseline offers.
    Baseline,
}

impl Unit {
    /// Every unit, the widest first.
    #[cfg(target_arch = "x86_64")]
    pub(crate) const ALL: [Self; 3] = [Self::Avx512, Self::Avx2, Self::Baseline];
    /// Every unit, the widest first.
    #[cfg(not(target_arch = "x86_64"))]
    pub(crate) const ALL: [Self; 1] = [Self::Baseline];

    /// Columns of its widest tile.
    pub(crate) fn columns(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => 32,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => 16,
            Self::Baseline => Plain::WIDE * Plain::LANES,
        }
    }

    /// The widest unit of this machine.
    #[inline]
    pub(crate) fn detect() -> Self {
        static WIDEST: std::sync::OnceLock<Unit> = std::sync::OnceLock::new();
        *WIDEST.get_or_init(|| {
            Self::ALL
                .into_iter()
                .find(|unit| unit.is_here())
                .unwrap_or(Self::Baseline)
        })
    }

    /// Whether this machine has the unit.
    pub(crate) fn is_here(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                    && Self::Avx2.is_here()
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Self::Baseline => true,
        }
    }
}

/// Compiles one loop body for every vector [`Unit`] and runs the widest that the machine has.
///
/// The body is ordinary Rust that the compiler vectorises; it must not call functions that are not
/// `#[inline(always)]`, or these stay at the baseline.
macro_rules! widest {
    (
        $(#[$meta:meta])*
        $vis:vis fn $name:ident $(<$kind:ident: $bound:ident>)? ($($arg:ident: $ty:ty),* $(,)?) $(-> $out:ty)? $body:block
    ) => {
        $(#[$meta])*
        #[allow(clippy::too_many_arguments)]
        $vis fn $name $(<$kind: $bound>)? ($($arg: $ty),*) $(-> $out)? {
            #[inline(always)]
            #[allow(clippy::too_many_arguments)]
            fn body $(<$kind: $bound>)? ($($arg: $ty),*) $(-> $out)? $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
            #[allow(clippy::too_many_arguments)]
            fn avx512 $(<$kind: $bound>)? ($($arg: $ty),*) $(-> $out)? { body $(::<$kind>)? ($($arg),*) }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            #[allow(clippy::too_many_arguments)]
            fn avx2 $(<$kind: $bound>)? ($($arg: $ty),*) $(-> $out)? { body $(::<$kind>)? ($($arg),*) }

            match $crate::cpu::vector::Unit::detect() {
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the features were detected on this machine.
                $crate::cpu::vector::Unit::Avx512 => unsafe { avx512 $(::<$kind>)? ($($arg),*) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the features were detected on this machine.
                $crate::cpu::vector::Unit::Avx2 => unsafe { avx2 $(::<$kind>)? ($($arg),*) },
                $crate::cpu::vector::Unit::Baseline => body $(::<$kind>)? ($($arg),*),
            }
        }
    };
}
pub(crate) use widest;

/// [`widest!`] for a body that is told whether the unit multiplies and adds in one instruction, see [`multiply_add`].
macro_rules! widest_fused {
    (
        fn $name:ident <const $fused:ident: bool> ($($arg:ident: $ty:ty),* $(,)?) $(-> $out:ty)? $body:block
    ) => {
        fn $name($($arg: $ty),*) $(-> $out)? {
            #[inline(always)]
            fn body<const $fused: bool>($($arg: $ty),*) $(-> $out)? $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
            fn avx512($($arg: $ty),*) $(-> $out)? { body::<true>($($arg),*) }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($arg: $ty),*) $(-> $out)? { body::<true>($($arg),*) }

            match $crate::cpu::vector::Unit::detect() {
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the features were detected on this machine.
                $crate::cpu::vector::Unit::Avx512 => unsafe { avx512($($arg),*) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the features were detected on this machine.
                $crate::cpu::vector::Unit::Avx2 => unsafe { avx2($($arg),*) },
                $crate::cpu::vector::Unit::Baseline => {
                    body::<{ cfg!(any(target_feature = "fma", target_arch = "aarch64")) }>($($arg),*)
                }
            }
        }
    };
}
pub(crate) use widest_fused;

/// `a b + c`, rounded once if the unit does that; elsewhere it would be a call into a library.
#[inline(always)]
pub(crate) fn multiply_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

//! Spreading work over the threads of the current pool.

use std::mem::MaybeUninit;

use rayon::prelude::*;

/// Runs `work(0) .. work(count - 1)`, on several threads if the pool has them.
pub(crate) fn each(count: usize, work: impl Fn(usize) + Send + Sync) {
    if count <= 1 || threads() == 1 {
        (0..count).for_each(work);
    } else {
        (0..count).into_par_iter().for_each(work);
    }
}

/// Threads of the current pool.
pub(crate) fn threads() -> usize {
    rayon::current_num_threads()
}

/// Into how many column ranges to cut each member's product so that all threads have work.
///
/// One, unless there are fewer members than threads and each part is worth more than waking a thread (16 us of work).
pub(crate) fn splits(members: usize, columns: usize, multiply_adds: usize) -> usize {
    const WORTH_WAKING: usize = 1_000_000;
    let wanted = threads().div_ceil(members.max(1));
    let worth = (multiply_adds / WORTH_WAKING).max(1);
    wanted.min(worth).min(columns.div_ceil(32)).max(1)
}

/// Column range `part` of `parts`, cut at multiples of a tile's width.
pub(crate) fn columns_of(part: usize, parts: usize, columns: usize) -> std::ops::Range<usize> {
    let tiles = columns.div_ceil(32);
    let edge = |p: usize| (tiles * p / parts * 32).min(columns);
    edge(part)..edge(part + 1)
}

/// A buffer that several threads write at disjoint places.
pub(crate) struct Shared<T = f32>(*mut T);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

// SAFETY: users promise disjoint writes; see `at`.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub(crate) fn new(buffer: &mut [T]) -> Self {
        Self(buffer.as_mut_ptr())
    }

    /// # Safety
    /// `offset` lies in the buffer, and no other thread touches what is written through the pointer.
    pub(crate) unsafe fn at(self, offset: usize) -> *mut T {
        // SAFETY: the caller's promise.
        unsafe { self.0.add(offset) }
    }

    /// # Safety
    /// `offset + len` lies in the buffer, its elements are initialised, and nobody else touches them while the slice lives.
    pub(crate) unsafe fn slice<'a>(self, offset: usize, len: usize) -> &'a mut [T] {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(offset), len) }
    }

    /// As [`Self::slice`] for elements that may not be initialised yet.
    ///
    /// # Safety
    /// `offset + len` lies in the buffer and nobody else touches these elements while the slice lives.
    pub(crate) unsafe fn room<'a>(self, offset: usize, len: usize) -> &'a mut [MaybeUninit<T>] {
        // SAFETY: the caller's promise; `MaybeUninit` asks for no initial value.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(offset).cast(), len) }
    }
}

/// A new vector of `len` values that `write` fills.
///
/// # Safety
/// `write` must initialise every element.
pub(crate) unsafe fn filled<T>(len: usize, write: impl FnOnce(Shared<T>)) -> Vec<T> {
    let mut buffer: Vec<T> = Vec::with_capacity(len);
    write(Shared(buffer.as_mut_ptr()));
    // SAFETY: the room is reserved and the caller promises that it is initialised.
    unsafe { buffer.set_len(len) };
    buffer
}

#[cfg(test)]
mod tests {
    use super::columns_of;

    #[test]
    fn column_ranges_partition_the_columns() {
        for columns in [1usize, 31, 32, 33, 100, 512] {
            for parts in 1..=columns.div_ceil(32) {
                let mut next = 0;
                for part in 0..parts {
                    let range = columns_of(part, parts, columns);
                    assert_eq!(range.start, next);
                    assert!(!range.is_empty());
                    next = range.end;
                }
                assert_eq!(next, columns);
            }
        }
    }
}

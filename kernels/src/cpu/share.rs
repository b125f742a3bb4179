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

/// Runs `work(i, part)` for every part of `len` values, on several threads if the pool has them.
pub(crate) fn each_part<T: Send>(
    values: &mut [T],
    len: usize,
    work: impl Fn(usize, &mut [T]) + Send + Sync,
) {
    let len = len.max(1);
    if values.len() <= len || threads() == 1 {
        let parts = values.chunks_mut(len).enumerate();
        parts.for_each(|(i, part)| work(i, part));
    } else {
        let parts = values.par_chunks_mut(len).enumerate();
        parts.for_each(|(i, part)| work(i, part));
    }
}

/// A new vector of `count` parts of `len` values each, which `write(i, part)` fills.
///
/// # Safety
/// `write` must initialise the whole part.
pub(crate) unsafe fn filled_parts<T: Send>(
    count: usize,
    len: usize,
    write: impl Fn(usize, &mut [MaybeUninit<T>]) + Send + Sync,
) -> Vec<T> {
    let mut values = Vec::with_capacity(count * len);
    each_part(&mut values.spare_capacity_mut()[..count * len], len, write);
    // SAFETY: the room is reserved and the caller promises that it is initialised.
    unsafe { values.set_len(count * len) };
    values
}

/// A buffer that several threads write at disjoint places, with its bounds, which debug builds check.
pub(crate) struct Shared<T = f32> {
    start: *mut T,
    len: usize,
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

// SAFETY: users promise disjoint writes; see `slice`.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub(crate) fn new(buffer: &mut [T]) -> Self {
        Self {
            start: buffer.as_mut_ptr(),
            len: buffer.len(),
        }
    }

    pub(crate) fn of_room(room: &mut [MaybeUninit<T>]) -> Self {
        Self {
            start: room.as_mut_ptr().cast(),
            len: room.len(),
        }
    }

    pub(crate) fn len(self) -> usize {
        self.len
    }

    pub(crate) fn as_ptr(self) -> *mut T {
        self.start
    }

    /// The buffer from `offset` on; the empty one where that is beyond.
    pub(crate) fn from(self, offset: usize) -> Self {
        let skipped = offset.min(self.len);
        Self {
            // SAFETY: that is no further than the end.
            start: unsafe { self.start.add(skipped) },
            len: self.len - skipped,
        }
    }

    /// # Safety
    /// The buffer lives, `offset + len` lies in it, its elements are initialised, and nobody else touches them while the slice lives.
    pub(crate) unsafe fn slice<'a>(self, offset: usize, len: usize) -> &'a mut [T] {
        // SAFETY: the caller's promise, that of initial values included.
        unsafe { self.room(offset, len).assume_init_mut() }
    }

    /// As [`Self::slice`] for elements that may not be initialised yet.
    ///
    /// # Safety
    /// The buffer lives, `offset + len` lies in it and nobody else touches these elements while the slice lives.
    pub(crate) unsafe fn room<'a>(self, offset: usize, len: usize) -> &'a mut [MaybeUninit<T>] {
        debug_assert!(
            offset <= self.len && len <= self.len - offset,
            "{len} elements from {offset} of a buffer of {}",
            self.len
        );
        // SAFETY: the caller's promise; `MaybeUninit` asks for no initial value.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(offset).cast(), len) }
    }
}

/// A new vector of `len` values that `write` fills.
///
/// # Safety
/// `write` must initialise every element.
pub(crate) unsafe fn filled<T>(len: usize, write: impl FnOnce(Shared<T>)) -> Vec<T> {
    let mut buffer: Vec<T> = Vec::with_capacity(len);
    write(Shared::of_room(&mut buffer.spare_capacity_mut()[..len]));
    // SAFETY: the room is reserved and the caller promises that it is initialised.
    unsafe { buffer.set_len(len) };
    buffer
}

#[cfg(test)]
mod tests {
    use super::{Shared, columns_of, each_part};

    #[test]
    fn parts_are_numbered_in_order_and_the_last_may_be_short() {
        let mut values = [9; 7];
        each_part(&mut values, 3, |i, part| part.fill(i));
        assert_eq!(values, [0, 0, 0, 1, 1, 1, 2]);
        each_part(&mut [0; 0], 0, |_, _| unreachable!("there is no part"));
    }

    /// What lies outside a buffer is refused where somebody checks.
    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "3 elements from 2 of a buffer of 4")]
    fn debug_builds_check_bounds() {
        let mut values = [0.0; 6];
        let shared = Shared::new(&mut values).from(2);
        // SAFETY: refused before anything is touched.
        unsafe { shared.slice(2, 3) };
    }

    #[test]
    fn a_buffer_from_beyond_its_end_is_empty() {
        let mut values = [0.0; 6];
        assert_eq!(Shared::new(&mut values).from(4).len(), 2);
        assert_eq!(Shared::new(&mut values).from(9).len(), 0);
    }

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

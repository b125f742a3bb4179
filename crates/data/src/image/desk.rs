//! Where images are decoded: as many at a time as there is room for.

use std::sync::{Condvar, Mutex, MutexGuard};

use super::PIXELS;
use crate::Result;
use crate::allowance::Allowance;

/// Room for images that are being decoded.
///
/// Which image is refused must not depend on the threads: each is asked whether it fits alone behind those before it, and waits while others
/// take its room.
pub(super) struct Desk {
    allowance: Allowance,
    /// Bytes of the images that are being decoded.
    used: Mutex<u64>,
    freed: Condvar,
}

/// The room of one image, given back when this is dropped.
pub(super) struct Place<'a> {
    desk: &'a Desk,
    bytes: u64,
}

impl Desk {
    pub(super) fn new(allowance: &Allowance) -> Self {
        Self {
            allowance: allowance.clone(),
            used: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    pub(super) fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    /// Waits for `bytes` beside the `kept` ones of the images before.
    ///
    /// # Errors
    /// [`DataError::BeyondMemory`](crate::DataError::BeyondMemory) where they do not fit even alone.
    pub(super) fn place(&self, path: &str, kept: u64, bytes: u64) -> Result<Place<'_>> {
        let limit = self.allowance.limit();
        let needed = kept.saturating_add(bytes);
        if needed > limit {
            return Err(self.allowance.refusal(path, PIXELS, needed));
        }
        let full = |used: &mut u64| *used > 0 && used.saturating_add(needed) > limit;
        let mut used = self
            .freed
            .wait_while(self.used(), full)
            .unwrap_or_else(|poison| poison.into_inner());
        *used += bytes;
        Ok(Place { desk: self, bytes })
    }

    fn used(&self) -> MutexGuard<'_, u64> {
        self.used
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.desk.used() -= self.bytes;
        self.desk.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::Desk;
    use crate::allowance::Allowance;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn images_wait_for_room_and_never_take_more_than_there_is() {
        let desk = Desk::new(&Allowance::of(Some(100)));
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for bytes in [40, 60, 100, 30, 30, 50, 1, 99] {
                let (desk, now, most) = (&desk, &now, &most);
                scope.spawn(move || {
                    let place = desk.place("a.png", 0, bytes).unwrap();
                    let used = now.fetch_add(bytes, Ordering::SeqCst) + bytes;
                    most.fetch_max(used, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(bytes, Ordering::SeqCst);
                    drop(place);
                });
            }
        });
        assert!(most.into_inner() <= 100);
    }

    #[test]
    fn an_image_that_fits_nowhere_is_refused() {
        let desk = Desk::new(&Allowance::of(Some(100)));
        assert!(desk.place("a.png", 0, 101).is_err());
        assert!(desk.place("a.png", 60, 41).is_err());
        assert!(desk.place("a.png", 60, 40).is_ok());
    }
}

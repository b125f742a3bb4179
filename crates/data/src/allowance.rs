//! How much memory a reading may take, asked before it is taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{DataError, Result};

/// Of what a reading may take, the share of one line of text: fields of a few bytes each take about so many times the line.
const LINES: u64 = 16;
/// Taken for the free memory where the system does not tell.
const UNKNOWN: u64 = 4 << 30;

/// Bytes that were freed a moment ago, as by vectors that grew, and that the allocator may not have given back yet.
pub(crate) const FREED: u64 = 256 << 20;

/// Bytes of names, counts and decisions that a column costs however few rows it has.
pub(crate) const COLUMN: u64 = 1 << 10;

/// Bytes that a process can take without swapping; 4 GiB where the system does not tell.
pub fn free_memory() -> u64 {
    let Ok(mut system) = sysinfo::System::new() else {
        return UNKNOWN;
    };
    system.refresh_memory();
    system.available_memory()
}

/// The memory that one reading may hold, shared by everything that takes part in it.
///
/// What is read from files and not from their lengths alone asks here before it allocates, or while it grows: a file says little of what it
/// unpacks to.
#[derive(Debug, Clone)]
pub(crate) struct Allowance(Arc<Counter>);

#[derive(Debug)]
struct Counter {
    limit: u64,
    taken: AtomicU64,
}

impl Allowance {
    /// Of so many bytes; of 60 % of what is free where nobody says.
    pub(crate) fn of(memory: Option<u64>) -> Self {
        Self(Arc::new(Counter {
            limit: memory.unwrap_or_else(|| free_memory() / 10 * 6),
            taken: AtomicU64::new(0),
        }))
    }

    /// For what is part of the program.
    pub(crate) fn without_limit() -> Self {
        Self::of(Some(u64::MAX))
    }

    pub(crate) fn limit(&self) -> u64 {
        self.0.limit
    }

    pub(crate) fn left(&self) -> u64 {
        let taken = self.0.taken.load(Ordering::Relaxed);
        self.0.limit.saturating_sub(taken)
    }

    /// Bytes that a line of text may have.
    pub(crate) fn of_a_line(&self) -> u64 {
        (self.left() / LINES).max(1 << 16)
    }

    /// Takes what the data keep.
    ///
    /// # Errors
    /// [`DataError::BeyondMemory`], before anything is allocated.
    pub(crate) fn take(&self, path: &str, what: &'static str, bytes: u64) -> Result<()> {
        let add = |taken: u64| taken.checked_add(bytes).filter(|&sum| sum <= self.0.limit);
        let counter = &self.0.taken;
        let taken = counter.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        taken
            .map(drop)
            .map_err(|taken| self.refusal(path, what, taken.saturating_add(bytes)))
    }

    /// Takes what is dropped again while the data are read; given back with what this returns.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub(crate) fn hold(&self, path: &str, what: &'static str, bytes: u64) -> Result<Held> {
        self.take(path, what, bytes)?;
        Ok(Held {
            of: self.clone(),
            bytes,
        })
    }

    /// The refusal of a line of text of at least so many bytes.
    pub(crate) fn long_line(&self, path: &str, bytes: u64) -> DataError {
        let taken = self.0.taken.load(Ordering::Relaxed);
        let needed = bytes.saturating_mul(LINES).saturating_add(taken);
        self.refusal(path, "the fields of a line", needed)
    }

    /// The error of a reading that would need so many bytes.
    pub(crate) fn refusal(&self, path: &str, what: &'static str, needed: u64) -> DataError {
        DataError::BeyondMemory {
            path: path.to_owned(),
            what,
            needed,
            allowed: self.0.limit,
        }
    }
}

/// Bytes that are given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    of: Allowance,
    bytes: u64,
}

impl Held {
    /// Takes more.
    ///
    /// # Errors
    /// As [`Allowance::take`].
    pub(crate) fn grow(&mut self, path: &str, what: &'static str, bytes: u64) -> Result<()> {
        self.of.take(path, what, bytes)?;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.of.0.taken.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A number of bytes as people write it, `700 bytes`, `1.5 GiB`.
pub(crate) fn amount(bytes: &u64) -> String {
    const UNITS: [(&str, u64); 4] = [
        ("TiB", 1 << 40),
        ("GiB", 1 << 30),
        ("MiB", 1 << 20),
        ("KiB", 1 << 10),
    ];
    let unit = UNITS.iter().find(|(_, size)| bytes >= size);
    unit.map_or(format!("{bytes} bytes"), |(name, size)| {
        let value = *bytes as f64 / *size as f64;
        if value < 10.0 {
            format!("{value:.1} {name}")
        } else {
            format!("{value:.0} {name}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Allowance, amount};

    #[test]
    fn what_is_held_is_given_back_and_what_is_taken_is_not() {
        let all = Allowance::of(Some(100));
        let shared = all.clone();
        all.take("f", "rows", 30).unwrap();
        let mut held = shared.hold("f", "rows", 50).unwrap();
        assert_eq!(all.left(), 20);
        assert!(held.grow("f", "rows", 21).is_err());
        held.grow("f", "rows", 20).unwrap();
        assert_eq!(shared.left(), 0);
        drop(held);
        assert_eq!(all.left(), 70);
    }

    #[test]
    fn a_refusal_names_the_file_what_it_needs_and_the_way_out_and_takes_nothing() {
        let all = Allowance::of(Some(3 << 20));
        all.take("f", "rows", 1 << 20).unwrap();
        let refused = all
            .take("a.csv", "its rows", 5 << 20)
            .unwrap_err()
            .to_string();
        for part in ["a.csv: its rows", "6.0 MiB", "3.0 MiB", "--memory"] {
            assert!(refused.contains(part), "{refused}");
        }
        assert!(all.take("f", "rows", u64::MAX).is_err());
        assert_eq!(all.left(), 2 << 20);
    }

    #[test]
    fn amounts_have_the_largest_unit_that_they_fill() {
        let words = [700, 1 << 10, 600 << 20, 3 << 29, 12 << 40].map(|bytes| amount(&bytes));
        assert_eq!(
            words,
            ["700 bytes", "1.0 KiB", "600 MiB", "1.5 GiB", "12 TiB"]
        );
    }
}

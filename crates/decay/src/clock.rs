//! Dates in UTC without a calendar library.

use std::time::{SystemTime, UNIX_EPOCH};

use decay_data::civil;

/// A point in time, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UtcTime {
    seconds: u64,
}

impl UtcTime {
    /// By the system's clock; a clock before 1970 counts as 1970.
    pub(crate) fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            seconds: since.map_or(0, |d| d.as_secs()),
        }
    }

    /// `2026-03-01T12:30:05Z`
    pub(crate) fn iso(self) -> String {
        let ((y, m, d), [h, min, s]) = (self.date(), self.time());
        format!("{y:04}-{m:02}-{d:02}T{h:02}:{min:02}:{s:02}Z")
    }

    /// `20260301-123005`, which sorts by time.
    pub(crate) fn compact(self) -> String {
        let ((y, m, d), [h, min, s]) = (self.date(), self.time());
        format!("{y:04}{m:02}{d:02}-{h:02}{min:02}{s:02}")
    }

    fn time(self) -> [u64; 3] {
        let s = self.seconds;
        [s / 3600 % 24, s / 60 % 60, s % 60]
    }

    /// Year, month and day of the Gregorian calendar.
    fn date(self) -> (i64, i64, i64) {
        civil((self.seconds / 86_400) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::UtcTime;

    #[test]
    fn dates_agree_with_known_moments_leap_days_included() {
        for (seconds, iso) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(UtcTime { seconds }.iso(), iso);
        }
        assert_eq!(
            UtcTime {
                seconds: 951_827_696
            }
            .compact(),
            "20000229-123456"
        );
    }
}

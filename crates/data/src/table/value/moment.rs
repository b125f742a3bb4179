//! Dates and times.

use decay_options::names;

use super::calendar::{civil, days_since_1970, weekday};

names! {
    /// How a column writes dates or times.
    #[derive(PartialOrd, Ord)]
    pub enum MomentForm {
        /// A form of one meaning: `2024-01-31`, `2024/1/31`, `31.1.2024`, `31 Jan 2024`, `Jan 31, 2024`, each perhaps with a time.
        Plain = "plain",
        /// `31/1/2024` or `31-1-2024`, too.
        DayFirst = "day_first",
        /// `1/31/2024` or `1-31-2024`, too.
        MonthFirst = "month_first",
        /// Times alone: `13:45`, `1:45:30 pm`.
        Time = "time",
    }
}

/// A moment on the wall clock where it was written down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: i64,
    /// Of the week, Monday is 1.
    pub(crate) weekday: i64,
    /// With its minutes as a fraction; `None` where there is only a date.
    pub(crate) hour: Option<f64>,
    /// Seconds since 1970-01-01 00:00 UTC; of times alone, since midnight.
    pub(crate) instant: f64,
}

/// Seconds of a day.
const DAY: f64 = 86400.0;

impl Moment {
    /// What a clock shows that is `zone` seconds ahead of UTC, so many seconds after 1970; midnight has no hour, as a date alone.
    pub(crate) fn of_instant(instant: f64, zone: f64) -> Self {
        let wall = instant + zone;
        let (days, seconds) = (wall.div_euclid(DAY) as i64, wall.rem_euclid(DAY));
        let (year, month, _) = civil(days);
        Self {
            year,
            month,
            weekday: weekday(days),
            hour: (seconds != 0.0).then_some(seconds / 3600.0),
            instant,
        }
    }

    /// A time alone, so many seconds after midnight.
    pub(crate) fn of_day(seconds: f64) -> Self {
        Self {
            year: 0,
            month: 0,
            weekday: 0,
            hour: Some(seconds / 3600.0),
            instant: seconds,
        }
    }

    /// How it is written: `2024-01-31 13:45:30`, a time of no day `13:45:30`, an instant of another zone than UTC in UTC.
    pub(crate) fn text(&self) -> String {
        let seconds = self.instant.rem_euclid(DAY) as i64;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let time = format!("{hour:02}:{minute:02}:{second:02}");
        if self.month == 0 {
            return time;
        }
        let (year, month, day) = civil(self.instant.div_euclid(DAY) as i64);
        let date = format!("{year:04}-{month:02}-{day:02}");
        if seconds == 0 {
            return date;
        }
        format!("{date} {time}")
    }
}

/// How many seconds a zone is ahead of UTC, if its name says so: `UTC`, `+02:00`.
pub(crate) fn zone_of(name: &str) -> Option<f64> {
    let zero = ["Etc/UTC", "Etc/GMT"].contains(&name);
    if zero { Some(0.0) } else { zone(name) }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A trimmed cell as a moment.
pub(crate) fn moment(cell: &str, form: MomentForm) -> Option<Moment> {
    // Nearly every label fails here.
    if !(4..=40).contains(&cell.len()) || !cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if form == MomentForm::Time {
        let (seconds, zone) = time(cell)?;
        return zone.is_none().then(|| Moment::of_day(seconds));
    }
    let (date, clock) = halves(cell);
    let (year, month, day) = date_of(date, form)?;
    let days = days_since_1970(year, month, day)?;
    let (seconds, zone) = match clock {
        Some(clock) => time(clock)?,
        None => (0.0, None),
    };
    Some(Moment {
        year,
        month,
        weekday: weekday(days),
        hour: clock.map(|_| seconds / 3600.0),
        instant: days as f64 * DAY + seconds - zone.unwrap_or(0.0),
    })
}

/// The date, and the time behind it if there is one.
fn halves(cell: &str) -> (&str, Option<&str>) {
    let Some(colon) = cell.find(':') else {
        return (cell, None);
    };
    let before = &cell[..colon];
    match before.rfind(['T', 't', ' ']) {
        Some(place) => (
            cell[..place].trim_end().trim_end_matches(','),
            Some(&cell[place + 1..]),
        ),
        None => (cell, None),
    }
}

fn date_of(date: &str, form: MomentForm) -> Option<(i64, i64, i64)> {
    if date.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return named_month(date);
    }
    let sign = date.chars().find(|letter| !letter.is_ascii_digit())?;
    let mut parts = date.split(sign);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
    if !matches!(sign, '-' | '/' | '.') || parts.next().is_some() {
        return None;
    }
    let small = |text: &str| whole(text, 1..=2);
    if first.len() == 4 {
        let day = match third {
            Some(day) => small(day)?,
            None if sign == '-' && second.len() == 2 => 1,
            None => return None,
        };
        return Some((whole(first, 4..=4)?, small(second)?, day));
    }
    let year = whole(third?, 4..=4)?;
    let (first, second) = (small(first)?, small(second)?);
    match (sign, form) {
        ('.', _) | (_, MomentForm::DayFirst) => Some((year, second, first)),
        (_, MomentForm::MonthFirst) => Some((year, first, second)),
        _ => None,
    }
}

/// `31 Jan 2024`, `31-January-2024`, `Jan 31, 2024`, each perhaps behind a day of the week.
fn named_month(date: &str) -> Option<(i64, i64, i64)> {
    let parts = date
        .split([' ', '-', ',', '.', '/'])
        .filter(|part| !part.is_empty());
    let is_day = |part: &&str| {
        let part = part.to_ascii_lowercase();
        DAYS.iter().any(|day| part.starts_with(day))
            && part.ends_with(|c: char| c.is_ascii_alphabetic())
    };
    let mut parts: Vec<&str> = parts.collect();
    if parts.first().is_some_and(is_day) {
        parts.remove(0);
    }
    let [first, second, year] = parts.as_slice() else {
        return None;
    };
    let month = |text: &str| {
        let text = text.to_ascii_lowercase();
        let named = |month: &str| text.len() >= 3 && month.starts_with(text.as_str());
        let place = MONTHS.iter().position(|month| named(month));
        place.map(|place| place as i64 + 1)
    };
    let year = whole(year, 4..=4)?;
    match (month(first), month(second)) {
        (Some(month), None) => Some((year, month, whole(second, 1..=2)?)),
        (None, Some(month)) => Some((year, month, whole(first, 1..=2)?)),
        _ => None,
    }
}

fn whole(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let digits = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Seconds since midnight, and how far the clock is ahead of UTC if it says so.
fn time(text: &str) -> Option<(f64, Option<f64>)> {
    let text = text.trim();
    let end =
        text.find(|letter: char| !(letter.is_ascii_digit() || letter == ':' || letter == '.'));
    let (clock, rest) = text.split_at(end.unwrap_or(text.len()));
    let mut parts = clock.split(':');
    let (hours, minutes) = (whole(parts.next()?, 1..=2)?, whole(parts.next()?, 2..=2)?);
    let seconds = match parts.next() {
        None => 0.0,
        Some(seconds) if seconds.as_bytes().get(..2)?.iter().all(u8::is_ascii_digit) => {
            seconds.parse::<f64>().ok()?
        }
        Some(_) => return None,
    };
    let rest = rest.trim_start();
    let half = match rest.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("am") => Some(0),
        Some("pm") => Some(12),
        _ => None,
    };
    let (hours, rest) = match half {
        Some(half) if (1..=12).contains(&hours) => (hours % 12 + half, rest[2..].trim_start()),
        Some(_) => return None,
        None => (hours, rest),
    };
    let in_day = hours < 24 && minutes < 60 && seconds < 61.0 && parts.next().is_none();
    let zone = if rest.is_empty() {
        None
    } else {
        Some(zone(rest)?)
    };
    in_day.then_some(((hours * 3600 + minutes * 60) as f64 + seconds, zone))
}

/// `Z`, `UTC`, `+02:00`, `-0530`, in seconds.
fn zone(text: &str) -> Option<f64> {
    if ["z", "utc", "gmt"]
        .iter()
        .any(|zero| zero.eq_ignore_ascii_case(text))
    {
        return Some(0.0);
    }
    let digits = text.get(1..)?.replace(':', "");
    let sign = match text.as_bytes()[0] {
        b'+' => 1.0,
        b'-' => -1.0,
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (whole(&digits, 2..=2)?, 0),
        4 => (whole(&digits[..2], 2..=2)?, whole(&digits[2..], 2..=2)?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60) as f64)
}

#[cfg(test)]
mod tests;

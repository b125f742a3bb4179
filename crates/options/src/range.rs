//! Which numbers an option may be.

/// What is allowed: in words, and as a test.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// As in `[0, 1)`.
    pub words: &'static str,
    /// False for NaN.
    pub holds: fn(f64) -> bool,
}

impl Range {
    /// Any finite number of at least 0.
    pub const AMOUNT: Self = Self::new("[0, inf)", |x| (0.0..f64::INFINITY).contains(&x));
    /// Any finite number above 0.
    pub const POSITIVE: Self = Self::new("(0, inf)", |x| x > 0.0 && x < f64::INFINITY);
    /// Any number above 0.
    pub const POSITIVE_OR_INFINITE: Self = Self::new("(0, inf]", |x| x > 0.0);
    /// Any finite number of at least 1.
    pub const AT_LEAST_ONE: Self = Self::new("[1, inf)", |x| (1.0..f64::INFINITY).contains(&x));
    /// Any finite number of at least 2.
    pub const AT_LEAST_TWO: Self = Self::new("[2, inf)", |x| (2.0..f64::INFINITY).contains(&x));
    /// Numbers of models.
    pub const MODELS: Self = Self::new("[1, 1000000]", |x| (1.0..=1e6).contains(&x));
    /// Numbers of threads.
    pub const THREADS: Self = Self::new("[1, 4096]", |x| (1.0..=4096.0).contains(&x));
    /// A share of less than everything.
    pub const FRACTION: Self = Self::new("[0, 1)", |x| (0.0..1.0).contains(&x));
    /// A share of neither nothing nor everything.
    pub const INNER: Self = Self::new("(0, 1)", |x| x > 0.0 && x < 1.0);
    /// A share.
    pub const SHARE: Self = Self::new("[0, 1]", |x| (0.0..=1.0).contains(&x));
    /// A share of more than nothing.
    pub const FACTOR: Self = Self::new("(0, 1]", |x| x > 0.0 && x <= 1.0);
    /// Degrees of a rotation either way.
    pub const HALF_TURN: Self = Self::new("[0, 180]", |x| (0.0..=180.0).contains(&x));
    /// Numbers of pixels.
    pub const PIXELS: Self = Self::new("{0, 1, 2, ...}", |x| {
        (0.0..=u32::MAX as f64).contains(&x) && x.fract() == 0.0
    });

    const fn new(words: &'static str, holds: fn(f64) -> bool) -> Self {
        Self { words, holds }
    }

    /// Whether a number is allowed.
    pub fn allows(&self, value: f64) -> bool {
        (self.holds)(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn nan_is_in_no_range_and_ends_are_where_the_words_say() {
        let all = [
            (Range::AMOUNT, [true, true, true, false]),
            (Range::POSITIVE, [false, true, true, false]),
            (Range::POSITIVE_OR_INFINITE, [false, true, true, true]),
            (Range::AT_LEAST_ONE, [false, true, true, false]),
            (Range::AT_LEAST_TWO, [false, false, true, false]),
            (Range::MODELS, [false, true, true, false]),
            (Range::THREADS, [false, true, true, false]),
            (Range::FRACTION, [true, false, false, false]),
            (Range::INNER, [false, false, false, false]),
            (Range::SHARE, [true, true, false, false]),
            (Range::FACTOR, [false, true, false, false]),
            (Range::HALF_TURN, [true, true, true, false]),
            (Range::PIXELS, [true, true, true, false]),
        ];
        for (range, want) in all {
            let got = [0.0, 1.0, 2.0, f64::INFINITY].map(|x| range.allows(x));
            assert_eq!(got, want, "{}", range.words);
            assert!(
                !range.allows(f64::NAN) && !range.allows(-1.0),
                "{}",
                range.words
            );
        }
        assert!(Range::INNER.allows(0.5));
        assert!(Range::MODELS.allows(1e6) && !Range::MODELS.allows(1e6 + 1.0));
        assert!(Range::THREADS.allows(4096.0) && !Range::THREADS.allows(4097.0));
        assert!(!Range::PIXELS.allows(0.5) && !Range::HALF_TURN.allows(180.5));
    }
}

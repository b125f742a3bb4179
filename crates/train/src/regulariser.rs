//! Every regulariser beside weight decay, in one table.

use crate::config::TrainConfig;
use crate::plan::Member;

/// A regulariser whose strength every member has of its own; 0 is off, bit for bit.
///
/// To add one: a variant here, a row in the table below in the same order, and the member's and the configuration's fields of the
/// same name. The tests of `tests/regularisers.rs` walk the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Regulariser {
    /// [`Member::dropout`].
    Dropout,
    /// [`Member::label_smoothing`].
    LabelSmoothing,
    /// [`Member::edge_dropout`].
    EdgeDropout,
    /// [`Member::laplacian`].
    Laplacian,
    /// [`Augmentation::flip`](crate::Augmentation::flip).
    Flip,
    /// [`Augmentation::rotation`](crate::Augmentation::rotation).
    Rotation,
    /// [`Augmentation::brightness`](crate::Augmentation::brightness).
    Brightness,
    /// [`Augmentation::mixup`](crate::Augmentation::mixup).
    Mixup,
    /// [`Member::input_noise`].
    InputNoise,
    /// [`Member::weight_noise`].
    WeightNoise,
    /// [`Member::gradient_noise`].
    GradientNoise,
    /// [`Member::confidence_penalty`].
    ConfidencePenalty,
    /// [`Member::jacobian`].
    Jacobian,
    /// [`Member::clip_norm`].
    ClipNorm,
    /// [`Member::ema`].
    Ema,
    /// [`Member::swa_from`].
    SwaFrom,
}

/// What is allowed: in words, and as a test that NaN fails.
type Range = (&'static str, fn(f64) -> bool);

const AMOUNT: Range = ("[0, inf)", |x| (0.0..f64::INFINITY).contains(&x));
const FRACTION: Range = ("[0, 1)", |x| (0.0..1.0).contains(&x));
const SHARE: Range = ("[0, 1]", |x| (0.0..=1.0).contains(&x));
const HALF_TURN: Range = ("[0, 180]", |x| (0.0..=180.0).contains(&x));

struct Row {
    regulariser: Regulariser,
    key: &'static str,
    range: Range,
    /// A strength that helps somewhere.
    usual: f64,
    /// A strength that nobody wants, at the end of the range.
    extreme: f64,
    of_member: fn(&Member) -> f64,
    of_config: fn(&TrainConfig) -> f64,
    set: fn(&mut TrainConfig, f64),
}

macro_rules! row {
    ($name:ident, $key:ident, $range:ident, $usual:literal, $extreme:literal, $($field:ident).+) => {
        Row {
            regulariser: Regulariser::$name,
            key: stringify!($key),
            range: $range,
            usual: $usual,
            extreme: $extreme,
            of_member: |member| member.$($field).+,
            of_config: |config| config.$key,
            set: |config, strength| config.$key = strength,
        }
    };
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row!(Dropout, dropout, FRACTION, 0.2, 0.999, dropout),
    row!(LabelSmoothing, label_smoothing, FRACTION, 0.1, 0.999, label_smoothing),
    row!(EdgeDropout, edge_dropout, FRACTION, 0.2, 0.999, edge_dropout),
    row!(Laplacian, laplacian, AMOUNT, 0.1, 1e6, laplacian),
    row!(Flip, flip, SHARE, 0.5, 1.0, augmentation.flip),
    row!(Rotation, rotation, HALF_TURN, 10.0, 180.0, augmentation.rotation),
    row!(Brightness, brightness, AMOUNT, 0.2, 1e6, augmentation.brightness),
    row!(Mixup, mixup, AMOUNT, 0.4, 1e6, augmentation.mixup),
    row!(InputNoise, input_noise, AMOUNT, 0.3, 1e6, input_noise),
    row!(WeightNoise, weight_noise, AMOUNT, 0.05, 1e6, weight_noise),
    row!(GradientNoise, gradient_noise, AMOUNT, 0.01, 1e6, gradient_noise),
    row!(ConfidencePenalty, confidence_penalty, AMOUNT, 0.1, 1e6, confidence_penalty),
    row!(Jacobian, jacobian, AMOUNT, 0.01, 1e6, jacobian),
    row!(ClipNorm, clip_norm, AMOUNT, 0.5, 1e-30, clip_norm),
    row!(Ema, ema, FRACTION, 0.9, 0.999999, ema),
    row!(SwaFrom, swa_from, FRACTION, 0.5, 0.999999, swa_from),
];

impl Regulariser {
    /// Every regulariser, in the order of the table.
    pub const ALL: [Self; ROWS.len()] = {
        let mut all = [Self::Dropout; ROWS.len()];
        let mut place = 0;
        while place < ROWS.len() {
            // A row is found by its variant's number.
            assert!(ROWS[place].regulariser as usize == place);
            all[place] = ROWS[place].regulariser;
            place += 1;
        }
        all
    };

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The key in the `[train]` table.
    pub fn key(self) -> &'static str {
        self.row().key
    }

    /// The allowed strengths in words.
    pub fn range(self) -> &'static str {
        self.row().range.0
    }

    /// Whether a strength is allowed; NaN never is.
    pub fn allows(self, strength: f64) -> bool {
        (self.row().range.1)(strength)
    }

    /// A strength that helps somewhere.
    pub fn usual(self) -> f64 {
        self.row().usual
    }

    /// A strength that nobody wants, at the end of the range.
    pub fn extreme(self) -> f64 {
        self.row().extreme
    }

    /// A member's strength.
    pub fn of_member(self, member: &Member) -> f64 {
        (self.row().of_member)(member)
    }

    /// The strength that a configuration gives its members.
    pub fn of_config(self, config: &TrainConfig) -> f64 {
        (self.row().of_config)(config)
    }

    /// Changes what a configuration gives its members.
    pub fn set(self, config: &mut TrainConfig, strength: f64) {
        (self.row().set)(config, strength);
    }
}

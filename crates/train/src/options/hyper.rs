//! The numbers that may differ between members, in one table.

use crate::error::TrainError;
use crate::options::TrainConfig;
use crate::plan::Member;

/// A number that every member has of its own, and that can therefore be swept. All but the decay, the learning rate and what only
/// shapes another are regularisers, of which 0 is off, bit for bit.
///
/// To add one: a variant here, a row in the table below in the same order, and the field of its name in [`Member`] and in
/// [`TrainConfig`]. What every regulariser promises is tested because it is in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Hyper {
    /// [`Member::decay`].
    Decay,
    /// [`Member::lr`].
    Lr,
    /// [`Member::dropout`].
    Dropout,
    /// [`Member::label_smoothing`].
    LabelSmoothing,
    /// [`Member::edge_dropout`].
    EdgeDropout,
    /// [`Member::laplacian`].
    Laplacian,
    /// Probability of a mirror image.
    Flip,
    /// Largest shift in pixels.
    Shift,
    /// Largest rotation in degrees.
    Rotation,
    /// Side of a blank square in pixels.
    Cutout,
    /// Largest change of brightness.
    Brightness,
    /// Parameter of mixup's distribution.
    Mixup,
    /// [`Member::l1`].
    L1,
    /// [`Member::l2`].
    L2,
    /// [`Member::group_lasso`].
    GroupLasso,
    /// [`Member::max_norm`].
    MaxNorm,
    /// [`Member::input_noise`].
    InputNoise,
    /// [`Member::weight_noise`].
    WeightNoise,
    /// [`Member::gradient_noise`].
    GradientNoise,
    /// [`Member::gradient_noise_decay`].
    GradientNoiseDecay,
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

/// How the values of a range are spaced, and how an axis shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// Equal ratios.
    Logarithmic,
    /// Equal differences.
    Linear,
}

/// Which direction regularises more, as the one-standard-error rule needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// A larger value.
    Larger,
    /// Neither: the rule has nothing to prefer.
    Unordered,
}

use Spacing::{Linear, Logarithmic};
use Strength::{Larger, Unordered};

/// A field of the configuration, read and written.
type Field = (fn(&TrainConfig) -> f64, fn(&mut TrainConfig, f64));

struct Row {
    hyper: Hyper,
    key: &'static str,
    symbol: &'static str,
    label: &'static str,
    spacing: Spacing,
    strength: Strength,
    range: Range,
    get: fn(&Member) -> f64,
    set: fn(&mut Member, f64),
    /// What all members are given; the decay is no key of the configuration.
    config: Option<Field>,
    /// Of a regulariser: a strength that helps somewhere, and one that nobody wants.
    probes: Option<(f64, f64)>,
}

/// What is allowed: in words, and as a test that NaN fails.
type Range = (&'static str, fn(f64) -> bool);

const AMOUNT: Range = ("[0, inf)", |x| (0.0..f64::INFINITY).contains(&x));
const POSITIVE: Range = ("(0, inf)", |x| x > 0.0 && x < f64::INFINITY);
const FRACTION: Range = ("[0, 1)", |x| (0.0..1.0).contains(&x));
const SHARE: Range = ("[0, 1]", |x| (0.0..=1.0).contains(&x));
const HALF_TURN: Range = ("[0, 180]", |x| (0.0..=180.0).contains(&x));
const PIXELS: Range = ("{0, 1, 2, ...}", |x| {
    (0.0..=u32::MAX as f64).contains(&x) && x.fract() == 0.0
});

macro_rules! row {
    ($hyper:ident, $key:literal, $symbol:literal, $label:literal, $spacing:ident, $strength:ident, $range:ident, $($field:ident).+, $config:expr, $probes:expr) => {
        Row {
            hyper: Hyper::$hyper,
            key: $key,
            symbol: $symbol,
            label: $label,
            spacing: $spacing,
            strength: $strength,
            range: $range,
            get: |member| member.$($field).+ as f64,
            set: |member, value| member.$($field).+ = value as _,
            config: $config,
            probes: $probes,
        }
    };
}

/// The configuration's field of a hyper-parameter.
macro_rules! field {
    ($field:ident) => {
        Some((
            |config| config.$field as f64,
            |config, value| config.$field = value as _,
        ))
    };
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row!(Decay, "rate", "λ", "decay rate λ", Logarithmic, Larger, AMOUNT, decay, None, None),
    row!(Lr, "lr", "learning rate", "learning rate", Logarithmic, Unordered, POSITIVE, lr, field!(lr), None),
    row!(Dropout, "dropout", "dropout", "dropout", Linear, Larger, FRACTION, dropout, field!(dropout), Some((0.2, 0.999))),
    row!(LabelSmoothing, "label_smoothing", "label smoothing", "label smoothing", Linear, Larger, FRACTION, label_smoothing, field!(label_smoothing), Some((0.1, 0.999))),
    row!(EdgeDropout, "edge_dropout", "edge dropout", "edge dropout", Linear, Larger, FRACTION, edge_dropout, field!(edge_dropout), Some((0.2, 0.999))),
    row!(Laplacian, "laplacian", "Laplacian penalty", "Laplacian penalty", Logarithmic, Larger, AMOUNT, laplacian, field!(laplacian), Some((0.1, 1e6))),
    row!(Flip, "flip", "flip", "probability of a mirror image", Linear, Larger, SHARE, augmentation.flip, field!(flip), Some((0.5, 1.0))),
    row!(Shift, "shift", "shift", "largest shift (pixels)", Linear, Larger, PIXELS, augmentation.shift, field!(shift), Some((2.0, 1000.0))),
    row!(Rotation, "rotation", "rotation", "largest rotation (degrees)", Linear, Larger, HALF_TURN, augmentation.rotation, field!(rotation), Some((10.0, 180.0))),
    row!(Cutout, "cutout", "cutout", "side of the blank square (pixels)", Linear, Larger, PIXELS, augmentation.cutout, field!(cutout), Some((4.0, 1000.0))),
    row!(Brightness, "brightness", "brightness", "largest change of brightness", Linear, Larger, AMOUNT, augmentation.brightness, field!(brightness), Some((0.2, 1e6))),
    row!(Mixup, "mixup", "mixup", "mixup's α", Linear, Larger, AMOUNT, augmentation.mixup, field!(mixup), Some((0.4, 1e6))),
    row!(L1, "l1", "λ₁", "lasso λ₁", Logarithmic, Larger, AMOUNT, l1, field!(l1), Some((0.01, 1e9))),
    row!(L2, "l2", "λ₂", "square part of the elastic net λ₂", Logarithmic, Larger, AMOUNT, l2, field!(l2), Some((0.01, 1e9))),
    row!(GroupLasso, "group_lasso", "group lasso", "group lasso", Logarithmic, Larger, AMOUNT, group_lasso, field!(group_lasso), Some((0.01, 1e9))),
    row!(MaxNorm, "max_norm", "max-norm", "largest norm of a unit's weights", Logarithmic, Unordered, AMOUNT, max_norm, field!(max_norm), Some((0.8, 1e-30))),
    row!(InputNoise, "input_noise", "input noise", "noise on the inputs (standard deviations)", Linear, Larger, AMOUNT, input_noise, field!(input_noise), Some((0.3, 1e6))),
    row!(WeightNoise, "weight_noise", "weight noise", "noise on the weights", Linear, Larger, AMOUNT, weight_noise, field!(weight_noise), Some((0.05, 1e6))),
    row!(GradientNoise, "gradient_noise", "gradient noise", "noise on the gradients", Logarithmic, Larger, AMOUNT, gradient_noise, field!(gradient_noise), Some((0.01, 1e6))),
    row!(GradientNoiseDecay, "gradient_noise_decay", "fading", "fading of the gradients' noise", Linear, Unordered, AMOUNT, gradient_noise_decay, field!(gradient_noise_decay), None),
    row!(ConfidencePenalty, "confidence_penalty", "confidence penalty", "confidence penalty", Linear, Larger, AMOUNT, confidence_penalty, field!(confidence_penalty), Some((0.1, 1e6))),
    row!(Jacobian, "jacobian", "Jacobian penalty", "Jacobian penalty", Logarithmic, Larger, AMOUNT, jacobian, field!(jacobian), Some((0.01, 1e6))),
    row!(ClipNorm, "clip_norm", "clip norm", "largest norm of the gradients", Logarithmic, Unordered, AMOUNT, clip_norm, field!(clip_norm), Some((0.5, 1e-30))),
    row!(Ema, "ema", "EMA", "decay of the weights' average", Linear, Unordered, FRACTION, ema, field!(ema), Some((0.9, 0.999999))),
    row!(SwaFrom, "swa_from", "SWA from", "share of the epochs before averaging", Linear, Unordered, FRACTION, swa_from, field!(swa_from), Some((0.5, 0.999999))),
];

impl Hyper {
    /// Every hyper-parameter, in the order of the table.
    pub const ALL: [Self; ROWS.len()] = {
        let mut all = [Self::Decay; ROWS.len()];
        let mut place = 0;
        while place < ROWS.len() {
            // A row is found by its variant's number.
            assert!(ROWS[place].hyper as usize == place);
            all[place] = ROWS[place].hyper;
            place += 1;
        }
        all
    };

    /// Those of which 0 is off.
    pub fn regularisers() -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(|hyper| hyper.row().probes.is_some())
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The key in the `[train]` table; `rate` for the decay, which is no key there.
    pub fn key(self) -> &'static str {
        self.row().key
    }

    /// The hyper-parameter with this key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hyper| hyper.key() == key)
    }

    /// A short name, as in `λ = 0.01`.
    pub fn symbol(self) -> &'static str {
        self.row().symbol
    }

    /// The name on an axis, with its unit.
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// How a range of it is spaced.
    pub fn spacing(self) -> Spacing {
        self.row().spacing
    }

    /// Which direction regularises more.
    pub fn strength(self) -> Strength {
        self.row().strength
    }

    /// What is allowed, in words.
    pub fn range(self) -> &'static str {
        self.row().range.0
    }

    /// Whether a value is allowed.
    pub fn allows(self, value: f64) -> bool {
        (self.row().range.1)(value)
    }

    /// A member's value.
    pub fn get(self, member: &Member) -> f64 {
        (self.row().get)(member)
    }

    /// Gives a member this value, which must have passed [`Hyper::check`]: a number of pixels loses its fraction.
    pub fn set(self, member: &mut Member, value: f64) {
        (self.row().set)(member, value);
    }

    /// The value that a configuration gives its members; 0 for the decay, which it does not.
    pub fn of_config(self, config: &TrainConfig) -> f64 {
        self.row().config.map_or(0.0, |(get, _)| get(config))
    }

    /// Changes what a configuration gives its members.
    pub fn set_config(self, config: &mut TrainConfig, value: f64) {
        if let Some((_, set)) = self.row().config {
            set(config, value);
        }
    }

    /// Of a regulariser, a strength that helps somewhere; else 0.
    pub fn usual(self) -> f64 {
        self.row().probes.map_or(0.0, |(usual, _)| usual)
    }

    /// Of a regulariser, a strength that nobody wants, at the end of the range; else 0.
    pub fn extreme(self) -> f64 {
        self.row().probes.map_or(0.0, |(_, extreme)| extreme)
    }

    /// Refuses a value that is not allowed.
    ///
    /// # Errors
    /// [`TrainError::Rate`] for the decay, [`TrainError::OutOfRange`] for the others.
    pub fn check(self, value: f64) -> Result<(), TrainError> {
        match (self.allows(value), self) {
            (true, _) => Ok(()),
            (false, Self::Decay) => Err(TrainError::Rate {
                field: "rate",
                value,
            }),
            (false, _) => Err(TrainError::OutOfRange {
                field: self.key(),
                range: self.range(),
                value,
            }),
        }
    }
}

#[cfg(test)]
mod tests;

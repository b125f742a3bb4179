//! The numbers that may differ between members.

use decay_options::{Axis, Kind, Options, Row, Spacing, Strength};

use super::TrainConfig;
use crate::error::TrainError;

/// Of the rows with a name after `as`: the enum of hyper-parameters, and the fields of a member.
macro_rules! hypers {
    (
        $(#[$outer:meta])*
        $see:vis struct $table:ident = $prefix:literal {
            $(
                $(#[$inner:meta])*
                $name:ident $(as $variant:ident $(by $hook:path)?)? : $type:ty = $default:expr
                $(, $column:ident ( $($argument:tt)* ))* ;
            )*
        }
    ) => {
        /// A number that every member has of its own, and that can therefore be swept. All but the decay, the learning rate and what
        /// only shapes another are regularisers, of which 0 is off, bit for bit.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Hyper {
            /// [`Member::decay`].
            Decay,
            $( $( #[doc = concat!("[`TrainConfig::", stringify!($name), "`].")] $variant, )? )*
        }

        /// One model of a population.
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct Member {
            /// Keys every random draw of this member.
            pub seed: u64,
            /// Which of the problem's folds it trains on.
            pub fold: usize,
            /// Decay rate `λ`.
            pub decay: f64,
            $( $(
                #[doc = concat!("[`Hyper::", stringify!($variant), "`]: as [`TrainConfig::", stringify!($name), "`].")]
                pub $name: $type,
            )? )*
        }

        impl Hyper {
            /// Every hyper-parameter, in the order of the table.
            pub const ALL: [Self; [$( $( stringify!($variant), )? )*].len() + 1] =
                [Self::Decay, $( $( Self::$variant, )? )*];

            /// The key in the `[train]` table; `rate` for the decay, which is no key there.
            pub fn key(self) -> &'static str {
                match self {
                    Self::Decay => "rate",
                    $( $( Self::$variant => stringify!($name), )? )*
                }
            }

            /// A member's value.
            pub fn get(self, member: &Member) -> f64 {
                match self {
                    Self::Decay => member.decay,
                    $( $( Self::$variant => f64::from(member.$name), )? )*
                }
            }

            /// Gives a member this value, which must have passed [`Hyper::check`]: a number of pixels loses its fraction.
            pub fn set(self, member: &mut Member, value: f64) {
                match self {
                    Self::Decay => member.decay = value,
                    $( $( Self::$variant => member.$name = value as _, )? )*
                }
            }

            /// The value that a configuration gives its members; 0 for the decay, which it does not.
            pub fn of_config(self, config: &TrainConfig) -> f64 {
                match self {
                    Self::Decay => 0.0,
                    $( $( Self::$variant => f64::from(config.$name), )? )*
                }
            }
        }
    };
}

table!(hypers);

/// The decay: no key of the table, since members get it from a sweep or a fit.
const RATE: Row = Row::new("train.rate", "Decay rate.", Kind::Real)
    .axis("λ", "decay rate λ", Spacing::Logarithmic, Strength::Larger)
    .penalises_weights();

impl Hyper {
    /// Those of which 0 is off.
    pub fn regularisers() -> impl Iterator<Item = Self> {
        let probed = |hyper: &Self| hyper.row().probes.is_some();
        Self::ALL.into_iter().filter(probed)
    }

    /// The hyper-parameter with this key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hyper| hyper.key() == key)
    }

    /// What the table says of it.
    pub fn row(self) -> &'static Row {
        let own = TrainConfig::ROWS
            .iter()
            .find(|row| row.name() == self.key());
        own.unwrap_or(&RATE)
    }

    fn axis(self) -> Axis {
        let axis = self.row().axis;
        axis.unwrap_or_else(|| unreachable!("{self:?} has a name to be swept by, and no axis"))
    }

    /// A short name, as in `λ = 0.01`.
    pub fn symbol(self) -> &'static str {
        self.axis().symbol
    }

    /// The name on an axis, with its unit.
    pub fn label(self) -> &'static str {
        self.axis().label
    }

    /// How a range of it is spaced.
    pub fn spacing(self) -> Spacing {
        self.axis().spacing
    }

    /// Which direction regularises more.
    pub fn strength(self) -> Strength {
        self.axis().strength
    }

    /// What is allowed, in words.
    pub fn range(self) -> &'static str {
        self.row().range.words
    }

    /// Whether a value is allowed.
    pub fn allows(self, value: f64) -> bool {
        self.row().range.allows(value)
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
        match self {
            Self::Decay => check_rate(self.key(), value),
            _ if self.allows(value) => Ok(()),
            _ => Err(TrainError::OutOfRange {
                field: self.key(),
                range: self.range(),
                value,
            }),
        }
    }
}

/// A decay rate must be a finite number of at least 0.
///
/// # Errors
/// [`TrainError::Rate`].
pub fn check_rate(field: &'static str, value: f64) -> Result<(), TrainError> {
    if Hyper::Decay.allows(value) {
        return Ok(());
    }
    Err(TrainError::Rate { field, value })
}

impl Member {
    /// A member with the configuration's settings.
    pub fn new(config: &TrainConfig, decay: f64, fold: usize, seed: u64) -> Self {
        let mut member = Self {
            seed,
            fold,
            decay,
            ..Self::default()
        };
        let others = Hyper::ALL
            .into_iter()
            .filter(|hyper| *hyper != Hyper::Decay);
        others.for_each(|hyper| hyper.set(&mut member, hyper.of_config(config)));
        member
    }
}

#[cfg(test)]
mod tests;

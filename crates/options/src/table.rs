//! A table of options from a list of rows.

use crate::Row;

/// A table of options: a struct with a field for each of its rows.
pub trait Options: Default {
    /// One for each field, in their order.
    const ROWS: &'static [Row];

    /// The numbers of each field.
    fn numbers(&self) -> Vec<Vec<f64>>;

    /// Each field, as the help shows a default.
    fn shown(&self) -> Vec<Option<String>>;

    /// The first row with a number outside its range, and that number.
    fn out_of_range(&self) -> Option<(&'static Row, f64)> {
        let fields = Self::ROWS.iter().zip(self.numbers());
        let mut numbers = fields.flat_map(|(row, own)| own.into_iter().map(move |x| (row, x)));
        numbers.find(|&(row, number)| !row.range.allows(number))
    }

    /// Every row and its default in words.
    fn defaults() -> Vec<(&'static Row, Option<String>)> {
        let rows = Self::ROWS.iter().zip(Self::default().shown());
        let words = |row: &'static Row| row.default.map(str::to_owned);
        rows.map(|(row, shown)| (row, words(row).or(shown)))
            .collect()
    }
}

/// A struct, its `Default` and its [`Options`] from a list of rows.
///
/// A row is the documentation (whose first paragraph is the help), at most one `#[serde(..)]`, the field with its type and default, and
/// columns: methods of [`Row`], called in turn. Two further parts are for macros that read the same list: `as Name` names the number as
/// one in which models of one population may differ, and `by Type` the code that acts on it.
///
/// ```
/// use decay_options::{Options, Range, options};
///
/// options! {
///     /// The `[tea]` table.
///     pub struct Tea = "tea" {
///         /// How long it steeps.
///         ///
///         /// More than five minutes are bitter.
///         minutes: f64 = 3.0, flag("minutes"), value("MINUTES"), range(Range::POSITIVE);
///         /// Whether there is milk.
///         milk: bool = false;
///     }
/// }
///
/// assert_eq!((Tea::default().minutes, Tea::ROWS[0].path), (3.0, "tea.minutes"));
/// assert_eq!(Tea::ROWS[0].help(), "How long it steeps");
/// let forever = Tea { minutes: f64::NAN, milk: true };
/// assert_eq!(forever.out_of_range().map(|(row, _)| row.name()), Some("minutes"));
/// ```
#[macro_export]
macro_rules! options {
    (
        $(#[$outer:meta])*
        $see:vis struct $table:ident = $prefix:literal {
            $(
                $(#[doc = $doc:literal])*
                $(#[serde($($serde:tt)*)])?
                $name:ident $(as $variant:ident $(by $hook:path)?)? : $type:ty = $default:expr
                $(, $column:ident ( $($argument:tt)* ))* ;
            )*
        }
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, PartialEq, $crate::serde::Serialize, $crate::serde::Deserialize)]
        #[serde(crate = "decay_options::serde", default, deny_unknown_fields)]
        $see struct $table {
            $( $(#[doc = $doc])* $(#[serde($($serde)*)])? $see $name: $type, )*
        }

        impl Default for $table {
            fn default() -> Self {
                Self { $( $name: $default, )* }
            }
        }

        impl $crate::Options for $table {
            const ROWS: &'static [$crate::Row] = &[$(
                $crate::Row::new(
                    concat!($prefix, ".", stringify!($name)),
                    concat!($($doc, "\n",)*),
                    <$type as $crate::Value>::KIND,
                )
                $( .$column($($argument)*) )*,
            )*];

            fn numbers(&self) -> Vec<Vec<f64>> {
                vec![$( $crate::Value::numbers(&self.$name) ),*]
            }

            fn shown(&self) -> Vec<Option<String>> {
                vec![$( $crate::Value::shown(&self.$name) ),*]
            }
        }
    };
}

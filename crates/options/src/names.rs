//! Enums whose variants have names.

/// An enum without data and the names of its variants: in files (serde), in flags, and in the help.
///
/// Beside the enum it makes `ALL`, every variant in order; `NAMES`, their names; `name`, one's name; and a [`Value`](crate::Value).
///
/// ```
/// decay_options::names! {
///     /// How sweet.
///     #[derive(Default)]
///     pub enum Taste {
///         /// Not at all.
///         #[default]
///         Dry = "dry",
///         /// A little.
///         OffDry = "off_dry",
///     }
/// }
/// assert_eq!(Taste::NAMES, ["dry", "off_dry"]);
/// assert_eq!(Taste::OffDry.name(), "off_dry");
/// ```
#[macro_export]
macro_rules! names {
    (
        $(#[$outer:meta])*
        $see:vis enum $enum:ident {
            $( $(#[$inner:meta])* $variant:ident = $name:literal, )*
        }
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[derive($crate::serde::Serialize, $crate::serde::Deserialize)]
        #[serde(crate = "decay_options::serde")]
        $see enum $enum {
            $( $(#[$inner])* #[serde(rename = $name)] $variant, )*
        }

        impl $enum {
            /// Every variant.
            $see const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];
            /// Their names in files and flags.
            $see const NAMES: [&'static str; [$($name),*].len()] = [$($name),*];

            /// The name in files and flags.
            $see fn name(self) -> &'static str {
                Self::NAMES[self as usize]
            }
        }

        impl $crate::Value for $enum {
            const KIND: $crate::Kind = $crate::Kind::Choice(&Self::NAMES);

            fn shown(&self) -> Option<String> {
                Some(self.name().to_owned())
            }
        }
    };
}

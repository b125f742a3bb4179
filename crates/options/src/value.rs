//! What an option's field holds.

use std::path::PathBuf;

use crate::Kind;

/// The type of an option's field.
pub trait Value {
    /// How it is written.
    const KIND: Kind;

    /// It, as the help shows a default; nothing where there is nothing.
    fn shown(&self) -> Option<String>;

    /// Its numbers, each of which has to be in the option's range.
    fn numbers(&self) -> Vec<f64> {
        Vec::new()
    }
}

impl Value for f64 {
    const KIND: Kind = Kind::Real;

    fn shown(&self) -> Option<String> {
        let (plain, short) = (self.to_string(), format!("{self:e}"));
        Some(if plain.len() > 6 { short } else { plain })
    }

    fn numbers(&self) -> Vec<f64> {
        vec![*self]
    }
}

macro_rules! whole {
    ($($number:ty),*) => {$(
        impl Value for $number {
            const KIND: Kind = Kind::Whole;

            fn shown(&self) -> Option<String> {
                Some(self.to_string())
            }

            fn numbers(&self) -> Vec<f64> {
                vec![*self as f64]
            }
        }
    )*};
}

whole!(u32, u64, usize);

impl Value for bool {
    const KIND: Kind = Kind::Switch;

    fn shown(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Value for String {
    const KIND: Kind = Kind::Text;

    fn shown(&self) -> Option<String> {
        (!self.is_empty()).then(|| self.clone())
    }
}

impl Value for PathBuf {
    const KIND: Kind = Kind::Text;

    fn shown(&self) -> Option<String> {
        Some(self.display().to_string())
    }
}

impl<T: Value> Value for Option<T> {
    const KIND: Kind = T::KIND;

    fn shown(&self) -> Option<String> {
        self.as_ref().and_then(T::shown)
    }

    fn numbers(&self) -> Vec<f64> {
        self.as_ref().map_or_else(Vec::new, T::numbers)
    }
}

impl<T: Value> Value for Vec<T> {
    const KIND: Kind = match T::KIND {
        Kind::Whole => Kind::Wholes,
        Kind::Choice(names) => Kind::Choices(names),
        _ => Kind::Texts,
    };

    fn shown(&self) -> Option<String> {
        let items: Vec<String> = self.iter().filter_map(T::shown).collect();
        (!items.is_empty()).then(|| items.join(","))
    }

    fn numbers(&self) -> Vec<f64> {
        self.iter().flat_map(T::numbers).collect()
    }
}

//! A budget of memory, absolute or as a share of what is free.

use decay_data::free_memory;
use decay_options::{Kind, Value};
use serde::{Deserialize, Serialize};

/// `4GiB`, `512 MB`, `60%`; what is written is kept, so that it is written back the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Memory {
    text: String,
    amount: Amount,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Amount {
    Bytes(u64),
    Share(f64),
}

const UNITS: [(&str, u64); 8] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("b", 1),
    ("", 1),
];

/// Fewer bytes than this are meant in another unit.
const LEAST_BARE: f64 = 1_048_576.0;

impl Default for Memory {
    fn default() -> Self {
        Self {
            text: "60%".into(),
            amount: Amount::Share(0.6),
        }
    }
}

impl Memory {
    /// Bytes that reading may take, of a share of what is free.
    pub fn for_reading(&self) -> u64 {
        self.bytes(free_memory())
    }

    /// Bytes, of which `free` are to be had.
    pub fn bytes(&self, free: u64) -> u64 {
        match self.amount {
            Amount::Bytes(bytes) => bytes,
            Amount::Share(share) => (free as f64 * share) as u64,
        }
    }
}

impl Value for Memory {
    const KIND: Kind = Kind::Memory;

    fn shown(&self) -> Option<String> {
        Some(self.text.clone())
    }
}

impl TryFrom<String> for Memory {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("must be an amount such as 4GiB or 60%, got '{text}'");
        let lower = text.trim().to_ascii_lowercase();
        let split = lower.find(|c: char| !(c.is_ascii_digit() || c == '.'));
        let (digits, unit) = lower.split_at(split.unwrap_or(lower.len()));
        let value: f64 = digits.parse().map_err(|_| wrong())?;
        if unit.trim().is_empty() && value < LEAST_BARE {
            return Err(format!(
                "needs a unit, as in 4GiB, 512MiB or 60%: '{text}' alone would be bytes, of which nothing fits"
            ));
        }
        let amount = match unit.trim() {
            "%" if value > 0.0 && value <= 100.0 => Amount::Share(value / 100.0),
            unit => {
                let factor = UNITS.iter().find(|(name, _)| *name == unit);
                let (_, factor) = factor.ok_or_else(wrong)?;
                Amount::Bytes((value * *factor as f64) as u64)
            }
        };
        if amount == Amount::Bytes(0) {
            return Err(wrong());
        }
        Ok(Self { text, amount })
    }
}

impl From<Memory> for String {
    fn from(memory: Memory) -> Self {
        memory.text
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    fn amounts_have_units_or_are_shares_of_what_is_free() {
        for (text, bytes) in [
            ("4GiB", 4 << 30),
            ("1.5 kb", 1500),
            ("4194304", 4 << 20),
            ("60%", 600),
            ("100%", 1000),
        ] {
            let memory = Memory::try_from(text.to_owned()).unwrap();
            assert_eq!(memory.bytes(1000), bytes, "{text}");
            assert_eq!(String::from(memory), text);
        }
        for text in ["", "0", "4", "512", "0%", "101%", "four", "4 GiX", "-1"] {
            assert!(Memory::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}

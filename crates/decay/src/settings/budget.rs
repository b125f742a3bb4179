//! How long a run may take.

use decay_options::{Kind, Value};
use serde::{Deserialize, Serialize};

/// `60s`, `5m`, `2h` or `1000-steps`; what is written is kept, so that it is written back the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Budget {
    text: String,
    /// What it allows.
    pub allows: Allowance,
}

/// What a budget is of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowance {
    /// Training, sweep and final models together, on the run's device.
    Seconds(f64),
    /// Steps of each model.
    Steps(u32),
}

const UNITS: [(&str, f64); 4] = [("s", 1.0), ("m", 60.0), ("min", 60.0), ("h", 3600.0)];

impl Value for Budget {
    const KIND: Kind = Kind::Budget;

    fn shown(&self) -> Option<String> {
        Some(self.text.clone())
    }
}

impl TryFrom<String> for Budget {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong =
            || format!("must be a time or steps, such as 60s, 5m or 1000-steps, got '{text}'");
        let lower = text.trim().to_ascii_lowercase();
        let split = lower.find(|c: char| !(c.is_ascii_digit() || c == '.'));
        let (digits, unit) = lower.split_at(split.unwrap_or(lower.len()));
        let allows = match unit.trim_start_matches(['-', ' ']) {
            "steps" | "step" => Allowance::Steps(digits.parse().map_err(|_| wrong())?),
            unit => {
                let factor = UNITS.iter().find(|(name, _)| *name == unit);
                let amount: f64 = digits.parse().map_err(|_| wrong())?;
                Allowance::Seconds(amount * factor.ok_or_else(wrong)?.1)
            }
        };
        match allows {
            Allowance::Seconds(amount) if amount > 0.0 => {}
            Allowance::Steps(1..) => {}
            _ => return Err(wrong()),
        }
        Ok(Self { text, allows })
    }
}

impl From<Budget> for String {
    fn from(budget: Budget) -> Self {
        budget.text
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowance, Budget};

    #[test]
    fn times_and_steps_are_told_apart() {
        for (text, allows) in [
            ("60s", Allowance::Seconds(60.0)),
            ("1.5 m", Allowance::Seconds(90.0)),
            ("2H", Allowance::Seconds(7200.0)),
            ("1000-steps", Allowance::Steps(1000)),
            ("250 steps", Allowance::Steps(250)),
        ] {
            assert_eq!(Budget::try_from(text.to_owned()).unwrap().allows, allows);
        }
        for text in [
            "",
            "60",
            "0s",
            "-5s",
            "0-steps",
            "1.5-steps",
            "5 parsecs",
            "inf s",
        ] {
            assert!(Budget::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}

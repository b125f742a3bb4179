//! From tests to a verdict in words. Nothing here is typed by hand: words follow from intervals.

use std::fmt;

use decay_audit::Estimate;
use decay_audit::trend::{Side, Support, support};
use decay_report::text::short;
use serde::{Deserialize, Serialize};

/// Whether the measurements bear a claim out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every part of it.
    Holds,
    /// Some parts; others are contradicted or cannot be decided with these replicates.
    HoldsPartly,
    /// No part.
    DoesNotHold,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Holds => "holds",
            Self::HoldsPartly => "holds partly",
            Self::DoesNotHold => "does not hold",
        })
    }
}

/// A measured number with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// What it is, with its unit.
    pub what: String,
    /// The number, its 95 % interval, and of how many replicates.
    #[serde(flatten)]
    pub estimate: Estimate,
}

impl Effect {
    /// A number with its unit.
    pub fn new(what: impl Into<String>, estimate: Estimate) -> Self {
        Self {
            what: what.into(),
            estimate,
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Estimate { mean, low, high, n } = self.estimate;
        let [mean, low, high] = [mean, low, high].map(short);
        write!(
            f,
            "{} {mean} (95 % interval {low} to {high}, n = {n})",
            self.what
        )
    }
}

/// One testable part of a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What it says.
    pub statement: String,
    /// Whether the measurements support it.
    pub support: Support,
    /// The number that decided.
    pub effect: Effect,
    /// What else is to be known: p-values, where an optimum lies, what was left out.
    pub note: String,
}

impl Part {
    /// A part that is decided by on which side of `threshold` the effect's interval lies.
    pub fn of_interval(
        statement: impl Into<String>,
        effect: Effect,
        claimed: Side,
        threshold: f64,
    ) -> Self {
        Self {
            statement: statement.into(),
            support: support(&effect.estimate, threshold, claimed),
            effect,
            note: String::new(),
        }
    }

    /// The same with the unit of its effect, as in "gain in nats".
    pub fn in_unit(mut self, unit: &str) -> Self {
        self.effect.what.push_str(&format!(" in {unit}"));
        self
    }

    /// The same with a remark.
    pub fn noting(self, note: impl Into<String>) -> Self {
        Self {
            note: note.into(),
            ..self
        }
    }
}

/// A verdict and the parts that it follows from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// What follows from the parts.
    pub verdict: Verdict,
    /// The headline first.
    pub parts: Vec<Part>,
}

impl Judgement {
    /// The verdict on the claim that says all of the parts.
    ///
    /// ```text
    /// every part supported -> holds      none -> does not hold      else -> holds partly
    /// ```
    pub fn of(parts: Vec<Part>) -> Self {
        let supported = parts
            .iter()
            .filter(|part| part.support == Support::Supported);
        let verdict = match supported.count() {
            0 => Verdict::DoesNotHold,
            n if n == parts.len() => Verdict::Holds,
            _ => Verdict::HoldsPartly,
        };
        Self { verdict, parts }
    }

    /// How many parts have this support.
    pub fn count(&self, support: Support) -> usize {
        let parts = self.parts.iter();
        parts.filter(|part| part.support == support).count()
    }

    /// The last line of a run.
    pub fn line(&self, name: &str) -> String {
        let headline = self.parts.first().map(|part| format!("; {}", part.effect));
        let others = [
            (self.count(Support::Contradicted), "contradicted"),
            (self.count(Support::Undecided), "undecided"),
        ];
        let others = others.iter().filter(|(count, _)| *count > 0);
        let others: String = others
            .map(|(count, word)| format!(", {count} {word}"))
            .collect();
        format!(
            "{name}: {}: {} of {} parts supported{others}{}",
            self.verdict,
            self.count(Support::Supported),
            self.parts.len(),
            headline.unwrap_or_default(),
        )
    }
}

#[cfg(test)]
mod tests {
    use decay_audit::Estimate;
    use decay_audit::trend::Side;

    use super::{Effect, Judgement, Part, Verdict};

    fn part(low: f64, high: f64) -> Part {
        let estimate = Estimate {
            mean: (low + high) / 2.0,
            low,
            high,
            n: 7,
        };
        Part::of_interval(
            "it rises",
            Effect::new("slope per decade", estimate),
            Side::Above,
            0.0,
        )
    }

    #[test]
    fn the_verdict_follows_from_the_intervals() {
        let (yes, no, maybe) = (part(0.1, 0.3), part(-0.3, -0.1), part(-0.1, 0.1));
        for (parts, verdict, line) in [
            (
                vec![yes.clone(), yes.clone()],
                Verdict::Holds,
                "holds: 2 of 2 parts supported;",
            ),
            (
                vec![yes.clone(), maybe.clone(), no.clone()],
                Verdict::HoldsPartly,
                "holds partly: 1 of 3 parts supported, 1 contradicted, 1 undecided;",
            ),
            (
                vec![no, maybe.clone()],
                Verdict::DoesNotHold,
                "does not hold: 0 of 2 parts supported, 1 contradicted, 1 undecided;",
            ),
            (
                vec![maybe],
                Verdict::DoesNotHold,
                "does not hold: 0 of 1 parts supported, 1 undecided;",
            ),
            (
                vec![],
                Verdict::DoesNotHold,
                "does not hold: 0 of 0 parts supported",
            ),
        ] {
            let judgement = Judgement::of(parts);
            assert_eq!(judgement.verdict, verdict);
            assert!(
                judgement.line("x").starts_with(&format!("x: {line}")),
                "{}",
                judgement.line("x")
            );
        }
    }

    #[test]
    fn the_line_ends_with_the_headlines_effect_interval_and_n() {
        let line = Judgement::of(vec![part(0.1, 0.3), part(5.0, 6.0)]).line("x");
        assert!(
            line.ends_with("; slope per decade 0.2 (95 % interval 0.1 to 0.3, n = 7)"),
            "{line}"
        );
    }
}

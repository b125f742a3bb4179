//! Whether norm and angle come to their formulas: tests and lines of what was noted.

use super::{ANGLE, BALANCED, Balance, FOURTH_POWER, SQUARED_ANGLE};
use crate::drawing::{Series, dashed, series_along, spread};
use crate::failure::Result;
use crate::judgement::{Effect, Part};
use crate::measurements::Measurements;
use crate::parts::within;

/// How near a ratio is to be to 1.
const LIMITS: [f64; 2] = [0.95, 1.05];

/// From a power that was measured to what is told of it.
type Root = fn(f64) -> f64;

/// A figure along the steps: its metric, and what is told of it.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    metric: &'static str,
    root: Root,
}

impl Told {
    /// The mean angle.
    pub const ANGLE: Self = Self {
        metric: ANGLE,
        root: |x| x,
    };
    /// The root of the mean squared angle.
    pub const SQUARED_ANGLE: Self = Self {
        metric: SQUARED_ANGLE,
        root: f64::sqrt,
    };
    /// The fourth root of the mean fourth power of the norm.
    pub const NORM: Self = Self {
        metric: FOURTH_POWER,
        root: |x| x.powf(0.25),
    };
}

impl Balance {
    /// Three parts: that the norm, the mean angle and the mean squared angle of a series are, over the later half of training, what
    /// their formulas say, to a twentieth.
    ///
    /// # Errors
    /// If [`Population::note_balance`](crate::Population::note_balance) has not noted the series.
    pub fn parts(&self, measured: &Measurements, study: &str, series: &str) -> Result<Vec<Part>> {
        let part = |told: Told, what: &str| -> Result<Part> {
            let found = measured.settled(study, series, told.metric, self.rate)?;
            let wanted = match told.metric {
                FOURTH_POWER => measured.settled(study, series, BALANCED, self.rate)?,
                ANGLE => vec![self.angle(); found.len()],
                _ => vec![self.angle().powi(2); found.len()],
            };
            let say = format!("{study}, {series}, λ = {}: {what}", self.rate);
            Ok(near_one(say, &found, &wanted, told.root))
        };
        let norm = "the norm settles at (η/(2λ) E||g||²)^(1/4), g being the gradient at norm 1";
        Ok(vec![
            part(Told::NORM, norm)?,
            part(Told::ANGLE, "the mean angle of a step settles at sqrt(2ηλ)")?,
            part(
                Told::SQUARED_ANGLE,
                "the mean square of the angle settles at 2ηλ",
            )?,
        ])
    }

    /// That a series settles at the same norm in two studies, to a twentieth; `who` names them.
    ///
    /// # Errors
    /// As [`Balance::parts`].
    pub fn same_norm(
        &self,
        measured: &Measurements,
        studies: [&str; 2],
        series: &str,
        who: &str,
    ) -> Result<Part> {
        let of = |study| measured.settled(study, series, FOURTH_POWER, self.rate);
        let [a, b] = studies.map(of);
        let study = studies[0];
        let say = format!(
            "{study}, {series}, λ = {}: {who} settle at the same norm",
            self.rate
        );
        Ok(near_one(say, &a?, &b?, Told::NORM.root))
    }

    /// A figure along the steps, and its formula as a dashed line: label of each and colour.
    ///
    /// # Errors
    /// As [`Balance::parts`].
    pub fn lines(
        &self,
        measured: &Measurements,
        [study, series]: [&str; 2],
        told: Told,
        labels: [&str; 2],
        colour: usize,
    ) -> Result<[Series; 2]> {
        let along = |metric| measured.along(study, series, metric, self.rate);
        let (places, values) = along(told.metric)?;
        let formula = match told.metric {
            FOURTH_POWER => along(BALANCED)?.1,
            ANGLE => vec![vec![self.angle()]; places.len()],
            _ => vec![vec![self.angle().powi(2)]; places.len()],
        };
        let line = |label: &str, values: Vec<Vec<f64>>| {
            let root = |own: Vec<f64>| own.into_iter().map(told.root).collect();
            let values: Vec<Vec<f64>> = values.into_iter().map(root).collect();
            series_along(label, colour, &places, &values)
        };
        Ok([line(labels[0], values), dashed(line(labels[1], formula))])
    }
}

/// The root of a ratio is 1, to a twentieth.
fn near_one(say: String, found: &[f64], wanted: &[f64], root: Root) -> Part {
    let ratios = found.iter().zip(wanted).map(|(a, b)| root(a / b));
    let effect = Effect::new("ratio to it", spread(&ratios.collect::<Vec<_>>()));
    within(say, effect, LIMITS)
}

#[cfg(test)]
mod tests {
    use decay_audit::trend::Support;

    use super::{ANGLE, BALANCED, Balance, FOURTH_POWER, SQUARED_ANGLE, Told};
    use crate::measurements::Measurements;

    const BALANCE: Balance = Balance { lr: 0.1, rate: 0.2 };

    /// A norm 4 % above, a mean angle 20 % below and a mean squared angle 30 % above what balances.
    fn measured() -> Measurements {
        let mut all = Measurements::default();
        for (metric, value) in [
            (FOURTH_POWER, 16.0 * 1.04f64.powi(4)),
            (BALANCED, 16.0),
            (ANGLE, 0.8 * 0.2),
            (SQUARED_ANGLE, 1.3 * 0.04),
        ] {
            let places = [1.0, 2.0, 3.0, 4.0];
            let at = |_: f64, step: f64| if step > 2.0 { value } else { 7.0 };
            all.make_up_along("a", "s", metric, &[0.2], &places, at);
            all.make_up_along("b", "s", metric, &[0.2], &places, |_, _| 1.3 * value);
        }
        all
    }

    #[test]
    fn each_figure_is_held_against_its_own_formula() {
        assert!((BALANCE.angle() - 0.2).abs() < 1e-15);
        let parts = BALANCE.parts(&measured(), "a", "s").unwrap();
        let ratios: Vec<f64> = parts.iter().map(|part| part.effect.estimate.mean).collect();
        for (found, wanted) in ratios.iter().zip([1.04, 0.8, 1.3f64.sqrt()]) {
            assert!((found / wanted - 1.0).abs() < 2e-3, "{found} {wanted}");
        }
        let support: Vec<_> = parts.iter().map(|part| part.support).collect();
        let [yes, no] = [Support::Supported, Support::Contradicted];
        assert_eq!(support, [yes, no, no]);
        let same = |studies| {
            BALANCE
                .same_norm(&measured(), studies, "s", "both")
                .unwrap()
        };
        assert_eq!(same(["a", "a"]).support, yes);
        assert_eq!(same(["a", "b"]).support, no);
    }

    #[test]
    fn lines_are_in_the_unit_of_the_figure() {
        for (told, found, wanted) in [
            (Told::NORM, 2.08, 2.0),
            (Told::ANGLE, 0.16, 0.2),
            (Told::SQUARED_ANGLE, 1.3f64.sqrt() * 0.2, 0.2),
        ] {
            let [line, formula] = BALANCE
                .lines(&measured(), ["a", "s"], told, ["own", ""], 2)
                .unwrap();
            assert!((line.points[3].mean / found - 1.0).abs() < 2e-3);
            assert!((formula.points[3].mean / wanted - 1.0).abs() < 2e-3);
            assert!(formula.dashed && !line.dashed && line.points[3].x == 4.0);
        }
    }
}

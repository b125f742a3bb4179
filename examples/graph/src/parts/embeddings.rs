//! What either does to embeddings: how large they are, and how smooth.

use decay_claim::drawing::spread;
use decay_claim::parts::{Comparison, differences, falls, within};
use decay_claim::{Curve, Effect, Grid, Measurements, Part, Result};

use crate::{FEW, OVERLAP, RATES, STRENGTHS, study_of};

/// The rate and the strength at which either is looked at.
const RATE: f64 = RATES[2];
const STRENGTH: f64 = STRENGTHS[2].1;
pub(crate) const QUOTIENT: &str = "Rayleigh quotient";
pub(crate) const SIZE: &str = "size";
pub(crate) const ENERGY: &str = "energy";

pub(super) fn parts(measured: &Measurements, set: &str) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut family = Vec::new();
    for net in FEW {
        let study = study_of(set, net);
        let figures = Figures {
            measured,
            study: &study,
        };
        parts.extend(figures.alone()?);
        family.extend(figures.compared()?);
    }
    parts.extend(differences(&family, OVERLAP)?);
    Ok(parts)
}

struct Figures<'a> {
    measured: &'a Measurements,
    study: &'a str,
}

impl Figures<'_> {
    fn grid(&self, metric: &str) -> Result<Grid> {
        Grid::of(self.measured, self.study, &STRENGTHS, metric)
    }

    /// Over the decay rate, without the Laplacian.
    fn over_rates(&self, metric: &str) -> Result<Curve> {
        self.measured.curve(self.study, STRENGTHS[0].0, metric)
    }

    /// Decades that a figure changes by from no Laplacian to [`STRENGTH`], at a decay rate.
    fn decades(&self, metric: &str, rate: f64) -> Result<Vec<f64>> {
        let over = self.grid(metric)?.across(rate);
        let pairs = over.at(STRENGTH).into_iter().zip(over.at(0.0));
        Ok(pairs
            .map(|(with, without)| (with / without).log10())
            .collect())
    }

    fn say(&self, what: &str) -> String {
        format!("{}: {what}", self.study)
    }

    fn alone(&self) -> Result<Vec<Part>> {
        let quotient = self.over_rates(QUOTIENT)?;
        let kept = Effect::new(
            "share of the quotient without",
            spread(&quotient.over_first().at(RATE)),
        );
        let energy = "decay lowers the energy of embeddings";
        let shrinks = "decay does so by shrinking alone: the Rayleigh quotient stays, to a tenth";
        let smooths = "the Laplacian lowers the Rayleigh quotient";
        let across = self.grid(QUOTIENT)?.across(0.0);
        Ok(vec![
            falls(self.say(energy), &self.over_rates(ENERGY)?)?,
            within(self.say(shrinks), kept, [0.9, 1.1]),
            falls(self.say(smooths), &across)?,
        ])
    }

    fn compared(&self) -> Result<[Comparison; 2]> {
        let shrinks = "without decay the Laplacian shrinks embeddings more than it smooths them";
        let together = "beside decay it smooths them more than without";
        let quotient = |rate| self.decades(QUOTIENT, rate);
        Ok([
            Comparison::below(
                self.say(shrinks),
                "decades of size less decades of quotient",
                self.decades(SIZE, 0.0)?,
                quotient(0.0)?,
            ),
            Comparison::below(
                self.say(together),
                "decades of quotient",
                quotient(RATE)?,
                quotient(0.0)?,
            ),
        ])
    }
}

//! Claim: training has the problem of local optima, and decay changes the landscape.

#![forbid(unsafe_code)]

mod deep_linear;
mod linear;
mod networks;
mod parts;
mod pictures;
#[cfg(test)]
mod tests;

use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

/// The claim.
pub struct GlobalOptimum;

/// Starts of every network of every replicate at every rate.
const STARTS: usize = 16;
const WHITE: &str = "linear networks, white inputs";
/// Linear networks, their number of layers, and the size of their starts, of which 1 keeps the size of what a layer is given.
const DEPTHS: [(&str, usize, f64); 4] = [
    ("one layer", 1, 1.0),
    ("two layers", 2, 1.0),
    ("three layers", 3, 1.0),
    ("three layers, small starts", 3, 0.1),
];
/// Decay rates of these, where 1 is the largest singular value of what is to be learnt.
const SHARES: [f64; 8] = [0.0, 0.02, 0.05, 0.1, 0.25, 0.5, 0.9, 1.1];
const CORRELATED: &str = "two layers, correlated inputs";
const BALANCE: &str = "balance of two layers";
const FEW_ROWS: &str = "one layer, fewer rows than columns";
/// Perceptrons, their hidden units, and whether biases decay.
const NETS: [(&str, usize, bool); 3] = [
    ("3 units", 3, false),
    ("8 units", 8, false),
    ("8 units, biases decay", 8, true),
];
/// Decay rates of these.
const RATES: [f64; 8] = [0.0, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0];

impl Claim for GlobalOptimum {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Local optima and decay",
            statement: "Training has the problem of local optima, and decay changes the landscape: there are fewer optima, of one quality, \
                        and no barriers between them.",
            source: "an introductory text on weight decay; Kawaguchi 2016; Kunin et al. 2019; Ziyin, Li & Meng 2022; Entezari et al. 2021",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        let mut out = Measurements::default();
        linear::measure(lab, &mut out)?;
        networks::measure(lab, &mut out)?;
        Ok(out)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        parts::judge(measured)
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        pictures::draw(measured)
    }
}

//! Claim: decay on coefficients in a Fourier basis controls the smoothness of a surrogate of a differential equation.

#![forbid(unsafe_code)]

mod basis;
mod equation;
mod experiment;
mod field;
mod network;
mod parts;
mod pictures;
mod surrogate;
mod task;
#[cfg(test)]
mod tests;

use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

use crate::basis::Penalty;

/// The claim.
pub struct Burgers;

/// The study of both solutions of the equation, before a front and after.
const SOLVERS: (&str, [&str; 2]) = ("ETDRK4 and Cole-Hopf", ["before the front", "after it"]);
const IDENTITIES: &str = "coefficients and field";
const DENSE: &str = "every point of the grid seen";
const SPARSE: &str = "200 noisy samples";
const MANY: &str = "1000 noisy samples";
const SPECTRUM: &str = "spectrum";
const SHOWN: &str = "shown";
const TRUTH: &str = "truth";
/// Surrogates in the Fourier basis by what decay is on.
const BASIS: [(&str, Penalty); 2] = [("Σ|c|²", Penalty::Size), ("Σk²|c|²", Penalty::Slope)];
/// The same that know the equation.
const KNOWING: [(&str, Penalty); 2] = [
    ("Σ|c|² + equation", Penalty::Size),
    ("Σk²|c|² + equation", Penalty::Slope),
];
const NETWORK: &str = "perceptron";
/// Of the equation's mean squared residual beside the mean squared error, to be chosen from.
const WEIGHTS: [f64; 4] = [0.003, 0.03, 0.3, 3.0];
/// Decay of the surrogates that are shown: the least and the most of all rates, and the best by the truth.
const HOW: [&str; 3] = ["too little", "best", "too much"];

/// What a field at a moment that is shown is called.
fn moment_name(place: usize) -> String {
    let t = field::moment(experiment::MOMENTS[place]);
    format!("u at t = {t:.2}")
}

impl Claim for Burgers {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay and the smoothness of a surrogate",
            statement: "Decay on coefficients in a Fourier basis controls the smoothness of a surrogate of a partial differential equation \
                        and keeps spurious oscillation out.",
            source: "an introductory text on weight decay; Burgers 1948; Raissi, Perdikaris & Karniadakis 2019 for surrogates that know the equation",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        parts::judge(measured)
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        pictures::draw(measured)
    }
}

//! Claim: for linear models decay is Tikhonov regularisation, exactly, and λ follows from noise and prior.

#![forbid(unsafe_code)]

mod blur;
mod experiment;
mod fourier;
mod parts;
mod pictures;
mod product;
mod scene;
mod small;
#[cfg(test)]
mod tests;

use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};
use decay_train::{DecayKind, Optimizer};

/// The claim.
pub struct Tikhonov;

const PHOTOGRAPHS: [&str; 2] = ["camera", "chelsea"];
/// Standard deviations of the noise, where white is 1; curves and pictures are of the middle one.
const NOISES: [f64; 3] = [0.01, SIGMA, 0.1];
const SIGMA: f64 = 0.03;
/// Where ways to one picture are compared.
const RATES: [f64; 3] = [0.01, 0.1, 1.0];
/// Rules by which a rate is chosen, in the order of their measuring.
const RULES: [&str; 5] = [
    "σ²/τ²",
    "cross-validation",
    "L-curve",
    "discrepancy",
    "evidence",
];
/// Decades from `σ²/τ²` to the best rate, with their sign and without, so that too much at one noise does not make good too little at another.
const OFF: [&str; 2] = ["best over claimed", "decades off"];
/// The study of ways to one picture, and the ways.
const IDENTITIES: (&str, [&str; 5]) = (
    "the same picture",
    [
        "filter factors",
        "waves",
        "general form",
        "descent",
        "normal equations",
    ],
);
const LIBRARY: &str = "the library's linear models";
/// Series of the library, its optimiser and its kind of decay.
const WAYS: [(&str, Optimizer, DecayKind); 3] = [
    ("in the gradient", Optimizer::Momentum, DecayKind::Coupled),
    (
        "decoupled, momentum",
        Optimizer::Momentum,
        DecayKind::Decoupled,
    ),
    ("AdamW", Optimizer::Adamw, DecayKind::Decoupled),
];
const STOPPED: &str = "early stopping";
const PRODUCT: &str = "two factors a pixel";
/// How far the end of another way is from the nearest ridge, how much PSNR it loses, and how far it is from the lasso.
const ENDS: [&str; 3] = ["from the nearest ridge", "lost", "from the lasso"];
const PRIOR: &str = "pixels drawn from the prior";
const NOISELESS: (&str, [&str; 2]) = ("without noise", ["exact", "rounded to 8 bits"]);
/// A rule that needs no blur to choose by, and one that cannot do without, are told apart.
const TASKS: [(&str, &[&str]); 2] = [
    ("noise alone", &["noise alone"]),
    ("blurred", &["Gaussian blur", "motion blur"]),
];
const SHOWN: &str = "seed of the pictures";

fn photograph_and_blur(photograph: &str, blur: &str) -> String {
    format!("{photograph}, {blur}")
}

/// Name of the study that has curves over λ.
fn over_rates(study: &str) -> String {
    format!("{study}, over λ")
}

impl Claim for Tikhonov {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay is Tikhonov regularisation",
            statement: "For a linear model decay is Tikhonov regularisation, exactly: training ends at the ridge solution with filter factors \
                        s²/(s² + λ); and λ follows from noise and prior as σ²/τ².",
            source: "Tikhonov 1963; Hoerl & Kennard 1970; Hansen 1998; an introductory text on weight decay",
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

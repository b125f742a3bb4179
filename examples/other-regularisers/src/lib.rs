//! Claim: early stopping and noise are decay by other means; before a batch norm decay sets the size of steps; at an equal budget
//! decay wins, and it adds to each of the others.

#![forbid(unsafe_code)]

mod equilibrium;
mod linear;
mod nets;
mod sets;
#[cfg(test)]
mod tests;

use decay_claim::drawing::picture;
use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

use crate::sets::{LINEAR, SETS};

/// The claim.
pub struct OtherRegularisers;

impl Claim for OtherRegularisers {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Other regularisers beside decay",
            statement: "Early stopping and noise are decay by other means; before a batch norm decay sets norm and angle; at an equal budget of validation decay wins, and it adds to each of the others.",
            source: "Bishop 1995; Goodfellow, Bengio & Courville 2016, section 7.8; Ali, Kolter & Tibshirani 2019; van Laarhoven 2017; Li, Lyu & Arora 2020; Wan et al. 2021; Kosson et al. 2024",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        let mut out = Measurements::default();
        for (place, name) in LINEAR {
            linear::measure(lab, name, &SETS[place], &mut out)?;
        }
        equilibrium::measure(lab, &mut out)?;
        for set in &SETS {
            nets::measure(lab, set, &mut out)?;
        }
        Ok(out)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let mut parts = Vec::new();
        for (_, name) in LINEAR {
            parts.extend(linear::parts(measured, name)?);
        }
        parts.extend(equilibrium::parts(measured)?);
        for set in &SETS {
            parts.extend(nets::parts(measured, set)?);
        }
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let budget = SETS.iter().map(|set| nets::panel(measured, set));
        let title = "Regularisers against decay alone, chosen by validation";
        Ok(vec![
            Drawing {
                file: "budget",
                caption: "Each regulariser at the strength, and the rate, that validation rows choose: below 0 it is better than decay alone.".into(),
                picture: picture(title, 2, budget.collect::<Result<_>>()?),
            },
            Drawing {
                file: "equilibrium",
                caption: "Weights before a batch norm by step of gradient descent: the angle of a step comes to sqrt(2ηλ) and the norm to (η/(2λ) E||g||²)^(1/4), g being the gradient at norm 1.".into(),
                picture: picture("Where steps and decay balance", 2, equilibrium::panels(measured)?),
            },
            Drawing {
                file: "stopping",
                caption: "Least squares: a linear model after 1/(ηλ) steps beside ridge regression at λ.".into(),
                picture: picture("Early stopping beside ridge regression", 3, linear::panels(measured)?),
            },
        ])
    }
}

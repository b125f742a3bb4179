//! Claim: decay on the weights of a portfolio is risk aversion: less concentration and leverage, more diversification.

#![forbid(unsafe_code)]

mod experiment;
mod identities;
mod market;
mod parts;
mod pictures;
mod policy;
mod pooled;
mod prices;
mod sharpe;
#[cfg(test)]
mod tests;
mod walk;
mod weights;

use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};

/// The claim.
pub struct Portfolio;

const STOCKS: &str = "stocks";
const MARKET: &str = "made-up markets";
const ALL_DAYS: &str = "stocks, all days";
/// What portfolios are made of: no means; means; features, at one risk; means, without a budget.
const MINIMUM: &str = "minimum variance";
const MEAN: &str = "mean and variance";
const FEATURES: &str = "features";
const FREE: &str = "mean and variance, no budget";
/// No decay, but the risk aversion `γ (1 + λ)` that decay amounts to beside the shrunk covariance.
const AVERSE: &str = "risk aversion alone";
/// Baselines.
const EQUAL: &str = "equal weights";
const LEDOIT_WOLF: [&str; 2] = [
    "Ledoit-Wolf, minimum variance",
    "Ledoit-Wolf, mean and variance",
];
/// Study and figures of what is the same by several ways.
const IDENTITIES: (&str, [&str; 3]) = (
    "identities",
    ["shrunk covariance", "ridge of one", "any risk aversion"],
);
const TRAINED: &str = "trained policies";
/// `λ` in units of the mean variance.
const RATES: [f64; 10] = [0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0];
/// `γ`, as in Brandt, Santa-Clara & Valkanov 2009.
const AVERSION: f64 = 5.0;
/// Of what is bought or sold: ten basis points.
const COST: f64 = 1e-3;

impl Claim for Portfolio {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay and risk aversion",
            statement: "Decay on the weights of a portfolio is risk aversion: less concentration and leverage, more diversification.",
            source: "after Jagannathan & Ma 2003; DeMiguel, Garlappi, Nogales & Uppal 2009; Brandt, Santa-Clara & Valkanov 2009",
        }
    }

    fn own_data(&self) -> Option<&'static str> {
        Some(
            "Daily prices instead of the embedded ones: columns Ticker, Date and Adj Close, or a date and one column a stock",
        )
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

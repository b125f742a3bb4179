#![forbid(unsafe_code)]
//! Linear models at the minimum of their penalised loss, for all strengths of the penalty at once: arrays in, numbers out.
//!
//! ```text
//! F(W, b) = 1/n sum_i w_i loss(x_i W + b, y_i) + rate/2 |W|^2        the bias b is not penalised
//! ```
//!
//! Features are turned into the eigenvectors of their covariance once ([`Basis`]). There ridge regression is a division for each rate,
//! and the Hessian of the multinomial loss is nearly diagonal, so that quasi-Newton steps need few passes over the rows.
//!
//! A `rate` is that of a mean loss: of scikit-learn's `C`, which weighs a sum of `n` losses, it is `1 / (C n)` for three or more classes
//! and `2 / (C n)` for two, which have weights each here and share them there; of `Ridge`'s `alpha` on `K` targets `2 alpha / (K n)`.

mod active_set;
mod basis;
mod elastic_net;
mod error;
mod evidence;
mod factor;
mod logistic;
mod memory;
mod objective;
mod ridge;
mod rows;
mod rule;
mod solution;
mod spectrum;

pub use basis::Basis;
pub use elastic_net::{ElasticNet, Penalties};
pub use error::LinearError;
pub use evidence::{Evidence, Hyperprior};
pub use logistic::{Logistic, MOST_STEPS, TOLERANCE};
pub use ridge::Ridge;
pub use rows::Rows;
pub use rule::{Rule, least};
pub use solution::Solution;
pub use spectrum::{Coordinate, Spectrum};

#[cfg(test)]
mod tests;

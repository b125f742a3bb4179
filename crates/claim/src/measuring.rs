//! What populations are measured by, for any claim.

pub mod assignment;
pub mod batch_norm;
pub mod budget;
pub mod calibration;
pub mod choices;
pub mod covariance;
pub mod detection;
pub mod equilibrium;
pub mod folds;
pub mod held_losses;
pub mod image_quality;
pub mod least_squares;
pub mod linear;
pub mod moments;
pub mod norms;
pub mod optima;
pub mod perceptron;
pub mod planes;
pub mod ridge;
pub mod ridge_choice;
pub mod robustness;
pub mod screening;
pub mod small;
pub mod sparsity;
pub mod training_sets;
pub mod trials;

//! What populations are measured by, for any claim.

pub mod assignment;
pub mod batch_norm;
pub mod calibration;
pub mod choices;
pub mod detection;
pub mod energy;
pub mod folds;
pub mod image_quality;
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

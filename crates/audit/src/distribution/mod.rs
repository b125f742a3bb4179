//! The distributions that tests and intervals need, to about 13 digits.

mod beta;
mod gamma;
mod kolmogorov;
mod normal;
mod root;
mod student_t;

pub use beta::{beta_cdf, beta_quantile};
pub use kolmogorov::kolmogorov_upper_tail;
pub use normal::{normal_cdf, normal_quantile, normal_upper_tail};
pub use student_t::{student_t_cdf, student_t_quantile, student_t_upper_tail};

pub(crate) use root::rising_root;

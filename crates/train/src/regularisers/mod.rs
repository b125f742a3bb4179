//! What keeps weights and outputs small, a file each.

pub(crate) mod confidence;
pub(crate) mod constraint;
pub(crate) mod gradients;
pub(crate) mod jacobian;
pub(crate) mod noise;
pub(crate) mod strengths;

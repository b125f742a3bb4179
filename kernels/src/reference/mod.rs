//! Every operation in Burn's own: the body of each backend that has none of its own, and what the others are tested against.

pub mod gather;
pub mod linear;
pub mod loss;
pub mod norm;
pub mod random;
pub mod smooth;
pub mod update;

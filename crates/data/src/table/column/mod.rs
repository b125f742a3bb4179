//! One column from its cells: what it is, and its values.

pub(crate) mod builder;
pub(crate) mod labels;
pub(crate) mod tally;

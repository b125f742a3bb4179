//! Pictures that are hard to lay out, and what holds for every picture.

pub(crate) mod boxes;
pub(crate) mod checks;
pub(crate) mod hard;

//! The basis, fields and fits against differences, sums and limits; the verdict in worlds in which the claim is right, wrong, and
//! right in part.

mod mathematics;
mod verdict;

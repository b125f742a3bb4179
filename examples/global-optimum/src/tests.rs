//! The mathematics against closed forms and differences, and the verdict on worlds in which the claim is right, wrong and right in
//! part.

mod mathematics;
mod verdict;

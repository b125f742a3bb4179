//! The mathematics against closed forms, numpy and scikit-image, and the verdict on worlds in which the claim is right, wrong and
//! right in part.

mod golden;
mod mathematics;
mod verdict;

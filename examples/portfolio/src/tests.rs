//! Golden values, identities, no look-ahead, and the verdict on made-up measurements.

mod golden;
mod mathematics;
mod past;
mod verdict;

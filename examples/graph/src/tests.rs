//! The mathematics that the claim stands on, and its verdict on made-up worlds.

mod mathematics;
mod verdict;

//! Filters and borders against what is known of them; the verdict on made-up and on published numbers.

mod mathematics;
mod verdict;

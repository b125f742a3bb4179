//! Where the expected gradient of a bandit's policy vanishes.

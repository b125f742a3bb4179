//! Worlds, gradients, updates and rest against what others say of them, and the verdict on made-up worlds.

mod gradients;
mod learning;
mod rest;
mod verdict;
mod worlds;

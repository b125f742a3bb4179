//! Every reader as a function of bytes.
//!
//! A [`Target`] writes bytes to where its reader looks for them and reads. What is no file of its kind must be an error: a panic, an
//! abort or memory without bound is a finding. `tests/smoke.rs` runs each target over its seeds and a fixed number of mutations on
//! stable; `libfuzzer` has a target of `cargo fuzz` for each.

#![forbid(unsafe_code)]

mod checkpoint;
mod mutation;
mod seal;
mod seeds;
mod targets;

pub use mutation::Mutations;
pub use targets::{TARGETS, Target};

/// Runs the target of this name once, as a fuzzer does.
///
/// Panics if there is no such target, or if its reader does.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.unwrap_or_else(|| panic!("no target is called {name}"));
    target.read((target.repair)(bytes.to_vec()));
}

//! The target whose name is that of the binary.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| decay_fuzz::run(env!("CARGO_BIN_NAME"), bytes));

//! Tests of the shift crate through its public interface.

mod golden_images;
mod properties;

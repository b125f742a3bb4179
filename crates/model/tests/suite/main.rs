//! Tests of networks through the public interface.

mod cnn;
mod maps;

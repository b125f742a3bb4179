//! Tests of networks through the public interface.

mod cnn;
mod encoding;
mod maps;

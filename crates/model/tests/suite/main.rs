//! Tests of networks through the public interface.

mod blocks;
mod categories;
mod cnn;
mod encoding;
mod maps;
mod perceptron;

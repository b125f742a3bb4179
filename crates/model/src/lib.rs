//! Networks as populations: every parameter has a leading member axis.

//! Fused tensor operations over a population of models; the only place that names backends.

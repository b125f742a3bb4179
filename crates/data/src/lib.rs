//! Readers, embedded data sets, splits and preprocessing fitted on training rows only.

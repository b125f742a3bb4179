//! One file per command.

pub(crate) mod audit;
pub(crate) mod compare;
pub(crate) mod data;
pub(crate) mod devices;
pub(crate) mod predict;
pub(crate) mod report;
pub(crate) mod run;

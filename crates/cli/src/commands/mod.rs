//! One file per command.

pub(crate) mod audit;
pub(crate) mod compare;
pub(crate) mod data;
pub(crate) mod devices;
pub(crate) mod help;
pub(crate) mod predict;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod show;
pub(crate) mod watch;

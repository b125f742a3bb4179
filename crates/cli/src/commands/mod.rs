//! One file per command.

pub(crate) mod audit;
mod audit_logits;
mod audit_page;
pub(crate) mod compare;
mod compatibility;
mod conclusion;
pub(crate) mod data;
pub(crate) mod devices;
pub(crate) mod fit;
pub(crate) mod predict;
pub(crate) mod report;
mod run;
pub(crate) mod tune;

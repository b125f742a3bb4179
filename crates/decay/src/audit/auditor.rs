//! What every part of an audit needs to know.

use decay_data::Schema;
use decay_train::Samples;

use crate::data::Outliers;
use crate::device::Machine;
use crate::event::Observer;
use crate::settings::AuditSettings;
use crate::targets::TargetModels;

/// Models, what they are measured against and with, and who is told.
pub(crate) struct Auditor<'a> {
    pub(crate) targets: TargetModels<'a>,
    pub(crate) schema: &'a Schema,
    /// Far ones first.
    pub(crate) outliers: &'a [Outliers],
    pub(crate) settings: &'a AuditSettings,
    pub(crate) machine: &'a Machine,
    pub(crate) observe: Observer<'a>,
}

/// Rows with what is known of them.
#[derive(Clone, Copy)]
pub(super) struct Labelled<'a> {
    pub(super) samples: Samples<'a>,
    pub(super) rows: &'a [usize],
    pub(super) labels: &'a [usize],
}

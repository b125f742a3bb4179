//! Learning curves of several models at one setting.

use super::document::Document;
use crate::figures;
use crate::records::Training;

pub(super) fn write(document: &mut Document, training: &Training) {
    let Some(panel) = figures::training_curves(training) else {
        return;
    };
    document.open_section("Training");
    let caption = if training.note.is_empty() {
        format!("{} by epoch, one line per model.", training.metric.name)
    } else {
        training.note.clone()
    };
    document.figure(vec![panel], &caption);
    document.close_section();
}

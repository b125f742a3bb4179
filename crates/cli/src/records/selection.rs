//! The file `selection.json`.

use decay_audit::CurveShape;
use decay_report::{ReportError, Selection, Sweep};
use serde::Serialize;

use crate::pipeline::Choice;

#[derive(Serialize)]
struct SelectionFile<'a> {
    #[serde(flatten)]
    selection: Selection,
    /// Rates that were left out because a member diverged.
    excluded: &'a [f64],
    /// Fitted on out-of-fold predictions at the chosen rate.
    temperature: Option<f64>,
    /// Whether the validation curve is U-shaped, by a test.
    shape: Option<&'a CurveShape>,
    shape_in_words: Option<String>,
}

/// The bytes of `selection.json`.
pub(crate) fn selection_file(
    sweep: &Sweep,
    choice: &Choice,
    temperature: Option<f64>,
) -> Result<Vec<u8>, ReportError> {
    let file = SelectionFile {
        selection: sweep.into(),
        excluded: &choice.excluded,
        temperature,
        shape: choice.shape.as_ref(),
        shape_in_words: choice.shape.as_ref().map(CurveShape::sentence),
    };
    decay_report::to_json("selection.json", &file)
}

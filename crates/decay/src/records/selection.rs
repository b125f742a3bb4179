//! The file `selection.json`.

use std::collections::BTreeMap;

use decay_audit::{CurveShape, NestedChoice};
use decay_report::{LearningCurve, ReportError, Selection, Surface};
use decay_train::{Hyper, RowsAlone};
use serde::Serialize;

use super::noun;
use crate::experiment::{Networks, Refits, Swept};

#[derive(Serialize)]
struct SelectionFile<'a> {
    #[serde(flatten)]
    selection: Selection,
    /// The decay rate on the first fold and every swept hyper-parameter.
    setting: BTreeMap<&'static str, f64>,
    /// What the rule could not do with this hyper-parameter.
    note: Option<&'static str>,
    /// Values that were left out because a member diverged.
    excluded: &'a [f64],
    /// Fitted on out-of-fold predictions at the chosen setting.
    temperature: Option<f64>,
    /// The best mean, and the mean where each fold is read at the setting that the other folds choose.
    nested: &'a NestedChoice,
    /// Whether the validation curve is U-shaped, by a test.
    shape: Option<&'a CurveShape>,
    shape_in_words: Option<String>,
    refits: RefitRecord,
    /// Rates that rules without validation rows choose, of a linear regression that is solved.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows_alone: Option<RowsAlone>,
    /// All of a sweep of two hyper-parameters.
    surface: Option<&'a Surface>,
    /// The chosen setting on parts of the training rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    learning_curve: Option<&'a LearningCurve>,
    /// What was compared of several networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    networks: Option<&'a Networks>,
}

/// The decay of the models trained on all training rows.
#[derive(Serialize)]
struct RefitRecord {
    rate: f64,
    half_life_epochs: Option<f64>,
    tau_epochs: Option<f64>,
    /// `None` where models are solved.
    steps_per_epoch: Option<u32>,
    /// Of the first fold, for which the rate was chosen.
    steps_per_epoch_of_choice: Option<u32>,
    /// Why the rate is not the chosen one, if it is not.
    change: Option<String>,
}

/// The bytes of `selection.json`.
pub(crate) fn selection_file(
    swept: &Swept,
    temperature: Option<f64>,
    refits: &Refits,
) -> Result<Vec<u8>, ReportError> {
    let (decision, validated) = (&swept.decision, &swept.validated);
    let hyper = validated.plan.axes[0].hyper;
    let rate = (Hyper::Decay.key(), validated.rate(decision.chosen));
    let values = validated.plan.values(decision.chosen).into_iter();
    let [half_life_epochs, tau_epochs] = refits.times();
    let file = SelectionFile {
        selection: (&swept.curve).into(),
        setting: [rate]
            .into_iter()
            .chain(values.map(|(hyper, value)| (hyper.key(), value)))
            .collect(),
        note: decision.without_order.then_some(super::NO_ORDER),
        excluded: &decision.excluded,
        temperature,
        nested: &decision.nested,
        shape: decision.shape.as_ref(),
        shape_in_words: decision
            .shape
            .as_ref()
            .map(|shape| shape.sentence_about(noun(hyper))),
        refits: RefitRecord {
            rate: refits.rate(),
            half_life_epochs,
            tau_epochs,
            steps_per_epoch: (!refits.exact).then_some(refits.steps),
            steps_per_epoch_of_choice: (!refits.exact).then_some(refits.asked.1),
            change: refits.change(),
        },
        rows_alone: refits.alone(),
        surface: swept.surface.as_ref(),
        learning_curve: swept.learning_curve(),
        networks: swept.networks.as_ref(),
    };
    decay_report::to_json("selection.json", &file)
}

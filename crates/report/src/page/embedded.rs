//! The JSON that the script reads: the settings of the sweep and what each panel shows at the pointer.

use serde_json::{Value, json};

use super::document::Document;
use crate::figures::settings;
use crate::records::Report;

/// The record as text. `serde_json::Value` writes numbers that are not finite as `null`.
pub(super) fn json(report: &Report, document: &Document) -> String {
    let panels: Vec<Value> = document
        .hovers
        .iter()
        .map(|(id, hover)| hover.to_json(id))
        .collect();
    let sweep = report
        .sweep
        .as_ref()
        .filter(|sweep| !sweep.points.is_empty());
    let sweep = sweep.map(|sweep| {
        let rates: Vec<f64> = sweep.points.iter().map(|point| point.rate).collect();
        json!({
            "chosen": sweep.chosen,
            "best": sweep.best,
            "rates": rates,
            "settings": settings(sweep),
        })
    });
    json!({"sweep": sweep, "panels": panels}).to_string()
}

//! Figures of the table by their names.

use decay_audit::{Logits, Metric, MetricTask};

/// A classifier's figure, every row counted once.
pub(crate) fn figure(key: &str, logits: &Logits<'_>, labels: &[usize]) -> f64 {
    let metric = Metric::named(key).unwrap_or_else(|| panic!("no metric {key}"));
    metric.of_classes(logits, labels, None).unwrap()
}

/// The row of a regression's figure.
pub(crate) fn of_regression(key: &str) -> &'static Metric {
    let mut rows = Metric::of_task(MetricTask::Regression);
    rows.find(|metric| metric.key == key)
        .unwrap_or_else(|| panic!("no metric {key}"))
}

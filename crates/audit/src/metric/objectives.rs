//! Names of the metrics that may choose a setting, each once: some figures of several kinds of data have one name.

use super::Metric;

/// Names of the rows that may choose a setting.
pub(super) const OBJECTIVES: [&str; count()] = {
    let (mut keys, mut metric, mut found) = ([""; count()], 0, 0);
    while metric < Metric::ALL.len() {
        if Metric::ALL[metric].objective && is_first(metric) {
            keys[found] = Metric::ALL[metric].key;
            found += 1;
        }
        metric += 1;
    }
    keys
};

/// How many names of rows may choose a setting.
const fn count() -> usize {
    let (mut metric, mut found) = (0, 0);
    while metric < Metric::ALL.len() {
        found += (Metric::ALL[metric].objective && is_first(metric)) as usize;
        metric += 1;
    }
    found
}

/// Whether no objective before a row has its name: some figures are of several kinds of data.
const fn is_first(metric: usize) -> bool {
    let mut other = 0;
    while other < metric {
        if Metric::ALL[other].objective && same(Metric::ALL[other].key, Metric::ALL[metric].key) {
            return false;
        }
        other += 1;
    }
    true
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

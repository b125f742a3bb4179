//! What the best of several means is worth.

use decay_audit::NestedChoice;
use decay_report::Sweep;
use decay_report::text::number;

use crate::experiment::Decision;

/// What the best of several means flatters itself by; nothing where there is one.
pub(super) fn optimism(sweep: &Sweep, choice: &Decision, settings: usize) -> String {
    let tried = settings - choice.lost;
    if tried < 2 {
        return String::new();
    }
    let NestedChoice { lowest, nested } = choice.nested;
    let (metric, best) = (&sweep.metric.name, sweep.metric.best());
    let seen = format!("of {tried} means is {}", number(lowest));
    if lowest == nested {
        return format!(
            " The {best} {seen}; each fold would be read at the same value if the other folds chose it."
        );
    }
    format!(
        " The {best} {seen}, which flatters itself: where each fold is read at what the other folds choose, the {metric} is {}.",
        number(nested)
    )
}

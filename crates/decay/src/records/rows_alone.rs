//! What rules without validation rows choose, beside cross-validation.

use decay_report::text::{number, short};
use decay_report::{Finding, Sweep};
use decay_train::{Hyper, RowsAlone};

/// The rates of all rules, and what cross-validation found near them; nothing of a sweep of something else.
pub(super) fn rows_alone(sweep: &Sweep, hyper: Hyper, alone: RowsAlone) -> Option<Finding> {
    if hyper != Hyper::Decay || sweep.points.is_empty() {
        return None;
    }
    let chosen = &sweep.points[sweep.chosen];
    let rules = [
        ("leave-one-out", Some(alone.leave_one_out)),
        ("generalised cross-validation", Some(alone.generalised)),
        ("the evidence", alone.evidence),
        ("the L-curve", Some(alone.l_curve)),
    ];
    let rules = || {
        rules
            .iter()
            .filter_map(|(name, rate)| Some((name, (*rate)?)))
    };
    let rates: Vec<String> = rules()
        .map(|(name, rate)| format!("{} by {name}", short(rate)))
        .collect();
    let losses: Vec<String> = rules()
        .map(|(name, rate)| {
            let near = nearest(sweep, rate);
            let mean = number(sweep.points[near].validation.mean);
            format!("{mean} at {} ({name})", short(sweep.points[near].rate))
        })
        .collect();
    Some(Finding {
        headline: format!(
            "Without validation rows the rate would be {}.",
            rates.join(", ")
        ),
        detail: format!(
            "Cross-validation chose {}, with a mean validation {} of {} ± {}; at the rates it tried that are nearest to the others it is {}. \
             The evidence and the L-curve know nothing of prediction: they ask what prior, and what balance of fit and size, suits the rows.",
            short(chosen.rate),
            sweep.metric.name,
            number(chosen.validation.mean),
            number(chosen.validation.se),
            losses.join(", ")
        ),
    })
}

/// The point whose rate is nearest in its logarithm; one of rate 0 only if there is no other.
fn nearest(sweep: &Sweep, rate: f64) -> usize {
    let far = |place: &usize| (sweep.points[*place].rate / rate).ln().abs();
    let places = 0..sweep.points.len();
    places.min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use decay_train::{Hyper, RowsAlone};

    use super::rows_alone;
    use crate::records::made::{point, sweep};

    const ALONE: RowsAlone = RowsAlone {
        leave_one_out: 0.012,
        generalised: 0.09,
        l_curve: 5.0,
        evidence: None,
    };

    #[test]
    fn each_rule_stands_beside_the_loss_at_the_nearest_rate_that_was_tried() {
        let losses = [(0.0, 9.0), (0.01, 4.0), (0.1, 3.0), (1.0, 7.0)];
        let points = losses.map(|(rate, loss)| point(rate, |_| loss)).into();
        let mut sweep = sweep(points);
        sweep.chosen = 2;
        let found = rows_alone(&sweep, Hyper::Decay, ALONE).unwrap();
        assert!(
            found
                .headline
                .contains("0.012 by leave-one-out, 0.09 by generalised"),
            "{}",
            found.headline
        );
        assert!(!found.headline.contains("evidence"), "{}", found.headline);
        let at = [
            "4.000 at 0.01 (leave-one-out)",
            "3.000 at 0.1 (generalised",
            "7.000 at 1 (the L-curve)",
        ];
        for at in at {
            assert!(found.detail.contains(at), "{at}: {}", found.detail);
        }
        assert!(rows_alone(&sweep, Hyper::L1, ALONE).is_none());
    }
}

//! The verdict on worlds in which small weights can be read, in which they cannot, and on what was published.

use std::path::Path;

use decay_audit::trend::{Side, Support};
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict};

use crate::notes::{BOTH, CHANNELS, KERNEL, UNITS};
use crate::{
    ACCURACY, AGREEMENT, AREA, CLOTHES, DELETED, DIGITS, FEATURES, INSERTED, Interpretability, L1,
    L2, LEARNED, LOSS, MAP, MEASURES, MOSAIC, NET, PENALTIES, RANDOM, SCALE, SMALL_START, SPECTRUM,
    STUDIES, TABLE, TRUTH, UNTRAINED, ZEROS, shown, strengths,
};

/// Which way a figure goes with a penalty: 1 as claimed, -1 the opposite.
type Way = fn(&str) -> f64;

/// Place of a strength, a penalty's weakest first.
fn place(penalty: &str, strength: f64) -> f64 {
    let all = strengths(penalty);
    all.iter().take_while(|&&own| own < strength).count() as f64
}

/// A figure is readable the more the stronger the penalty, and L1 has a little more of it.
fn of_measures(way: Way, all: &mut Measurements) {
    for measure in &MEASURES {
        let side = match measure.claimed {
            Side::Above => 1.0,
            Side::Below => -1.0,
        };
        let step = side * way(measure.metric);
        for study in measure.studies {
            for penalty in PENALTIES {
                let more = f64::from(u8::from(penalty == L1));
                let figure = |rate| {
                    let place = place(penalty, rate);
                    2.0 + step * (0.1 * place + 0.05 * more * place.min(1.0))
                };
                let rates = strengths(penalty);
                all.make_up(study, penalty, measure.metric, &rates, 1e-3, figure);
            }
            let smaller = |_| 2.0 + 0.3 * step;
            all.make_up(study, SMALL_START, measure.metric, &[0.0], 1e-3, smaller);
        }
    }
    for study in [TABLE, DIGITS] {
        let start = |_| 2.0 - 0.3 * way(TRUTH);
        all.make_up(study, UNTRAINED, TRUTH, &[0.0], 1e-3, start);
    }
}

/// Losses are lowest at the fifth strength, and never as high as without a penalty.
fn of_penalties(way: Way, all: &mut Measurements) {
    for study in STUDIES {
        for penalty in PENALTIES {
            let rates = strengths(penalty);
            let loss = |rate| 1.0 + (place(penalty, rate) - 4.0).powi(2);
            all.make_up(study, penalty, LOSS, &rates, 1e-3, loss);
            all.make_up(study, penalty, ACCURACY, &rates, 1e-3, |_| 0.8);
            all.make_up(study, penalty, ZEROS, &rates, 1e-3, |rate| rate);
        }
        for (metric, step) in [(AREA, 0.02), (SCALE, 0.01), (LEARNED, 0.01)] {
            let figure = |rate| 0.5 - step * way(metric) * place(L2, rate);
            all.make_up(study, L2, metric, &strengths(L2), 1e-3, figure);
        }
    }
}

fn of_pictures(all: &mut Measurements) {
    for study in STUDIES {
        for penalty in [L1, L2] {
            for metric in [SPECTRUM, DELETED, INSERTED, RANDOM] {
                let figure = |_, at| 0.1 + at;
                let (rates, places) = (shown(penalty), [0.0, 0.5, 1.0]);
                all.make_up_along(study, penalty, metric, &rates, &places, figure);
            }
        }
    }
    for (study, metric, [width, columns]) in [
        (DIGITS, MOSAIC, [16, UNITS]),
        (DIGITS, MAP, [16, BOTH]),
        (CLOTHES, MOSAIC, [KERNEL, CHANNELS]),
        (CLOTHES, MAP, [14, BOTH]),
        (CLOTHES, FEATURES, [14, CHANNELS]),
    ] {
        let across = columns * (width + 1) - 1;
        let pixels: Vec<f64> = (0..2 * across).map(|pixel| pixel as f64).collect();
        for penalty in PENALTIES {
            all.make_up_along(study, penalty, metric, &shown(penalty), &pixels, |_, _| 0.5);
        }
    }
}

fn measured(way: Way) -> Measurements {
    let mut all = Measurements::default();
    of_measures(way, &mut all);
    of_penalties(way, &mut all);
    of_pictures(&mut all);
    all
}

fn judged(way: Way) -> Judgement {
    Interpretability.judge(&measured(way)).unwrap()
}

#[test]
fn what_the_claim_says_supports_every_part() {
    let judgement = judged(|_| 1.0);
    let parts = judgement.parts.len();
    assert_eq!(judgement.count(Support::Supported), parts, "{judgement:#?}");
    assert_eq!((parts, judgement.verdict), (134, Verdict::Holds));
}

#[test]
fn the_opposite_contradicts_every_part() {
    let judgement = judged(|_| -1.0);
    let against = judgement.count(Support::Contradicted);
    assert_eq!(against, judgement.parts.len(), "{judgement:#?}");
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
}

/// Where the loss of every strength is above that without a penalty, nothing is for free, and nothing is said of it.
#[test]
fn a_penalty_that_always_costs_is_compared_with_itself() {
    let mut all = measured(|_| 1.0);
    for row in &mut all.rows {
        if row.metric == LOSS && row.series == L2 && row.rate > 0.0 {
            row.value += 100.0;
        }
    }
    let judgement = Interpretability.judge(&all).unwrap();
    let free = |part: &&decay_claim::Part| part.statement.contains("as much L2");
    let free: Vec<_> = judgement.parts.iter().filter(free).collect();
    assert!(free.len() == 9 && free.iter().all(|part| part.effect.estimate.mean == 0.0));
    assert!(free.iter().all(|part| part.support == Support::Undecided));
}

#[test]
fn what_is_read_is_judged_apart() {
    let judgement = judged(|metric| if metric == AGREEMENT { -1.0 } else { 1.0 });
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let against = judgement.parts.iter();
    let against: Vec<&str> = against
        .filter(|part| part.support == Support::Contradicted)
        .map(|part| part.statement.as_str())
        .collect();
    assert_eq!(against.len(), 9 + 6 + 3 + 9 + 3, "{against:?}");
    assert!(against.iter().all(|said| said.contains("agrees more")));
}

/// Networks that lose their accuracy do not count for a trend.
#[test]
fn trends_end_where_accuracy_does() {
    let mut all = measured(|_| 1.0);
    for row in &mut all.rows {
        let beyond = row.rate > strengths(NET)[4] && row.series == NET;
        match row.metric.as_str() {
            ACCURACY if beyond => row.value = 0.5,
            TRUTH if beyond => row.value = 0.0,
            _ => (),
        }
    }
    let judgement = Interpretability.judge(&all).unwrap();
    let parts = judgement.parts.len();
    assert_eq!(judgement.count(Support::Supported), parts);
}

#[test]
fn every_picture_is_drawn_of_the_numbers_alone() {
    let drawings = Interpretability.draw(&measured(|_| 1.0)).unwrap();
    let panels = drawings.iter().map(|drawing| drawing.picture.panels.len());
    assert_eq!(panels.collect::<Vec<_>>(), [9, 9, 15, 6, 9, 9, 9, 9, 9]);
    let mut lacking = measured(|_| 1.0);
    lacking.rows.retain(|row| row.metric != AGREEMENT);
    assert!(Interpretability.draw(&lacking).is_err() && Interpretability.judge(&lacking).is_err());
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Interpretability, &results).unwrap();
}

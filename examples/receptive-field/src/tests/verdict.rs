//! The verdict on worlds in which the claim is right, wrong, and right in part, and on what was published.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, round_rates};

use crate::filters::PIXELS;
use crate::{
    BLACK, BORDERS, EQUAL, FILTERS, GROWTH, GROWTHS, IDLE, LEARNED, LIBRARY, MAPPED,
    MAPS_OF_FILTERS, MAPS_OF_NETWORKS, NETWORKS, NOISY, ReceptiveField, SHUFFLED, SLOPES, WEIGHTS,
    WORLDS, figure, map_of, study_of,
};

/// Figures as functions of the rate.
struct Figures {
    /// Entropies and radii of linear filters where the centre carries the information.
    filters: fn(f64) -> f64,
    /// Where noise grows towards the border.
    noisy: fn(f64) -> f64,
    /// Where no pixel is better.
    equal: fn(f64) -> f64,
    /// Change of entropy over the growth of the noise.
    change: fn(f64) -> f64,
    /// Relative distances of what is said to be the same.
    far: f64,
    /// Of the receptive fields of networks.
    fields: fn(f64) -> f64,
    /// Of their weights.
    weights: fn(f64) -> f64,
}

fn falling(rate: f64) -> f64 {
    0.5 + 0.4 / (1.0 + rate)
}

fn rising(rate: f64) -> f64 {
    0.9 - 0.4 / (1.0 + rate)
}

const CLAIMED: Figures = Figures {
    filters: falling,
    noisy: falling,
    equal: rising,
    change: |growth| 0.1 * growth.ln(),
    far: 1e-6,
    fields: falling,
    weights: falling,
};

const WRONG: Figures = Figures {
    filters: rising,
    noisy: rising,
    equal: falling,
    change: |growth| 0.05 - 0.1 * growth.ln(),
    far: 0.1,
    fields: rising,
    weights: rising,
};

/// Networks learn up to a rate of 1; what lies beyond is no map of anything, and goes the other way.
fn with_collapse(rate: f64, before: fn(f64) -> f64) -> f64 {
    if rate > 1.0 {
        10.0 - 9.0 * before(rate)
    } else {
        before(rate)
    }
}

fn of_filters(all: &mut Measurements, world: &Figures) {
    let rates = round_rates(0.01, 100.0);
    for series in WORLDS {
        let entropy = match series {
            NOISY => world.noisy,
            EQUAL => world.equal,
            _ => world.filters,
        };
        for metric in [figure("entropy", WEIGHTS), figure("radius", WEIGHTS)] {
            all.make_up(FILTERS, series, &metric, &rates, 1e-3, entropy);
        }
        all.make_up(
            FILTERS,
            series,
            "entropy by the formula",
            &rates,
            0.0,
            entropy,
        );
        all.make_up(LIBRARY, series, "distance", &[0.1, 1.0], 0.1, |_| world.far);
    }
    for series in MAPPED {
        let pixels: Vec<f64> = (0..PIXELS).map(|pixel| pixel as f64).collect();
        let (metric, even) = (map_of(WEIGHTS), |_, _| 1.0 / PIXELS as f64);
        all.make_up_along(FILTERS, series, &metric, &MAPS_OF_FILTERS, &pixels, even);
    }
    for metric in ["change", "by the formula"] {
        all.make_up(GROWTHS, "", metric, &GROWTH, 1e-3, world.change);
    }
}

fn of_networks(all: &mut Measurements, world: &Figures) {
    let rates = round_rates(0.1, 10.0);
    let pixels: Vec<f64> = (0..196).map(f64::from).collect();
    for network in NETWORKS {
        for border in BORDERS {
            let study = study_of(network, border);
            let right = |rate: f64| if rate > 1.0 { 0.3 } else { 0.8 };
            all.make_up(&study, "", "accuracy", &rates, 1e-3, right);
            for (of, figures) in [
                (SLOPES, world.fields),
                (WEIGHTS, world.weights),
                (LEARNED, world.weights),
            ] {
                for name in ["entropy", "radius"] {
                    let found = |rate| with_collapse(rate, figures);
                    all.make_up(&study, "", &figure(name, of), &rates, 1e-3, found);
                }
                let shares = |_, _| 1.0 / 196.0;
                if border == SHUFFLED {
                    all.make_up_along(&study, "", &map_of(of), &MAPS_OF_NETWORKS, &pixels, shares);
                }
            }
        }
    }
    let study = study_of(NETWORKS[0], BLACK);
    all.make_up(&study, "", "from decay alone", &rates, 0.1, |_| world.far);
}

fn measured(world: &Figures) -> Measurements {
    let mut all = Measurements::default();
    of_filters(&mut all, world);
    of_networks(&mut all, world);
    all
}

fn judged(world: &Figures) -> Judgement {
    ReceptiveField.judge(&measured(world)).unwrap()
}

#[test]
fn what_the_claim_says_supports_every_part() {
    let judgement = judged(&CLAIMED);
    let parts = judgement.parts.len();
    assert_eq!(judgement.count(Support::Supported), parts, "{judgement:#?}");
    assert_eq!((parts, judgement.verdict), (36, Verdict::Holds));
}

#[test]
fn the_opposite_contradicts_every_part() {
    let judgement = judged(&WRONG);
    let parts = judgement.parts.len();
    assert_eq!(
        judgement.count(Support::Contradicted),
        parts,
        "{judgement:#?}"
    );
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
}

/// As theory has it: where noise grows towards the border entropy rises, and all else is as claimed.
#[test]
fn noise_that_grows_is_held_against_the_claim_and_nothing_else_is() {
    let judgement = judged(&Figures {
        noisy: rising,
        ..CLAIMED
    });
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let against = judgement
        .parts
        .iter()
        .filter(|part| part.support == Support::Contradicted);
    let against: Vec<&str> = against.map(|part| part.statement.as_str()).collect();
    assert_eq!(against.len(), 2, "{against:?}");
    assert!(against.iter().all(|said| said.contains("noise grows")));
}

/// A first layer that concentrates does not make a receptive field.
#[test]
fn weights_and_receptive_fields_are_judged_apart() {
    let judgement = judged(&Figures {
        fields: rising,
        ..CLAIMED
    });
    let against = judgement
        .parts
        .iter()
        .filter(|part| part.support == Support::Contradicted);
    let against: Vec<&str> = against.map(|part| part.statement.as_str()).collect();
    assert_eq!(against.len(), 10, "{against:?}");
    assert!(against.iter().all(|said| said.contains("receptive field")));
}

#[test]
fn every_picture_is_drawn_of_the_numbers_alone() {
    let drawings = ReceptiveField.draw(&measured(&CLAIMED)).unwrap();
    let panels = drawings.iter().map(|drawing| drawing.picture.panels.len());
    assert_eq!(panels.collect::<Vec<_>>(), [6, 6, 9, 9]);
    let lacking = {
        let mut all = measured(&CLAIMED);
        all.rows
            .retain(|row| row.study != FILTERS || row.series != IDLE);
        all
    };
    assert!(ReceptiveField.draw(&lacking).is_err() && ReceptiveField.judge(&lacking).is_err());
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&ReceptiveField, &results).unwrap();
}

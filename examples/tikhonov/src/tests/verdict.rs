//! The verdict on worlds in which the claim is right, wrong, and right in part, and on what was published.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict, rates};

use crate::blur::Blur;
use crate::fourier::Penalty;
use crate::{
    ENDS, IDENTITIES, LIBRARY, NOISELESS, NOISES, OFF, PHOTOGRAPHS, PRIOR, PRODUCT, RULES, SHOWN,
    STOPPED, Tikhonov, WAYS, over_rates, photograph_and_blur,
};

/// Figures of a world.
struct World {
    /// Of every way to the same picture, relative.
    far: f64,
    /// Decades from `σ²/τ²` to the best rate.
    decades: f64,
    /// What every rule loses, in dB.
    lost: f64,
    /// What a penalised gradient gains, in dB.
    gain: f64,
    /// PSNR without noise over the rate.
    exact: fn(f64) -> f64,
    /// PSNR of what is rounded.
    rounded: fn(f64) -> f64,
}

fn bent(rate: f64) -> f64 {
    30.0 - (rate.max(1e-9).log10() + 4.0).powi(2)
}

/// Everything is a ridge, and the prior is right.
const CLAIMED: World = World {
    far: 1e-13,
    decades: 0.01,
    lost: 0.1,
    gain: 3.0,
    exact: |rate| 40.0 - 10.0 * (rate + 1e-9).log10(),
    rounded: bent,
};

/// Nothing is.
const WRONG: World = World {
    far: 0.5,
    decades: 1.5,
    lost: 2.0,
    gain: -3.0,
    exact: |rate| 40.0 + 10.0 * (rate + 1e-9).log10(),
    rounded: |rate| 40.0 + 10.0 * (rate + 1e-9).log10(),
};

fn small(all: &mut Measurements, world: &World) {
    for metric in IDENTITIES.1 {
        all.make_up(IDENTITIES.0, "", metric, &[0.1, 1.0], 1e-2, |_| world.far);
    }
    for (series, ..) in WAYS {
        for metric in ["distance", ENDS[0]] {
            all.make_up(LIBRARY, series, metric, &[0.1, 1.0], 1e-2, |_| world.far);
        }
    }
    for (study, metrics) in [(STOPPED, &ENDS[..2]), (PRODUCT, &ENDS[..])] {
        for metric in metrics {
            all.make_up(study, "", metric, &[1.0, 2.0, 4.0], 1e-2, |rate| {
                world.far * (1.0 + rate)
            });
        }
    }
    for (series, psnr) in NOISELESS.1.into_iter().zip([world.exact, world.rounded]) {
        all.make_up(
            NOISELESS.0,
            series,
            "PSNR",
            &rates(1e-8, 1.0, 9),
            1e-4,
            psnr,
        );
    }
}

fn measured(world: &World) -> Measurements {
    let mut all = Measurements::default();
    small(&mut all, world);
    let mut note = |study: &str, series: &str, metric: &str, value: f64| {
        all.make_up(study, series, metric, &NOISES, 1e-2, |_| value);
    };
    note(PRIOR, "", OFF[1], world.decades);
    note(SHOWN, "", "seed", 0.0);
    for photograph in PHOTOGRAPHS {
        for (blur, _) in Blur::ALL {
            let study = photograph_and_blur(photograph, blur);
            for (series, penalty) in Penalty::ALL {
                let gain = if penalty == Penalty::Identity {
                    0.0
                } else {
                    world.gain
                };
                note(&study, series, "PSNR", 30.0 + gain);
                note(&study, series, "gain", 2.0 + gain);
                note(&study, series, OFF[1], world.decades);
                for rule in RULES {
                    note(&study, series, rule, world.lost);
                }
                for metric in ["PSNR", "SSIM"] {
                    note(&over_rates(&study), series, metric, 1.0);
                }
            }
        }
    }
    all
}

fn judged(world: &World) -> Judgement {
    Tikhonov.judge(&measured(world)).unwrap()
}

#[test]
fn a_world_as_claimed_supports_every_part() {
    let judgement = judged(&CLAIMED);
    assert_eq!(judgement.verdict, Verdict::Holds, "{judgement:#?}");
}

#[test]
fn a_world_in_which_nothing_is_a_ridge_contradicts_every_part() {
    let judgement = judged(&WRONG);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    // Plain decay gains 2 dB over the noisy picture in this world, too.
    assert_eq!(
        judgement.count(Support::Contradicted),
        judgement.parts.len() - 1,
        "{judgement:#?}"
    );
}

#[test]
fn what_is_exact_but_has_another_prior_holds_partly() {
    let world = World {
        decades: 0.8,
        lost: 1.0,
        ..CLAIMED
    };
    let judgement = judged(&world);
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    let wrong: Vec<_> = judgement
        .parts
        .iter()
        .filter(|part| part.support == Support::Contradicted)
        .collect();
    assert!(
        wrong.len() == 27 && wrong.iter().all(|part| part.statement.contains('λ')),
        "{wrong:#?}"
    );
}

#[test]
fn the_pictures_show_every_rule_and_both_photographs() {
    let drawings = Tikhonov.draw(&measured(&CLAIMED)).unwrap();
    let svg: String = drawings
        .iter()
        .map(|drawing| drawing.picture.svg())
        .collect();
    assert!(
        RULES
            .iter()
            .chain(&PHOTOGRAPHS)
            .all(|name| svg.contains(name))
    );
    assert!(svg.contains("crispEdges"));
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Tikhonov, &results).unwrap();
}

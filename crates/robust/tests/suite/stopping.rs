//! Attacks and certificates end soon after they are told to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use decay_robust::attack::{
    Apgd, Attack, Fab, MaskingSettings, Noise, Pgd, Population, Square, Threat, Trial,
};
use decay_robust::certificate::Smoothing;
use decay_robust::{RobustError, perturbed_logits, slope_energy, smoothed_radii};

use crate::members::{images, labelled};

/// Steps for hours.
const ENDLESS: usize = 100_000_000;

/// What `work` ends with when its flag is set after it has begun.
fn stopped<T: std::fmt::Debug>(
    work: impl FnOnce(&AtomicBool) -> Result<T, RobustError>,
) -> RobustError {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(50));
            stop.store(true, Ordering::Relaxed);
        });
        work(&stop).expect_err("it was told to stop")
    })
}

#[test]
fn an_attack_stops_in_the_midst_of_its_steps() {
    let members = images();
    let (x, labels) = labelled(&members, 20);
    let attacks = [
        Attack::Pgd(Pgd {
            steps: ENDLESS,
            stop_early: false,
            ..Pgd::default()
        }),
        Attack::Apgd(Apgd {
            steps: ENDLESS,
            ..Apgd::default()
        }),
        Attack::Fab(Fab {
            restarts: ENDLESS,
            ..Fab::default()
        }),
        Attack::Square(Square {
            queries: ENDLESS,
            ..Square::default()
        }),
        Attack::Noise(Noise { samples: ENDLESS }),
    ];
    // Too small to break anything, so that no attack ends for lack of rows.
    let threat = Threat {
        radius: 1e-6,
        ..Threat::default()
    };
    for attack in attacks {
        let error = stopped(|stop| {
            let trial = members.trial(&x, &labels, threat);
            let population = Population {
                stop,
                ..trial.population
            };
            Trial {
                population,
                ..trial
            }
            .attack(&attack)
        });
        assert_eq!(error, RobustError::Interrupted, "{}", attack.name());
    }
}

#[test]
fn what_is_computed_on_one_device_stops_too() {
    let members = images();
    let (x, labels) = labelled(&members, 20);
    let told = AtomicBool::new(true);
    let trial = members.trial(&x, &labels, Threat::default());
    let population = Population {
        stop: &told,
        ..trial.population
    };
    let of_one: [Result<(), RobustError>; 4] = [
        perturbed_logits(&population, &x, 0.1, 1.0).map(drop),
        slope_energy(&population, &x).map(drop),
        smoothed_radii(&population, &trial.rows, &Smoothing::default()).map(drop),
        Trial {
            population,
            ..trial
        }
        .masking(&MaskingSettings::default())
        .map(drop),
    ];
    assert_eq!(of_one, [const { Err(RobustError::Interrupted) }; 4]);
}

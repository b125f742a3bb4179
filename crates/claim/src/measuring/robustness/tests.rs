//! Distances of a linear model, which are known, and what is made of those that attacks find.

use clap::Parser;
use decay_model::Mlp;
use decay_robust::certificate::{Certificate, Hyperplanes};
use decay_train::TrainConfig;

use super::{
    ATTACKED, CERTIFIED, Distances, PROVEN, Radii, STANDING, Search, over_all_rows, radius_panels,
    standing_panel,
};
use crate::arguments::Arguments;
use crate::lab::Lab;
use crate::measurements::{MeasurementKey, Measurements};
use crate::population::Population;
use crate::study::Study;
use crate::synthetic::made_up;

#[test]
fn the_strongest_attack_counts_and_certificates_end_where_attacks_do() {
    let attacked = [[Some(0.4), None, Some(2.0)], [Some(0.3), None, Some(2.5)]];
    let attacked = attacked.map(|radii| Radii(radii.into()));
    let found = Distances::new(attacked.into(), &[0.1, 0.0, 7.0], 2.5);
    assert_eq!(found.nearest, Radii(vec![Some(0.3), None, Some(2.0)]));
    assert_eq!(found.certified, Radii(vec![Some(0.1), None, Some(2.5)]));
    assert!((found.nearest.mean() - 1.15).abs() < 1e-12);
    let shares = [0.0, 0.3, 1.9, 2.0].map(|at| found.nearest.share_beyond(at));
    assert_eq!(shares, [2.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]);
    assert_eq!(Radii(vec![None]).mean(), 0.0);
}

/// A linear model with and without decay, on different rows in each of two replicates.
fn with_linear_models(test: impl FnOnce(&Population<'_>)) {
    let lab = Lab::new(&Arguments::parse_from(["test", "--quiet"])).unwrap();
    let (rows, classes) = (60, 3);
    let x = |site: u32| {
        let noise = lab.normal(site, rows).into_iter().enumerate();
        noise.map(move |(row, noise)| f64::from((row as u32 % 3) == site) + 0.4 * noise)
    };
    let labels: Vec<usize> = (0..rows).map(|row| row % classes).collect();
    let columns = [x(0).collect(), x(1).collect()];
    let data = made_up(&columns, |rows| rows.classes(&labels)).unwrap();
    let config = TrainConfig {
        epochs: 20,
        lr: 0.05,
        batch: 10,
        ..TrainConfig::default()
    };
    let draws = lab.draws(data.rows, 2, [40, 20]);
    let linear = Mlp::hidden(vec![]);
    let study = Study::of_decay("clouds", &data, draws, linear, config, vec![0.0, 1.0]);
    test(&lab.train(study).unwrap());
}

#[test]
fn distances_of_a_linear_model_are_those_to_its_planes() {
    with_linear_models(check_distances);
}

/// Rows of replicates differ, so that a mix-up of members, rows or scales cannot agree with the exact distances.
fn check_distances(population: &Population<'_>) {
    let search = Search::with(Certificate::Linear);
    let found = population.distances(&search).unwrap();
    let members: Vec<usize> = found.iter().map(|(member, _)| *member).collect();
    let replicates = members.iter().map(|&member| population.replicate(member));
    assert_eq!(replicates.collect::<Vec<_>>(), [0, 0, 1, 1]);
    let (mut right, mut close) = (0, 0);
    for (member, distances) in found {
        let own = population.held_out(population.replicate(member));
        let planes = Hyperplanes::new(population.state(member), &own.scale);
        let rows = own.x.chunks_exact(2).zip(&own.labels).enumerate();
        for (row, (x, &label)) in rows {
            let exact = planes.margins(x, &[label]).radius;
            let Some(certified) = distances.certified.0[row] else {
                assert_eq!(exact, 0.0);
                continue;
            };
            assert!((certified - exact).abs() < 1e-6, "{certified} {exact}");
            // What falls lies behind the boundary, mostly not a step behind: an attack may go for a class that is not the nearest.
            let nearest = distances.nearest.0[row].unwrap();
            assert!(nearest >= exact - 1e-6, "{nearest} {exact}");
            assert!(
                distances
                    .attacked
                    .iter()
                    .all(|of| of.0[row] >= Some(nearest))
            );
            close += usize::from(nearest < exact + 1.1 * search.step);
            right += 1;
        }
    }
    assert!((40..80).contains(&right), "{right} of 80");
    assert!(10 * close >= 9 * right, "{close} of {right}");
}

/// Two rows, one of them wrong, at two rates and in two replicates.
#[test]
fn what_is_noted_is_what_is_drawn() {
    let (mut all, search) = (Measurements::default(), Search::default());
    for (rate, replicate) in [(0.0, 0), (0.0, 1), (1.0, 0), (1.0, 1)] {
        let radii = |radius: f64| Radii(vec![Some(radius + rate), None]);
        let attacked = vec![radii(0.9), radii(0.7), radii(0.8)];
        let key = MeasurementKey {
            study: "s",
            series: "",
            rate,
            half_life: 1.0,
            replicate,
        };
        let distances = Distances::new(attacked, &[0.2 + rate, 0.0], 2.5);
        distances.note(key, &search, &[0.5, 1.0], &mut all);
    }
    let mean = |metric: &str| all.curve("s", "", metric).unwrap().means();
    assert_eq!(search.attack_names(), ["FGSM", "PGD", "APGD"]);
    assert_eq!((mean("FGSM")[0], mean("APGD")[0]), (0.9, 0.8));
    assert_eq!(
        (mean(ATTACKED), mean(CERTIFIED)),
        (vec![0.7, 1.7], vec![0.2, 1.2])
    );
    let at = |metric: &str, radius: f64| all.curve_at("s", "", metric, radius).unwrap().means();
    assert_eq!(
        (at(STANDING, 0.5), at(STANDING, 1.0)),
        (vec![0.5, 0.5], vec![0.0, 0.5])
    );
    assert_eq!(
        (at(PROVEN, 0.5), at(PROVEN, 1.0)),
        (vec![0.0, 0.5], vec![0.0, 0.5])
    );
    assert_eq!(
        over_all_rows(&all, 0.5, "s", ATTACKED).unwrap().means(),
        [0.35, 0.85]
    );
    let standing = standing_panel(&all, "s", &[("none", 4, 0.0), ("some", 5, 1.0)]).unwrap();
    let means = |place: usize| -> Vec<f64> {
        let points = standing.series[place].points.iter();
        points.map(|point| point.mean).collect()
    };
    assert_eq!(
        (means(0), means(1)),
        (vec![0.5, 0.5, 0.0], vec![0.5, 0.0, 0.0])
    );
    assert_eq!(means(3), [0.5, 0.5, 0.5]);
    assert!(standing.series[1].dashed && !standing.series[2].dashed);
    let [right, both] = radius_panels(&all, 0.5, "s").unwrap();
    assert_eq!((right.series.len(), both.series.len()), (4, 2));
    assert_eq!(right.series[3].points[0].mean, 0.2);
}

#[test]
fn rescaled_planes_are_as_far_as_those_without_decay() {
    with_linear_models(|population| {
        let found = population.planes();
        let members: Vec<usize> = found.iter().map(|(member, _)| *member).collect();
        let rates = members.iter().map(|&member| population.key(member).rate);
        assert_eq!(rates.collect::<Vec<_>>(), [0.0, 1.0, 0.0, 1.0]);
        for pair in found.chunks_exact(2) {
            let [(_, undecayed), (_, decayed)] = pair else {
                unreachable!("pairs");
            };
            assert!((undecayed.cosine - 1.0).abs() < 1e-12);
            assert!((0.5..0.9999).contains(&decayed.cosine), "{decayed:?}");
            assert!(decayed.margins.norm < 0.9 * undecayed.margins.norm);
            for planes in [undecayed, decayed] {
                let radius = undecayed.margins.radius;
                assert!((planes.rescaled_radius / radius - 1.0).abs() < 1e-9);
            }
            assert_ne!(decayed.margins.radius, undecayed.margins.radius);
        }
        assert_ne!(found[0].1.margins, found[2].1.margins);
    });
}

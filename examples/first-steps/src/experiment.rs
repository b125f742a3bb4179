//! Both programs, right and with each mistake, on many draws of their data.

use std::f64::consts::TAU;

use decay_claim::{Lab, MeasurementKey, Measurements, Result, Study, made_up, unchanged};
use decay_model::Mlp;
use decay_train::{DecayKind, FoldRows, Optimizer, TrainConfig};

use crate::programs::{Line, Net, Points, norm, predict};
use crate::{
    CLOSE, CONVERGENCE, DECAYING, GD, HALVED, LIBRARY, LINE, LINES, NET, NETS, ONE_LAYER, RATE, SGD,
};

/// Rows of a replicate, as in the text.
const ROWS: usize = 100;
/// Of each method whose convergence is watched.
const STEPS: usize = 1 << 17;
const RATES: [f64; 7] = [0.0, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0];

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    let count = lab.pick(20, 100);
    let all = lab.each("both programs", count, |replicate| {
        let points = draw(lab, replicate, straight);
        lines(&points, replicate, &mut out);
        convergence(lab, &points, replicate, &mut out);
        nets(lab, replicate, &mut out);
        Ok(points)
    })?;
    library(lab, &all, &mut out)?;
    Ok(out)
}

fn straight(x: f64) -> f64 {
    3.0 * x + 2.0
}

fn curved(x: f64) -> f64 {
    straight(x) + (TAU * x).sin()
}

/// `x` uniform in `[0, 1)`, noise of standard deviation 0.5.
fn draw(lab: &Lab, replicate: usize, truth: fn(f64) -> f64) -> Points {
    let site = 2 * replicate as u32;
    let mut x = vec![0.0f32; ROWS];
    lab.stream(site).fill_uniform(&mut x);
    let x: Vec<f64> = x.into_iter().map(f64::from).collect();
    let noise = lab.normal(site + 1, ROWS);
    let rows = x.iter().zip(noise);
    Points {
        y: rows.map(|(&x, noise)| truth(x) + 0.5 * noise).collect(),
        x,
    }
}

/// Expected squared error on new rows, less that of the noise.
fn excess(truth: fn(f64) -> f64, model: impl Fn(f64) -> f64) -> f64 {
    const GRID: usize = 1000;
    let places = (0..GRID).map(|place| (place as f64 + 0.5) / GRID as f64);
    places.map(|x| (model(x) - truth(x)).powi(2)).sum::<f64>() / GRID as f64
}

fn distance([w, b]: [f64; 2], optimum: [f64; 2]) -> f64 {
    (w - optimum[0]).hypot(b - optimum[1])
}

/// Gradient descent with every decay rate, right and with each mistake.
fn lines(points: &Points, replicate: usize, out: &mut Measurements) {
    let all: Vec<usize> = (0..ROWS).collect();
    let programs = [Line::Right, Line::NoIntercept, Line::DividedPenalty];
    for (series, program) in LINES.into_iter().zip(programs) {
        for decay in RATES {
            let [w, b] = points.descend(program, decay, 2000, |_| (&all, 0.5), |_, _| ());
            let metrics = [
                ("excess error", excess(straight, |x| w * x + b)),
                ("slope", w),
                ("distance", distance([w, b], points.optimum(decay, true))),
            ];
            out.add(MeasurementKey::of(LINE, series, decay, replicate), metrics);
        }
    }
}

/// Mean squared distance to the optimum over the steps from each power of two to the next.
fn convergence(lab: &Lab, points: &Points, replicate: usize, out: &mut Measurements) {
    let mut drawn = vec![0.0f32; STEPS];
    lab.stream((1 << 20) + replicate as u32)
        .fill_uniform(&mut drawn);
    let all: Vec<usize> = (0..ROWS).collect();
    let place = |step: usize| ((drawn[step - 1] * ROWS as f32) as usize).min(ROWS - 1);
    // c / t needs c > 1 / (2 μ), where μ is the smallest curvature, about 1/15; here c = 30.
    let falling = |step: usize| 0.1 / (1.0 + step as f64 / 300.0);
    let one = |step: usize, rate: f64| (&all[place(step)..=place(step)], rate);
    let optimum = points.optimum(RATE, true);
    for series in [GD, SGD, HALVED, DECAYING] {
        let (mut sum, mut begun) = (0.0, 1);
        let key = MeasurementKey::of(CONVERGENCE, series, RATE, replicate);
        let plan = |step| match series {
            GD => (all.as_slice(), 0.5),
            SGD => one(step, 0.1),
            HALVED => one(step, 0.05),
            _ => one(step, falling(step)),
        };
        points.descend(Line::Right, RATE, STEPS, plan, |step, at| {
            let square = distance(at, optimum).powi(2);
            let mut note = |metric, value| out.add_at(key, step as f64, metric, value);
            sum += square;
            if series == GD && step % 50 == 0 && step <= 500 {
                note("square", square);
            }
            if step.is_power_of_two() {
                // No nearer than this is asked for: a distance of 1e-6.
                note(
                    "squared distance",
                    (sum / (step + 1 - begun) as f64).max(CLOSE),
                );
                (sum, begun) = (0.0, step + 1);
            }
        });
    }
}

/// MLPs on a curve, right and with each mistake, and one layer.
fn nets(lab: &Lab, replicate: usize, out: &mut Measurements) {
    const UNITS: usize = 8;
    let points = draw(lab, (1 << 16) + replicate, curved);
    let start = lab.normal((1 << 21) + replicate as u32, 3 * UNITS + 1);
    let programs = [Net::Right, Net::NormalisedPenalty, Net::SquashedOutput];
    for decay in [0.0, 1e-3, 0.01, 0.1, 1.0] {
        let mut note = |series, model: &dyn Fn(f64) -> f64, norm| {
            let metrics = [("excess error", excess(curved, model)), ("norm", norm)];
            out.add_rounded(MeasurementKey::of(NET, series, decay, replicate), metrics);
        };
        for (series, program) in NETS.into_iter().zip(programs) {
            let found = points.train(program, decay, &start, 2500);
            note(series, &|x| predict(&found, program, x), norm(&found));
        }
        let [w, b] = points.optimum(decay, true);
        note(ONE_LAYER, &|x| w * x + b, w.abs());
    }
}

/// The same regression by the library, which computes in `f32` and minimises the mean of squares, not half of it.
fn library(lab: &Lab, all: &[Points], out: &mut Measurements) -> Result<()> {
    let join = |f: fn(&Points) -> &Vec<f64>| all.iter().flat_map(f).copied().collect::<Vec<_>>();
    let data = made_up(&[join(|points| &points.x)], |rows| {
        rows.values(&join(|points| &points.y))
    })?;
    let own = |replicate: usize| (replicate * ROWS..(replicate + 1) * ROWS).collect::<Vec<_>>();
    let rows = (0..all.len()).map(|replicate| FoldRows {
        train: own(replicate),
        validation: own(replicate),
    });
    let config = TrainConfig {
        epochs: 2000,
        full_batch: true,
        lr: 0.25,
        optimizer: Optimizer::Sgd,
        decay: Some(DecayKind::Coupled),
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let model = Mlp::hidden([]);
    let doubled = RATES.map(|rate| 2.0 * rate).to_vec();
    let study = Study::of_decay(LIBRARY, &data, rows.collect(), model, config, doubled);
    let population = lab.train_scaled(study, vec![unchanged(1); all.len()])?;
    for member in 0..population.len() {
        let found = population.key(member);
        let (points, rate) = (&all[found.replicate], found.rate / 2.0);
        let values = &population.state(member).parameters;
        let values = [values[0][0], values[1][0]].map(f64::from);
        let far = distance(values, points.optimum(rate, true));
        out.add(
            MeasurementKey::of(LIBRARY, "", rate, found.replicate),
            [("distance", far)],
        );
    }
    Ok(())
}

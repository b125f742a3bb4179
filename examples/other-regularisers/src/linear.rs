//! Linear models of tables with one number to predict: what is exact, and early stopping beside ridge regression.

use decay_audit::compare::Better;
use decay_claim::drawing::{Panel, figures_panel, spread};
use decay_claim::measuring::batch_norm::normalised;
use decay_claim::measuring::budget::{DECAY, EARLY};
use decay_claim::measuring::least_squares::LeastSquares;
use decay_claim::measuring::ridge::{Singular, normal_equations, stepped, with_noise};
use decay_claim::parts::{below_decade, within};
use decay_claim::{Effect, Lab, MeasurementKey, Measurements, Part, Result, rates};
use nalgebra::{DMatrix, DVector};

use crate::sets::{LINEAR, SETS, Set};

/// What is exact in a linear model, by its metric.
pub(crate) const IDENTITIES: [(&str, &str); 4] = [
    (
        "steps",
        "gradient descent has learnt 1 - (1 - η s²)^t of every direction",
    ),
    ("ridge", "ridge regression keeps s² / (s² + λ)"),
    (
        "noise",
        "least squares with noise on the inputs is the ridge with λ = σ²",
    ),
    (
        "batch norm",
        "the size of weights before a batch norm changes nothing",
    ),
];

/// Ridge regression at every rate, and early stopping after `1/(η λ)` steps.
pub(crate) fn measure(lab: &Lab, name: &str, set: &Set, out: &mut Measurements) -> Result<()> {
    let data = (set.load)()?;
    let rows = lab.draws(data.rows, lab.pick(20, 40), set.sizes);
    lab.each(name, rows.len(), |replicate| {
        let table = LeastSquares::of(&data, &rows[replicate]);
        let Some(singular) = Singular::new(&table.a, &table.b) else {
            return Ok(());
        };
        let step = 1.0 / singular.gains()[0];
        let error = |weights: &DVector<f64>| ("squared error", table.error(weights));
        for rate in &rates(1e-3, 3.162_277_66, 29)[1..] {
            let early = singular.stopped(step, 1.0 / (step * rate));
            let key = |series| MeasurementKey::of(name, series, *rate, replicate);
            out.add(key(DECAY), [error(&singular.ridge(*rate))]);
            let nearest = ("nearest ridge", singular.from_nearest(&early));
            out.add(key(EARLY), [error(&early), nearest]);
        }
        let key = MeasurementKey::of(name, "identities", 0.0, replicate);
        out.add(key, identities(&table, &singular, step));
        Ok(())
    })?;
    Ok(())
}

/// Relative differences of what is said to be the same.
fn identities(table: &LeastSquares, singular: &Singular, step: f64) -> [(&'static str, f64); 4] {
    let (steps, rate, inputs) = (300, 0.09, table.a.ncols());
    let ridge = singular.ridge(rate);
    let solved = |a: &DMatrix<f64>, b: &DVector<f64>, rate: f64| {
        let solved = normal_equations(a, b, rate, &DMatrix::identity(inputs, inputs));
        solved.map_or(f64::NAN, |solved| (solved - &ridge).norm() / ridge.norm())
    };
    let early = singular.stopped(step, f64::from(steps));
    let descended = stepped(&table.a, &table.b, step, steps as usize);
    let (noisy, seen) = with_noise(&table.a, &table.b, rate);
    let weights = DMatrix::from_fn(inputs, 3, |input, unit| {
        ((input * 7 + unit * 3) % 5) as f64 - 1.7
    });
    let units = normalised(&table.a, &weights);
    let large = normalised(&table.a, &(weights * 1e3));
    let gaps = [
        (early - &descended).norm() / descended.norm(),
        solved(&table.a, &table.b, rate),
        solved(&noisy, &seen, 0.0),
        (&large - &units).norm() / units.norm(),
    ];
    [0, 1, 2, 3].map(|place| (IDENTITIES[place].0, gaps[place]))
}

/// What is exact, and what early stopping is beside a ridge.
pub(crate) fn parts(measured: &Measurements, table: &str) -> Result<Vec<Part>> {
    let say = |what: &str| format!("{table}: {what}");
    let identity = |(metric, what): (&str, &str)| -> Result<Part> {
        let gap = measured.curve(table, "identities", metric)?.largest();
        let largest = "the largest relative difference";
        Ok(below_decade(say(what), largest, &gap, 1e-9))
    };
    let identities = IDENTITIES.into_iter().map(identity);
    let mut parts = identities.collect::<Result<Vec<_>>>()?;
    let early = measured.curve(table, EARLY, "squared error")?;
    let ridge = measured.curve(table, DECAY, "squared error")?;
    let [at_stop, at_rate] = [&early, &ridge].map(|curve| curve.at_best_decay(Better::Lower));
    let ratio: Vec<f64> = at_stop.iter().zip(at_rate).map(|(a, b)| a / b).collect();
    let nearest = early.decay_for(
        Better::Lower,
        &measured.curve(table, EARLY, "nearest ridge")?,
    );
    let as_good = say("the best early stop errs as much as the best ridge, to a twentieth");
    let same = say("the best early stop is a ridge, to a hundredth of the weights");
    let ratio = Effect::new("ratio of squared errors", spread(&ratio));
    parts.push(within(as_good, ratio, [0.95, 1.05]));
    let distance = "the relative distance to the nearest ridge";
    parts.push(below_decade(same, distance, &nearest, 1e-2));
    Ok(parts)
}

/// Errors of both over the rate.
pub(crate) fn panels(measured: &Measurements) -> Result<Vec<Panel>> {
    let lines = [("ridge regression", 0, DECAY), (EARLY, 1, EARLY)];
    let y = "squared error (variances of the target)";
    let panel = |&(place, table): &(usize, &str)| {
        figures_panel(SETS[place].name, y, &lines, |series| {
            measured.curve(table, series, "squared error")
        })
    };
    LINEAR.iter().map(panel).collect()
}

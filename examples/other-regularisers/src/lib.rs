//! Claim: early stopping and noise are decay by other means; at an equal budget decay wins, and it adds to each of the others.

#![forbid(unsafe_code)]

mod experiment;
mod linear;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_claim::drawing::{figures_panel, names_panel, picture, spread};
use decay_claim::parts::{Comparison, below_decade, differences, within};
use decay_claim::{
    About, Claim, Curve, Drawing, Effect, Judgement, Lab, Measurements, Part, Result, overlap,
};

/// The claim.
pub struct OtherRegularisers;

/// A regulariser and its strengths.
type Method = (&'static str, &'static [f64]);
type WayOf = fn(Method) -> Way;
/// Losses of all replicates on the rows that choose and on those that test.
type Cell = (Vec<f64>, Vec<f64>);
const LINEAR: [&str; 2] = ["breast cancer, least squares", "wine, least squares"];
const NETS: [&str; 4] = ["breast cancer", "wine", "digits", "Fashion-MNIST"];
/// Share of all rows that test in each replicate, which is what two replicates have in common of them.
const TESTING: [f64; 4] = [100.0 / 569.0, 40.0 / 178.0, 300.0 / 1797.0, 300.0 / 2000.0];
const DECAY: &str = "decay";
const EARLY: &str = "early stopping";
const BATCH_NORM: &str = "batch norm";
/// Regularisers with their strengths; that of early stopping is the epoch.
const METHODS: [Method; 6] = [
    (EARLY, &[2.0, 5.0, 10.0, 20.0, 40.0]),
    ("input noise", &[0.1, 0.2, 0.4, 0.8, 1.6]),
    ("weight noise", &[0.02, 0.05, 0.1, 0.2, 0.4]),
    ("gradient noise", &[0.001, 0.003, 0.01, 0.03, 0.1]),
    ("dropout", &[0.1, 0.2, 0.35, 0.5, 0.7]),
    (BATCH_NORM, &[1.0]),
];

/// What is exact in a linear model, by its metric.
const IDENTITIES: [(&str, &str); 4] = [
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

impl Claim for OtherRegularisers {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Other regularisers beside decay",
            statement: "Early stopping and noise are decay by other means; at an equal budget of validation decay wins, and it adds to each of the others.",
            source: "Bishop 1995; Goodfellow, Bengio & Courville 2016, section 7.8; Ali, Kolter & Tibshirani 2019; van Laarhoven 2017",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let mut parts = Vec::new();
        for table in LINEAR {
            parts.extend(linear_parts(measured, table)?);
        }
        for (net, share) in NETS.into_iter().zip(TESTING) {
            parts.extend(net_parts(measured, net, overlap(share))?);
        }
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let names: Vec<_> = METHODS.iter().map(|(name, _)| *name).collect();
        let lines = [
            ("without decay", 1, Way::Bare as WayOf),
            ("with decay", 5, Way::Both),
        ];
        let panel = |net: &&str| {
            let decay = tested(measured, net, Way::Decay)?;
            let figure = |place: usize, way: WayOf| {
                let found = tested(measured, net, way(METHODS[place]))?;
                let less: Vec<f64> = found.iter().zip(&decay).map(|(a, b)| a - b).collect();
                Ok(spread(&less))
            };
            names_panel(
                net,
                "",
                &names,
                "test NLL less that of decay (nats)",
                &lines,
                figure,
            )
        };
        let linear = |table: &&str| {
            let lines = [("ridge regression", 0, DECAY), (EARLY, 1, EARLY)];
            figures_panel(table, "squared error", &lines, |series| {
                measured.curve(table, series, "squared error")
            })
        };
        Ok(vec![
            Drawing {
                file: "budget",
                caption: "Each regulariser at the strength, and the rate, that validation rows choose: below 0 it is better than decay alone.".into(),
                picture: picture("Regularisers against decay alone, chosen by validation", 2, NETS.iter().map(panel).collect::<Result<_>>()?),
            },
            Drawing {
                file: "stopping",
                caption: "A linear model after 1/(ηλ) steps beside ridge regression at λ.".into(),
                picture: picture("Early stopping beside ridge regression", 2, LINEAR.iter().map(linear).collect::<Result<_>>()?),
            },
        ])
    }
}

/// A way to regularise: a method or none, and whether a rate is chosen, too.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// The rate alone, without any other.
    Decay,
    /// A method's strengths, or none of it.
    Alone(Method),
    /// A method's strengths and not none of it, without decay.
    Bare(Method),
    /// The same with every rate.
    Both(Method),
}

/// Test loss of each replicate at the setting that its validation rows choose.
fn tested(measured: &Measurements, net: &str, way: Way) -> Result<Vec<f64>> {
    let (method, none, rates) = match way {
        Way::Decay => (None, true, true),
        Way::Alone(method) => (Some(method), true, false),
        Way::Bare(method) => (Some(method), false, false),
        Way::Both(method) => (Some(method), false, true),
    };
    let strengths = method.into_iter();
    let strengths = strengths.flat_map(|(name, all)| all.iter().map(move |&at| (name, at)));
    let mut cells = Vec::new();
    for (series, at) in none.then_some((DECAY, 0.0)).into_iter().chain(strengths) {
        let of = |metric| -> Result<Curve> {
            let curve = measured.curve_at(net, series, metric, at)?;
            Ok(curve.only(|rate| rates || rate == 0.0))
        };
        cells.extend(of("validation")?.values.into_iter().zip(of("test")?.values));
    }
    let replicates = cells.first().map_or(0, |(_, test)| test.len());
    let best = |replicate: usize| {
        let order = |a: &&Cell, b: &&Cell| a.0[replicate].total_cmp(&b.0[replicate]);
        let best = cells.iter().min_by(order);
        best.map_or(f64::NAN, |(_, test)| test[replicate])
    };
    Ok((0..replicates).map(best).collect())
}

/// Whether decay wins, and whether it adds: two families of as many comparisons as there are other regularisers.
fn net_parts(measured: &Measurements, net: &str, overlap: f64) -> Result<Vec<Part>> {
    let decay = tested(measured, net, Way::Decay)?;
    let (mut wins, mut adds) = (Vec::new(), Vec::new());
    for method in METHODS {
        let (name, unit) = (method.0, "nats");
        let of = |way| tested(measured, net, way);
        let win = format!("{net}: decay has a lower loss than {name}, each chosen by validation");
        wins.push(Comparison::below(
            win,
            unit,
            decay.clone(),
            of(Way::Alone(method))?,
        ));
        let add = format!("{net}: decay lowers the loss beside {name}");
        adds.push(Comparison::below(
            add,
            unit,
            of(Way::Both(method))?,
            of(Way::Bare(method))?,
        ));
    }
    let mut parts = differences(&wins, overlap)?;
    parts.extend(differences(&adds, overlap)?);
    Ok(parts)
}

/// What is exact, and what early stopping is beside a ridge.
fn linear_parts(measured: &Measurements, table: &str) -> Result<Vec<Part>> {
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

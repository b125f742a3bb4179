//! Perceptrons with every regulariser beside every rate, and what each gains where validation rows choose.

use decay_claim::drawing::{Panel, names_panel, spread};
use decay_claim::measuring::choices::Choices;
use decay_claim::parts::{Comparison, differences};
use decay_claim::{Curve, Lab, MeasurementKey, Measurements, Part, Result, Study};
use decay_data::Dataset;
use decay_model::{Mlp, MlpConfig, Norm};
use decay_train::{FoldRows, Split, TrainConfig};

use crate::sets::Set;

pub(crate) const DECAY: &str = "decay";
pub(crate) const EARLY: &str = "early stopping";
const RATES: [f64; 6] = [0.0, 0.2, 0.6, 1.8, 5.4, 16.2];
const EPOCHS: u32 = 80;
/// What the halves of the held rows are for.
const HALVES: [&str; 2] = ["validation", "test"];

/// A regulariser, its strengths, and how a network gets one of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) strengths: &'static [f64],
    apply: fn(&mut TrainConfig, &mut MlpConfig, f64),
}

/// The first is followed by epoch, which is its strength.
pub(crate) const METHODS: [Method; 6] = [
    Method {
        name: EARLY,
        strengths: &[2.0, 5.0, 10.0, 20.0, 40.0],
        apply: |_, _, _| (),
    },
    Method {
        name: "input noise",
        strengths: &[0.1, 0.2, 0.4, 0.8, 1.6],
        apply: |config, _, sd| config.input_noise = sd,
    },
    Method {
        name: "weight noise",
        strengths: &[0.02, 0.05, 0.1, 0.2, 0.4],
        apply: |config, _, sd| config.weight_noise = sd,
    },
    Method {
        name: "gradient noise",
        strengths: &[0.001, 0.003, 0.01, 0.03, 0.1],
        apply: |config, _, sd| config.gradient_noise = sd,
    },
    Method {
        name: "dropout",
        strengths: &[0.1, 0.2, 0.35, 0.5, 0.7],
        apply: |config, _, share| config.dropout = share,
    },
    Method {
        name: "batch norm",
        strengths: &[1.0],
        apply: |_, model, _| model.norm = Norm::Batch,
    },
];

/// Every regulariser at every strength and rate on one data set.
pub(crate) fn measure(lab: &Lab, set: &Set, out: &mut Measurements) -> Result<()> {
    let data = (set.load)()?;
    let rows = lab.draws(data.rows, lab.pick(20, 40), set.sizes);
    followed(lab, set.name, &data, &rows, out)?;
    for method in &METHODS[1..] {
        for &strength in method.strengths {
            let config = TrainConfig {
                evaluate_every: 0,
                ..TrainConfig::default()
            };
            let mut study = study(set.name, &data, rows.clone(), config);
            let mut model = Mlp::hidden([64]);
            (method.apply)(&mut study.config, &mut model, strength);
            study.model = model.into();
            let population = lab.train(study.in_series(method.name))?;
            for (member, losses) in population.halved_losses()?.into_iter().enumerate() {
                for (metric, loss) in HALVES.into_iter().zip(losses) {
                    out.add_at(population.key(member), strength, metric, loss);
                }
            }
        }
    }
    Ok(())
}

/// One hidden layer of 64 rectified units at every rate.
fn study<'a>(
    name: &'a str,
    data: &'a Dataset,
    rows: Vec<FoldRows>,
    config: TrainConfig,
) -> Study<'a> {
    let config = TrainConfig {
        epochs: EPOCHS,
        batch: 20,
        lr: 5e-3,
        ..config
    };
    Study::of_decay(name, data, rows, Mlp::hidden([64]), config, RATES.to_vec())
}

/// Decay alone and early stopping: the same networks twice, followed on the rows that choose and on those that test.
fn followed(
    lab: &Lab,
    name: &str,
    data: &Dataset,
    rows: &[FoldRows],
    out: &mut Measurements,
) -> Result<()> {
    for (half, metric) in HALVES.into_iter().enumerate() {
        let held = |rows: &FoldRows| {
            let size = rows.validation.len() / 2;
            FoldRows {
                train: rows.train.clone(),
                validation: rows.validation[half * size..][..size].to_vec(),
            }
        };
        let rows = rows.iter().map(held).collect();
        let study = study(name, data, rows, TrainConfig::default());
        let population = lab.train(study.in_series(DECAY))?;
        let curves = population.learning_curves(Split::Validation);
        for (member, losses) in curves.iter().enumerate() {
            let (key, unit) = (population.key(member), population.loss_unit(member));
            // A run may be shorter than planned.
            let after = |epoch: u32| losses[losses.len().min(epoch as usize) - 1] / unit;
            out.add_at(key, 0.0, metric, after(EPOCHS));
            let series = EARLY;
            for &stop in METHODS[0].strengths {
                let early = MeasurementKey { series, ..key };
                out.add_at(early, stop, metric, after(stop as u32));
            }
        }
    }
    Ok(())
}

/// A way to regularise: a method or none, and whether a rate is chosen, too.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
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
pub(crate) fn tested(measured: &Measurements, set: &str, way: Way) -> Result<Vec<f64>> {
    let (method, none, rates) = match way {
        Way::Decay => (None, true, true),
        Way::Alone(method) => (Some(method), true, false),
        Way::Bare(method) => (Some(method), false, false),
        Way::Both(method) => (Some(method), false, true),
    };
    let strengths = method
        .iter()
        .flat_map(|own| own.strengths.iter().map(|&at| (own.name, at)));
    let sweep = |(series, at): (&str, f64)| -> Result<[Curve; 2]> {
        let of = |metric| measured.curve_at(set, series, metric, at);
        let both = [of(HALVES[0])?, of(HALVES[1])?];
        Ok(both.map(|curve| curve.only(|rate| rates || rate == 0.0)))
    };
    let all = none.then_some((DECAY, 0.0)).into_iter().chain(strengths);
    let sweeps = all.map(sweep).collect::<Result<Vec<_>>>()?;
    Ok(Choices::among(&sweeps).truth)
}

/// Whether decay wins, and whether it adds: two families of as many comparisons as there are other regularisers.
pub(crate) fn parts(measured: &Measurements, set: &Set) -> Result<Vec<Part>> {
    let (name, unit) = (set.name, set.unit);
    let decay = tested(measured, name, Way::Decay)?;
    let (mut wins, mut adds) = (Vec::new(), Vec::new());
    for method in METHODS {
        let of = |way| tested(measured, name, way);
        let other = method.name;
        let win = format!("{name}: decay has a lower loss than {other}, each chosen by validation");
        let alone = of(Way::Alone(method))?;
        wins.push(Comparison::below(win, unit, decay.clone(), alone));
        let add = format!("{name}: decay lowers the loss beside {other}");
        let [both, bare] = [of(Way::Both(method))?, of(Way::Bare(method))?];
        adds.push(Comparison::below(add, unit, both, bare));
    }
    let mut parts = differences(&wins, set.overlap())?;
    parts.extend(differences(&adds, set.overlap())?);
    Ok(parts)
}

/// Test losses with and without decay, less that of decay alone.
pub(crate) fn panel(measured: &Measurements, set: &Set) -> Result<Panel> {
    type WayOf = fn(Method) -> Way;
    let names = METHODS.map(|method| method.name);
    let lines = [
        ("without decay", 1, Way::Bare as WayOf),
        ("with decay", 5, Way::Both),
    ];
    let decay = tested(measured, set.name, Way::Decay)?;
    let y = format!("test loss less that of decay ({})", set.unit);
    names_panel(set.name, "", &names, &y, &lines, |place, way: WayOf| {
        let found = tested(measured, set.name, way(METHODS[place]))?;
        let less: Vec<f64> = found.iter().zip(&decay).map(|(a, b)| a - b).collect();
        Ok(spread(&less))
    })
}

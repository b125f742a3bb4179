//! Plans for linear models whose minimum is computed.

use decay_data::TaskKind;
use decay_options::Options;
use decay_train::{TrainConfig, shapes_minimum, solvable};

use super::desk::Desk;
use super::effort::Effort;
use crate::error::Error;
use crate::network::network_of;
use crate::settings::{Allowance, Settings};

/// Folds, where there are few rows and where there are many.
const FOLDS: [i64; 2] = [5, 3];
/// Rows up to which the folds are the larger number.
const FEW: usize = 5000;
/// The strongest penalty, beside which features of unit variance have next to no weights.
const STRONGEST: i32 = 2;
/// Rates for each factor of ten.
const PER_DECADE: i32 = 5;
/// The weakest penalty as a power of ten below that of one row.
const WEAKER: f64 = 3.0;

/// Decides everything where models are solved; whether they are.
pub(super) fn decide(desk: &mut Desk<'_>) -> Result<bool, Error> {
    if desk.settings.train.is_exact() {
        check_budget(desk)?;
    } else {
        if !suits(desk)? {
            return Ok(false);
        }
        desk.decide(
            "train.solver",
            "exact",
            "a linear model has one minimum, which is computed instead of approached",
        )?;
    }
    let rows = desk.data.training.len();
    let many = usize::from(rows > FEW);
    let why = [
        "losses on few rows are noisy, and models cost little",
        "enough rows for three folds to tell rates apart",
    ];
    desk.decide("sweep.folds", FOLDS[many], why[many])?;
    desk.decide(
        "sweep.seeds",
        1,
        "the minimum is the same whatever the seed",
    )?;
    desk.decide(
        "sweep.refits",
        1,
        "the minimum is the same whatever the seed",
    )?;
    let weakest = -((rows as f64).log10() + WEAKER).floor() as i32;
    let count = (STRONGEST - weakest) * PER_DECADE + 1;
    let grid = format!("1e{weakest}..1e{STRONGEST}:{count}");
    desk.decide(
        "sweep.rates",
        grid,
        "from next to no penalty to next to no weights: of scikit-learn's C, 1 / (C rows)",
    )?;
    Ok(true)
}

/// Refuses a number of steps where there are none.
fn check_budget(desk: &Desk<'_>) -> Result<(), Error> {
    match desk.settings.run.budget.as_ref().map(|own| own.allows) {
        Some(Allowance::Steps(steps)) => Err(Error::Setting(format!(
            "run.budget = {steps}-steps: models that are solved take no steps; give a time, or train by --solver steps"
        ))),
        _ => Ok(()),
    }
}

/// Whether nobody asked for anything that a minimum has no part in, and the time suffices.
fn suits(desk: &Desk<'_>) -> Result<bool, Error> {
    let settings = &desk.settings;
    let task = desk.data.dataset.task().kind();
    let rows = TrainConfig::ROWS.iter();
    // Who names a solver has decided.
    let asks = |name: &str| name == "solver" || !shapes_minimum(name, task);
    for row in rows.filter(|row| asks(row.name())) {
        if !desk.is_open(row.path)? {
            return Ok(false);
        }
    }
    let times = [&settings.sweep.half_lives, &settings.sweep.taus];
    let of_fit = [settings.fit.half_life, settings.fit.tau];
    let timed = times.iter().any(|own| own.is_some()) || of_fit.iter().any(Option::is_some);
    let budget = settings.run.budget.as_ref();
    let counted = budget.is_some_and(|own| matches!(own.allows, Allowance::Steps(_)));
    if timed || counted || !is_solvable(desk)? {
        return Ok(false);
    }
    let exact = settings.with("train.solver", "exact".into())?;
    let effort = Effort::of(&exact, None, desk.data, settings.sweep.rate_count())?;
    let allowed = budget.map(|budget| budget.allows);
    Ok(effort.excess(allowed, desk.speed) <= 1.0)
}

/// Whether every network that is asked for is one linear map.
fn is_solvable(desk: &Desk<'_>) -> Result<bool, Error> {
    let settings: &Settings = &desk.settings;
    let (loss, schema) = (settings.train.loss, &desk.data.dataset.schema);
    let task: TaskKind = desk.data.dataset.task().kind();
    if desk.network.is_some() {
        return Ok(false);
    }
    let outputs = loss.outputs(&desk.data.dataset.task());
    for alternative in settings.model.alternatives() {
        let network = network_of(&alternative.config, schema, outputs)?;
        if !solvable(&network, loss, task) {
            return Ok(false);
        }
    }
    Ok(true)
}

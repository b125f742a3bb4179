//! What the numbers say of linear networks, where all is known.

use decay_audit::trend::Side;
use decay_claim::drawing::spread;
use decay_claim::{Effect, Measurements, Part, Result};

use super::below;
use crate::{BALANCE, CORRELATED, DEPTHS, FEW_ROWS, WHITE};

/// A statement on the largest of a figure over some rates.
struct Known {
    statement: &'static str,
    study: &'static str,
    series: &'static str,
    metric: &'static str,
    rates: fn(f64) -> bool,
    limit: f64,
}

impl Known {
    /// To six digits, where inputs are white.
    const fn white(
        statement: &'static str,
        series: &'static str,
        metric: &'static str,
        rates: fn(f64) -> bool,
    ) -> Self {
        Self {
            statement,
            study: WHITE,
            series,
            metric,
            rates,
            limit: 1e-6,
        }
    }

    /// The same of a study without series.
    const fn of(
        statement: &'static str,
        study: &'static str,
        metric: &'static str,
        rates: fn(f64) -> bool,
    ) -> Self {
        Self {
            study,
            ..Self::white(statement, "", metric, rates)
        }
    }
}

const WITH: fn(f64) -> bool = |rate| rate > 0.0;
const WITHOUT: fn(f64) -> bool = |rate| rate == 0.0;
const ONE: &str = DEPTHS[0].0;
const TWO: &str = DEPTHS[1].0;
const THREE: &str = DEPTHS[2].0;
const SMALL: &str = DEPTHS[3].0;

const KNOWN: [Known; 10] = [
    Known::white(
        "one layer: with decay every start ends at the ridge, to 1e-6",
        ONE,
        "from an optimum",
        WITH,
    ),
    Known::of(
        "one layer, fewer rows than columns: with decay every start ends at the ridge, to 1e-6",
        FEW_ROWS,
        "from the ridge",
        WITH,
    ),
    Known::of(
        "one layer, fewer rows than columns: without decay all starts end at one loss, to 1e-6",
        FEW_ROWS,
        "loss apart",
        WITHOUT,
    ),
    Known::of(
        "one layer, fewer rows than columns: without decay all starts end at one function, to 1e-6",
        FEW_ROWS,
        "function apart",
        WITHOUT,
    ),
    Known::white(
        "two layers: with decay every start ends at the soft threshold of the singular values, to 1e-6",
        TWO,
        "from an optimum",
        WITH,
    ),
    Known::white(
        "two layers: the penalty at the end is λ times the nuclear norm, to 1e-6",
        TWO,
        "penalty",
        WITH,
    ),
    Known::white(
        "two layers: decay above the largest singular value leaves nothing, to 1e-6",
        TWO,
        "largest singular value",
        |rate| rate > 1.0,
    ),
    Known::of(
        "two layers, correlated inputs: every start ends at the optimum of the convex problem, to 1e-6",
        CORRELATED,
        "distance",
        WITH,
    ),
    Known {
        limit: 0.05,
        ..Known::of(
            "the imbalance of two layers is the start's times e^(-2λt), to 5 %",
            BALANCE,
            "off the law",
            |_| true,
        )
    },
    Known::white(
        "three layers: with decay every start ends at an optimum of the closed form, to 1e-6",
        THREE,
        "from an optimum",
        WITH,
    ),
];

pub(super) fn known(measured: &Measurements) -> Result<Vec<Part>> {
    let part = |known: &Known| {
        let figure = measured.curve(known.study, known.series, known.metric)?;
        let what = match known.metric {
            "largest singular value" => "the largest singular value that is left",
            _ => "the largest difference",
        };
        let figure = figure.only(known.rates);
        Ok(below(known.statement, what, &figure, known.limit))
    };
    let global = |when: &str, series, rates: fn(f64) -> bool| -> Result<Part> {
        let there = measured
            .curve(WHITE, series, "at the global optimum")?
            .only(rates);
        let elsewhere = there.with(&there, |share, _| 1.0 - share).largest();
        let effect = Effect::new(
            "share of the starts that end elsewhere, at the worst rate",
            spread(&elsewhere),
        );
        let statement = format!("{when} every start ends at the global optimum, to 1e-6");
        Ok(Part::of_interval(statement, effect, Side::Below, 0.01))
    };
    let mut parts = KNOWN.iter().map(part).collect::<Result<Vec<_>>>()?;
    parts.extend([
        global("two layers: without decay", TWO, WITHOUT)?,
        global("three layers: without decay", THREE, WITHOUT)?,
        global("three layers: with decay", THREE, WITH)?,
        global(
            "three layers, a tenth as large starts: with decay",
            SMALL,
            WITH,
        )?,
    ]);
    Ok(parts)
}

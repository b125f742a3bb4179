//! The verdict on a world as claimed, on its opposite, and on a world with decay of no consequence.

use std::path::Path;

use decay_audit::trend::Support;
use decay_claim::testing::check_results;
use decay_claim::{Claim, Judgement, Measurements, Verdict};

use crate::{
    ALL_DAYS, AVERSE, EQUAL, FEATURES, FREE, IDENTITIES, LEDOIT_WOLF, MARKET, MEAN, MINIMUM,
    Portfolio, RATES, STOCKS, TRAINED,
};

/// What decay does in a world: exponents of figures in `1 + λ`, what it gains at its best, and how exact identities are.
struct World {
    shape: f64,
    gain: f64,
    exact: f64,
}

const CLAIMED: World = World {
    shape: 0.1,
    gain: 0.3,
    exact: 1e-14,
};

impl World {
    fn measurements(&self) -> Measurements {
        let mut all = Measurements::default();
        for study in [MARKET, STOCKS] {
            for series in [MINIMUM, MEAN, FEATURES, FREE, AVERSE] {
                self.figures(study, series, &RATES, &mut all);
            }
            let [minimum, mean] = LEDOIT_WOLF;
            for series in [EQUAL, minimum, mean] {
                self.figures(study, series, &[0.0], &mut all);
            }
        }
        for series in [MINIMUM, MEAN, FEATURES, EQUAL] {
            self.all_days(series, &mut all);
        }
        let [shrunk, ridge, aversion] = IDENTITIES.1;
        for (series, metric, size) in [
            ("", shrunk, self.exact),
            ("", ridge, self.exact),
            ("", aversion, self.exact * 1e11),
            (TRAINED, "distance", self.exact * 1e8),
        ] {
            all.make_up(IDENTITIES.0, series, metric, &RATES, 1e-3, |_| size);
        }
        all
    }

    /// Least risk and largest ratio at a rate of 1.
    fn figures(&self, study: &str, series: &str, rates: &[f64], all: &mut Measurements) {
        // What risk aversion alone does is half of it.
        let share = if series == AVERSE { 0.5 } else { 1.0 };
        let falling = |rate: f64| (1.0 + rate).powf(-self.shape * share);
        for metric in ["Herfindahl", "leverage", "turnover", "drawdown"] {
            all.make_up(study, series, metric, rates, 1e-4, falling);
        }
        all.make_up(study, series, "positions", rates, 1e-4, |rate| {
            1.0 / falling(rate)
        });
        let bent = |rate: f64| self.gain * (-(rate.max(1e-3).ln()).powi(2) / 8.0).exp();
        let risk = |rate: f64| match series {
            MEAN => falling(rate),
            _ => 1.0 - bent(rate),
        };
        all.make_up(study, series, "true volatility", rates, 1e-3, risk);
        for metric in ["Sharpe", "true Sharpe"] {
            all.make_up(study, series, metric, rates, 1e-3, |rate| 1.0 + bent(rate));
        }
    }

    fn all_days(&self, series: &str, all: &mut Measurements) {
        let ratio = |rate: f64| self.gain * (1.0 + (1.0 + rate).ln() / 10.0);
        for (metric, value) in [("skewness", 0.0), ("kurtosis", 3.0), ("days", 2600.0)] {
            all.make_up(ALL_DAYS, series, metric, &RATES, 0.0, |_| value);
        }
        for (metrics, more) in [
            (["Sharpe", "gain"], 0.0),
            (["low", "gain low"], -0.1),
            (["high", "gain high"], 0.1),
        ] {
            for metric in metrics {
                all.make_up(ALL_DAYS, series, metric, &RATES, 0.0, |rate| {
                    ratio(rate) + more
                });
            }
        }
    }

    fn judged(&self) -> Judgement {
        let measured = self.measurements();
        assert_eq!(Portfolio.draw(&measured).unwrap().len(), 2);
        Portfolio.judge(&measured).unwrap()
    }
}

fn support(judgement: &Judgement, statement: &str) -> Support {
    let mut parts = judgement.parts.iter();
    let part = parts.find(|part| part.statement.contains(statement));
    part.unwrap_or_else(|| panic!("no part says '{statement}'"))
        .support
}

#[test]
fn a_world_as_claimed_supports_every_part() {
    let judgement = CLAIMED.judged();
    for part in &judgement.parts {
        assert_eq!(part.support, Support::Supported, "{part:?}");
    }
    assert_eq!(judgement.verdict, Verdict::Holds);
}

#[test]
fn a_world_of_the_opposite_contradicts() {
    let opposite = World {
        shape: -0.1,
        gain: -0.3,
        exact: 1e-3,
    };
    let judgement = opposite.judged();
    assert_eq!(judgement.verdict, Verdict::DoesNotHold);
    for says in [
        "to 5 %",
        "shrunk towards the identity",
        "ridge of a constant",
        "concentration falls",
        "number of positions rises",
        "leverage falls",
        "turnover falls",
        "drawdown falls",
        "mean and variance: true volatility falls",
        "less volatile than without decay",
        "under the same risk aversion alone",
        "all days: a higher Sharpe ratio",
        "beyond luck",
    ] {
        assert_eq!(support(&judgement, says), Support::Contradicted, "{says}");
    }
}

/// Shape as claimed and nothing gained: the verdict is a partial one, and tells the two apart.
#[test]
fn a_world_without_gain_leaves_gains_open() {
    let idle = World {
        gain: 0.0,
        ..CLAIMED
    };
    let judgement = idle.judged();
    assert_eq!(judgement.verdict, Verdict::HoldsPartly);
    assert_eq!(
        support(&judgement, "concentration falls"),
        Support::Supported
    );
    for says in ["a higher Sharpe ratio than without decay", "beyond luck"] {
        assert_eq!(support(&judgement, says), Support::Undecided, "{says}");
    }
}

#[test]
fn the_published_verdict_follows_from_the_published_measurements() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    check_results(&Portfolio, &results).unwrap();
}

//! Nothing that is decided knows what comes later.

use decay_claim::measuring::covariance::mean_and_covariance;
use nalgebra::{DMatrix, DVector};

use crate::experiment::{by_features, by_moments, stretches, walk};
use crate::policy::SLOWEST;
use crate::prices::Returns;
use crate::walk::{Path, Walk};

const DAYS: usize = 250;
const SHORT: Walk = Walk {
    lookback: DAYS,
    hold: 21,
    cost: 1e-3,
};
const LONG: Walk = Walk {
    lookback: SLOWEST + 500,
    hold: 5,
    cost: 1e-3,
};

/// AAPL, IBM and MSFT.
fn stocks() -> DMatrix<f64> {
    let returns = Returns::embedded().unwrap();
    let whole = returns.complete(0, 800);
    assert_eq!(whole.len(), 3);
    returns.values.rows(0, 800).select_columns(&whole)
}

fn paths(returns: &DMatrix<f64>) -> Vec<Path> {
    let mut all = walk(&SHORT, returns, |history| by_moments(history, DAYS)).unwrap();
    all.extend(walk(&LONG, returns, by_features).unwrap());
    all.into_iter().map(|(_, path)| path).collect()
}

/// From a day on every return is NaN: what was decided before, and what it earned before, is the same to the last bit.
#[test]
fn the_future_changes_nothing() {
    let returns = stocks();
    let whole = paths(&returns);
    for day in [700, 733, 736, 738] {
        let mut blind = returns.clone();
        blind.rows_range_mut(day..).fill(f64::NAN);
        // Nobody can decide on NaN, so that the walk ends with the first such day.
        let seen = paths(&blind.rows(0, day + 1).into_owned());
        for (seen, whole) in seen.iter().zip(&whole) {
            let decided = seen.decisions.len();
            assert_eq!(seen.decisions[..], whole.decisions[..decided]);
            let before = seen.net.len() - 1;
            assert_eq!(seen.net[..before], whole.net[..before]);
            // Without prices the day brings costs at most.
            assert!(seen.net[before] <= 0.0 && seen.net[before] != whole.net[before]);
        }
    }
}

/// Which stocks a stretch has is decided before it begins.
#[test]
fn stretches_do_not_know_who_lasts() {
    let whole = Returns::embedded().unwrap();
    let first = |_: u32, all: &[usize], count: usize| all[..count].to_vec();
    let before = stretches(&whole, 10, first).unwrap();
    let (lookback, length) = (LONG.lookback, before[0].nrows() - LONG.lookback);
    let day = lookback + 6 * length + 100;
    let counts = |all: &[DMatrix<f64>]| all.iter().map(DMatrix::ncols).collect::<Vec<_>>();
    assert_eq!(counts(&before), [3, 3, 3, 3, 3, 4, 4, 4, 4, 4]);
    // IBM goes in the seventh stretch.
    let mut blind = whole;
    let gone = blind.values.nrows() - day;
    blind.values.view_mut((day, 3), (gone, 1)).fill(f64::NAN);
    let after = stretches(&blind, 10, first).unwrap();
    assert_eq!(counts(&after), [3, 3, 3, 3, 3, 4, 4, 3, 3, 3]);
    assert_eq!(before[..6], after[..6]);
    let known = lookback + 100;
    assert_eq!(before[6].rows(0, known), after[6].rows(0, known));
    assert!(after[6].rows_range(known..).iter().any(|r| r.is_nan()));
    blind.values.rows_range_mut(day..).fill(f64::NAN);
    assert!(stretches(&blind, 10, first).is_err());
}

/// The test above can fail: with the same day's returns in its hands a portfolio is another one.
#[test]
fn one_day_more_changes_decisions() {
    let returns = stocks();
    let early = |first: usize| by_features(&returns.rows(first, LONG.lookback).into_owned());
    let late = early(1).unwrap();
    let changed = early(0).unwrap().into_iter().zip(late);
    assert!(changed.into_iter().all(|((_, a), (_, b))| a != b));
}

/// One stock, bought with borrowed money, by hand: costs first, then the day, and the weight moves with the price.
#[test]
fn costs_and_drift_are_as_by_hand() {
    let returns = DMatrix::from_column_slice(5, 1, &[0.0, 0.1, -0.05, 0.02, 0.03]);
    let by_hand = Walk {
        lookback: 1,
        hold: 2,
        cost: 0.01,
    };
    let decide = |_: &DMatrix<f64>| Some(vec![DVector::from_element(1, 2.0)]);
    let path = by_hand.over(&returns, decide).unwrap().remove(0);
    let first = 0.98 * 1.2 - 1.0;
    let moved: f64 = 2.0 * 1.1 / 1.2;
    let second = moved * -0.05;
    let again: f64 = moved * 0.95 / (1.0 + second);
    let bought = f64::abs(2.0 - again);
    let third = (1.0 - 0.01 * bought) * 1.04 - 1.0;
    let expected = [first, second, third];
    for (a, b) in path.net.iter().zip(expected) {
        assert!((a - b).abs() < 1e-15, "{a} {b}");
    }
    assert!((path.traded[1] - bought).abs() < 1e-15 && path.traded[0] == 2.0);
    assert!((path.turnover() - bought / 4.0 * 252.0).abs() < 1e-12);
}

/// A stock without a price earns nothing, and is sold at the next decision.
#[test]
fn a_stock_that_is_gone_is_not_bought_again() {
    let gone = f64::NAN;
    let returns =
        DMatrix::from_column_slice(5, 2, &[0.0, 0.1, gone, gone, gone, 0.0, 0.2, 0.3, 0.1, 0.1]);
    let daily = Walk {
        lookback: 1,
        hold: 2,
        cost: 0.0,
    };
    let decide = |history: &DMatrix<f64>| Some(vec![crate::weights::equal(history.ncols())]);
    let path = daily.over(&returns, decide).unwrap().remove(0);
    let decided: Vec<&[f64]> = path.decisions.iter().map(|w| w.as_slice()).collect();
    assert_eq!(decided, [&[0.5, 0.5][..], &[0.0, 1.0]]);
    let moved = 0.6 / 1.15 * 0.3;
    for (a, b) in path.net.iter().zip([0.15, moved, 0.1, 0.1]) {
        assert!((a - b).abs() < 1e-12, "{:?}", path.net);
    }
}

#[test]
fn who_loses_everything_stays_poor() {
    let returns = DMatrix::from_column_slice(4, 1, &[0.0, -0.6, 0.5, 0.5]);
    let twice = Walk {
        lookback: 1,
        hold: 10,
        cost: 0.0,
    };
    let decide = |_: &DMatrix<f64>| Some(vec![DVector::from_element(1, 2.0)]);
    let path = twice.over(&returns, decide).unwrap().remove(0);
    assert_eq!(path.net, [-1.0, 0.0, 0.0]);
}

const LONG_FORM: &str = "Ticker,Date,Close\nA,2001-01-03,11\nB,2001-01-02,5\nA,2001-01-02,10\nB,2001-01-04,6\nA,2001-01-04,22\n";
const WIDE_FORM: &str = "date,A,B\n2001-01-02,10,5\n2001-01-03,11,\n2001-01-04,22,6\n";

/// Both forms hold the same, in any order, and a missing price is two missing returns.
#[test]
fn prices_are_read_in_both_forms() {
    let [long, wide] =
        [LONG_FORM, WIDE_FORM].map(|text| Returns::parse(text.as_bytes(), "x").unwrap());
    for returns in [&long, &wide] {
        let a: Vec<f64> = returns.values.column(0).iter().copied().collect();
        assert!((a[0] - 0.1).abs() < 1e-15 && (a[1] - 1.0).abs() < 1e-15);
        assert!(returns.values.column(1).iter().all(|r| r.is_nan()));
        assert_eq!(returns.complete(0, 2), [0]);
    }
    for (text, reason) in [
        ("Ticker,Close\nA,1\n", "x: line 2: no column 'Date'"),
        (
            "date,A\n2/1/2001,1\n",
            "x: line 2: '2/1/2001' is no date like 2013-03-01",
        ),
        ("date,A\n2001-01-02,-1\n", "x: line 2: '-1' is no price"),
        (
            "date,A\n2001-01-02,1\n2001-01-02,1\n",
            "x: line 3: 'A' has two prices on one day",
        ),
    ] {
        let refused = Returns::parse(text.as_bytes(), "x").unwrap_err();
        assert_eq!(refused.to_string(), reason);
    }
}

/// The embedded file: 3270 days, five stocks, of which Google and Facebook come later.
#[test]
fn the_embedded_prices_are_whole() {
    let returns = Returns::embedded().unwrap();
    assert_eq!(returns.values.shape(), (3269, 5));
    let counts: Vec<usize> = (0..5)
        .map(|stock| {
            returns
                .values
                .column(stock)
                .iter()
                .filter(|r| r.is_finite())
                .count()
        })
        .collect();
    // AAPL, FB, GOOG, IBM, MSFT: one return fewer than prices.
    assert_eq!(counts, [3269, 195, 2147, 3269, 3269]);
    let (mean, _) = mean_and_covariance(&returns.values.columns(3, 2).into_owned());
    assert!(mean.amax() < 1e-3);
}

//! Formulae against their definitions and limits.

use decay_claim::measuring::covariance::{decayed, mean_and_covariance, mean_variance};
use nalgebra::{DMatrix, DVector};

use crate::identities::{by_moments, by_regression};
use crate::market::Market;
use crate::policy::{Managed, SLOWEST, ridge_of_one};
use crate::pooled::resampled;
use crate::sharpe::{drawdown, sharpe};
use crate::weights::{Frontier, equal, gross, herfindahl, penalised, positions};
use crate::{AVERSION, RATES};

/// Numbers in `[-1/2, 1/2]` that look like chance.
fn noise(rows: usize, columns: usize) -> DMatrix<f64> {
    let mut state = 99u32;
    DMatrix::from_fn(rows, columns, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1u32 << 24) - 0.5
    })
}

/// Correlated returns with different means.
fn returns(rows: usize, columns: usize) -> DMatrix<f64> {
    let own = noise(rows, columns + 1);
    DMatrix::from_fn(rows, columns, |row, column| {
        let size = 0.02 * (1.0 + column as f64 / 3.0);
        size * (own[(row, columns)] + own[(row, column)] + 0.05 * column as f64)
    })
}

#[test]
fn decay_is_shrinkage_and_a_ridge_at_every_rate() {
    for columns in [2, 7, 20] {
        let returns = returns(60, columns);
        let (mean, covariance) = mean_and_covariance(&returns);
        for rate in &RATES[1..] {
            let [(_, far), (_, other)] = by_moments(&mean, &covariance, *rate).unwrap();
            assert!(far < 1e-10, "{columns} {rate} {far}");
            // Two stocks and a budget leave one number, which some aversion has always.
            assert!((other > 1e-3) == (columns > 2), "{columns} {rate} {other}");
            let far = by_regression(&returns, *rate).unwrap();
            assert!(far < 1e-10, "{columns} {rate} {far}");
        }
    }
}

/// No other fully invested weights nearby have a larger penalised utility.
#[test]
fn penalised_weights_are_the_maximum() {
    let (mean, covariance) = mean_and_covariance(&returns(40, 6));
    let decay = 0.3 * AVERSION * mean_variance(&covariance);
    let best = penalised(&mean, &covariance, AVERSION, decay).unwrap();
    let utility = |w: &DVector<f64>| {
        mean.dot(w) - 0.5 * AVERSION * w.dot(&(&covariance * w)) - 0.5 * decay * w.norm_squared()
    };
    assert!((best.sum() - 1.0).abs() < 1e-12);
    for (from, to) in [(0, 1), (2, 5), (4, 3)] {
        for step in [-1e-3, 1e-3] {
            let mut other = best.clone();
            other[from] -= step;
            other[to] += step;
            assert!(utility(&other) < utility(&best));
        }
    }
}

/// A penalty is smaller the more it costs; in the end weights are equal with a budget and proportional to means without.
#[test]
fn fully_invested_weights_become_equal_and_free_ones_means() {
    let (mean, covariance) = mean_and_covariance(&returns(40, 6));
    let at = |rate| Frontier::new(&mean, &decayed(&covariance, rate)).unwrap();
    for of in [|f: Frontier| f.lowest.clone(), |f: Frontier| f.at(AVERSION)] {
        let squares = RATES.map(|rate| herfindahl(&of(at(rate))));
        assert!(squares.is_sorted_by(|a, b| a >= b), "{squares:?}");
        assert!((of(at(1e8)) - equal(6)).norm() < 1e-6);
    }
    let free = at(1e8).free.normalize();
    assert!((free - mean.normalize()).norm() < 1e-6);
}

#[test]
fn a_risk_aversion_is_found_and_another_portfolio_is_far_from_all() {
    let (mean, covariance) = mean_and_covariance(&returns(40, 6));
    let frontier = Frontier::new(&mean, &covariance).unwrap();
    for aversion in [0.5, 5.0, 1e9] {
        assert!(frontier.distance(&frontier.at(aversion)) < 1e-12);
    }
    // Beyond the least variance lies what nobody who likes gains would hold.
    let perverse = frontier.at(-5.0);
    let expected = (&perverse - &frontier.lowest).norm() / perverse.norm();
    assert!((frontier.distance(&perverse) - expected).abs() < 1e-12);
}

#[test]
fn shares_and_drawdowns_are_as_by_hand() {
    let weights = DVector::from_vec(vec![1.5, -0.5, 0.0]);
    assert_eq!((gross(&weights), herfindahl(&weights)), (2.0, 2.5));
    assert!((positions(&weights) - 1.6).abs() < 1e-15);
    assert!((positions(&equal(4)) - 4.0).abs() < 1e-12);
    // 1, 1.2, 0.9, 0.99, 0.495, 0.99: half of 1.2 and a bit more is lost.
    let returns = [0.2, -0.25, 0.1, -0.5, 1.0];
    assert!((drawdown(&returns) - (1.0 - 0.495 / 1.2)).abs() < 1e-12);
    assert!((sharpe(&[0.01, 0.03]) - 2.0 * 252f64.sqrt()).abs() < 1e-9);
}

/// A stock that rises by one per cent a day and falls by one every seventh.
#[test]
fn features_are_as_their_definitions_say() {
    let past = |day: usize| if day % 7 == 6 { -0.01 } else { 0.01 };
    let days = SLOWEST + 20;
    let history = DMatrix::from_fn(days, 1, |day, _| past(day));
    let managed = Managed::of(&history, 5);
    assert_eq!(managed.returns.shape(), (days - 5 - SLOWEST + 1, 5));
    let one = |feature: usize| {
        let mut policy = DVector::zeros(5);
        policy[feature] = 1.0;
        managed.weights(&policy)[0]
    };
    let sum = |count: usize| (days - count..days).map(past).sum::<f64>();
    let trend = |count: usize| sum(count) / (0.01 * (count as f64).sqrt());
    let expected = [1.0, trend(5), trend(21).min(3.0), trend(126).min(3.0), 0.0];
    for (feature, expected) in expected.into_iter().enumerate() {
        assert!(
            (one(feature) - expected).abs() < 1e-9,
            "{feature} {}",
            one(feature)
        );
    }
    // The first sample holds the constant over the five days after the slowest feature's.
    let gain: f64 = (SLOWEST..SLOWEST + 5).map(past).sum();
    assert!((managed.returns[(0, 0)] - gain).abs() < 1e-12);
}

#[test]
fn a_policy_is_held_at_the_risk_that_is_asked_for() {
    let history = returns(SLOWEST + 200, 3);
    let managed = Managed::of(&history, 5);
    let policy = ridge_of_one(&managed.returns, 0.1).unwrap();
    let (held, other) = (
        managed.weights_at_risk(&policy, 0.02),
        managed.weights_at_risk(&(&policy * 7.0), 0.02),
    );
    assert!((&held - other).norm() < 1e-12 * held.norm());
    let size = held.norm() / managed.weights(&policy).norm();
    let risk = (&managed.returns * policy).variance().sqrt();
    assert!((size * risk - 0.02).abs() < 1e-12);
}

/// Many days have the moments that are said to be true.
#[test]
fn a_made_up_market_has_its_moments() {
    let days = 200_000;
    let market = Market::draw(3, 1, days, 5);
    let (mean, covariance) = mean_and_covariance(&market.returns);
    let error = (market.covariance.diagonal() / days as f64).map(f64::sqrt);
    for (far, error) in (mean - &market.mean).iter().zip(&error) {
        assert!(far.abs() < 4.0 * error, "{far} {error}");
    }
    let far = (&covariance - &market.covariance).norm() / covariance.norm();
    assert!(far < 0.02, "{far}");
    let volatilities = (market.covariance.diagonal() * 252.0).map(f64::sqrt);
    assert!(volatilities.min() > 0.12 && volatilities.max() < 0.4);
    assert_ne!(market.returns, Market::draw(3, 2, days, 5).returns);
}

/// Of independent days the spread of an annual Sharpe ratio is about `sqrt(252 / days)`.
#[test]
fn resampled_sharpe_ratios_spread_as_theory_says() {
    let net: Vec<f64> = noise(2000, 1).iter().map(|x| x * 0.01).collect();
    let ratios = resampled(&net, 5);
    let middle = ratios.iter().sum::<f64>() / ratios.len() as f64;
    let squares = ratios
        .iter()
        .map(|ratio| (ratio - middle).powi(2))
        .sum::<f64>();
    let spread = (squares / ratios.len() as f64).sqrt();
    let theory = (252.0f64 / 2000.0).sqrt();
    assert!((spread / theory - 1.0).abs() < 0.15, "{spread} {theory}");
}

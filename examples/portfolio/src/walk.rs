//! Portfolios that are decided on what is past and held through what follows.

use decay_claim::measuring::covariance::mean_and_covariance;
use nalgebra::{DMatrix, DVector, RowDVector};

use crate::sharpe::{YEAR, drawdown, sharpe, volatility};
use crate::weights::{gross, herfindahl, positions};

/// When portfolios are decided, on how many days before, and what trading costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk {
    /// Days that a decision sees.
    pub(crate) lookback: usize,
    /// Days from one decision to the next.
    pub(crate) hold: usize,
    /// Of each unit of wealth that is bought or sold.
    pub(crate) cost: f64,
}

/// What became of one portfolio.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    /// Returns by day, after costs.
    pub(crate) net: Vec<f64>,
    /// Weights at each decision.
    pub(crate) decisions: Vec<DVector<f64>>,
    /// `Σ |w - w before|` at each decision, where prices have moved the weights before; the first time all is bought.
    pub(crate) traded: Vec<f64>,
    held: DVector<f64>,
    due: f64,
    ruined: bool,
}

impl Walk {
    /// Several portfolios through days of returns. `decide` sees the `lookback` days before a day and nothing else, of the stocks that
    /// have a return on each of them; what it decides earns that day's returns. `None` once it cannot decide.
    ///
    /// # Shapes
    /// - `returns`: `[days, stocks]`, the first `lookback` days for the first decision
    pub(crate) fn over(
        &self,
        returns: &DMatrix<f64>,
        mut decide: impl FnMut(&DMatrix<f64>) -> Option<Vec<DVector<f64>>>,
    ) -> Option<Vec<Path>> {
        let mut paths: Vec<Path> = Vec::new();
        for day in self.lookback..returns.nrows() {
            if (day - self.lookback).is_multiple_of(self.hold) {
                let history = returns.rows(day - self.lookback, self.lookback);
                let wanted = of_known(&history.into_owned(), &mut decide)?;
                paths.resize_with(wanted.len(), || Path::cash(returns.ncols()));
                let pairs = paths.iter_mut().zip(wanted);
                pairs.for_each(|(path, wanted)| path.trade(wanted, self.cost));
            }
            // Without a price nothing moves.
            let today = returns.row(day).map(|r| if r.is_nan() { 0.0 } else { r });
            paths.iter_mut().for_each(|path| path.pass(&today));
        }
        Some(paths)
    }
}

/// What is decided on stocks without a missing return, with 0 of all others.
fn of_known(
    history: &DMatrix<f64>,
    decide: &mut impl FnMut(&DMatrix<f64>) -> Option<Vec<DVector<f64>>>,
) -> Option<Vec<DVector<f64>>> {
    let whole = |stock: &usize| history.column(*stock).iter().all(|r| r.is_finite());
    let known: Vec<usize> = (0..history.ncols()).filter(whole).collect();
    if known.is_empty() {
        return None;
    }
    let all = |own: DVector<f64>| {
        let mut all = DVector::zeros(history.ncols());
        known
            .iter()
            .zip(&own)
            .for_each(|(&stock, w)| all[stock] = *w);
        all
    };
    let decided = decide(&history.select_columns(&known))?;
    Some(decided.into_iter().map(all).collect())
}

impl Path {
    fn cash(stocks: usize) -> Self {
        Self {
            net: Vec::new(),
            decisions: Vec::new(),
            traded: Vec::new(),
            held: DVector::zeros(stocks),
            due: 0.0,
            ruined: false,
        }
    }

    fn trade(&mut self, wanted: DVector<f64>, cost: f64) {
        let traded = gross(&(&wanted - &self.held));
        self.traded.push(traded);
        self.due = cost * traded;
        self.held.clone_from(&wanted);
        self.decisions.push(wanted);
    }

    /// A day: costs are paid, prices move, and weights with them. Who has lost everything has nothing to lose any more.
    fn pass(&mut self, returns: &RowDVector<f64>) {
        let gain = returns.tr_dot(&self.held);
        let net = (1.0 - self.due) * (1.0 + gain) - 1.0;
        self.due = 0.0;
        let before = self.ruined;
        self.ruined |= net <= -1.0;
        match (before, self.ruined) {
            (true, _) => self.net.push(0.0),
            (_, true) => self.net.push(-1.0),
            _ => {
                self.net.push(net);
                let moved = self.held.iter_mut().zip(returns.iter());
                moved.for_each(|(w, r)| *w *= (1.0 + r) / (1.0 + gain));
            }
        }
    }

    /// Turnover of a year, without the first purchase.
    pub(crate) fn turnover(&self) -> f64 {
        self.traded.iter().skip(1).sum::<f64>() / self.net.len() as f64 * YEAR
    }

    /// Mean of something over the decisions.
    fn mean(&self, of: impl Fn(&DVector<f64>) -> f64) -> f64 {
        self.decisions.iter().map(of).sum::<f64>() / self.decisions.len() as f64
    }

    /// What is noted of every portfolio.
    pub(crate) fn figures(&self) -> [(&'static str, f64); 7] {
        [
            ("leverage", self.mean(gross)),
            ("Herfindahl", self.mean(herfindahl)),
            ("positions", self.mean(positions)),
            ("turnover", self.turnover()),
            ("drawdown", drawdown(&self.net)),
            ("volatility", volatility(&self.net)),
            ("Sharpe", sharpe(&self.net)),
        ]
    }

    /// Volatility and Sharpe ratio after costs of a year, as the true moments of a day have them: without the luck of the days.
    pub(crate) fn expected(
        &self,
        mean: &DVector<f64>,
        covariance: &DMatrix<f64>,
        cost: f64,
    ) -> [(&'static str, f64); 2] {
        let gain = YEAR * self.mean(|w| w.dot(mean)) - cost * self.turnover();
        let variance = YEAR * self.mean(|w| w.dot(&(covariance * w)));
        let volatility = variance.sqrt();
        [
            ("true volatility", volatility),
            ("true Sharpe", gain / volatility),
        ]
    }
}

/// Means and covariance of the last days of a history.
pub(crate) fn recent(history: &DMatrix<f64>, days: usize) -> (DVector<f64>, DMatrix<f64>) {
    let first = history.nrows() - days;
    mean_and_covariance(&history.rows(first, days).into_owned())
}

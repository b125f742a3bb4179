//! The panels against the rate: loss, loss near its minimum, gap, accuracy, norms.

use super::domain::{fenced, near_best, wide};
use super::panel::Panel;
use super::rate_panel::{RatePanel, RateSeries};
use crate::records::{AuditCurve, RatePoint, Spread, Sweep};
use crate::svg::Domain;

fn series(
    sweep: &Sweep,
    name: &str,
    class: &'static str,
    pick: impl Fn(&RatePoint) -> Option<Spread>,
) -> RateSeries {
    RateSeries {
        name: name.to_owned(),
        class,
        spreads: sweep.points.iter().map(pick).collect(),
    }
}

fn means(series: &[RateSeries]) -> impl Iterator<Item = f64> {
    series
        .iter()
        .flat_map(|one| one.spreads.iter().flatten().map(|spread| spread.mean))
}

/// Edges of the bands of the chosen and the lowest value must be seen; others may leave the frame.
fn edges(series: &[RateSeries]) -> impl Iterator<Item = f64> {
    series.iter().flat_map(|one| {
        one.spreads
            .iter()
            .flatten()
            .flat_map(|spread| [spread.low(), spread.high()])
    })
}

fn best_loss(sweep: &Sweep) -> f64 {
    sweep
        .points
        .get(sweep.best)
        .map_or(f64::NAN, |point| point.validation.mean)
}

fn threshold(sweep: &Sweep) -> Option<(&'static str, f64, String)> {
    let name = format!("{} threshold", sweep.rule);
    sweep
        .threshold
        .is_finite()
        .then_some(("threshold", sweep.threshold, name))
}

fn losses(sweep: &Sweep) -> Vec<RateSeries> {
    vec![
        series(sweep, "train", "train", |point| Some(point.train)),
        series(sweep, "validation", "validation", |point| {
            Some(point.validation)
        }),
    ]
}

/// A loss this many times the best one is beyond comparing; it is marked at the edge.
const HOPELESS: f64 = 300.0;

fn loss_domain(sweep: &Sweep) -> Domain {
    let best = best_loss(sweep);
    let most = if best > 0.0 {
        HOPELESS * best
    } else {
        f64::INFINITY
    };
    wide(means(&losses(sweep)).map(|mean| mean.min(most)), best)
}

/// Train and validation loss against the rate.
pub(crate) fn loss(sweep: &Sweep) -> Panel {
    RatePanel {
        sweep,
        id: "loss".into(),
        title: format!("Train and validation {}", sweep.metric.name),
        y_label: sweep.metric.label(),
        domain: loss_domain(sweep),
        series: losses(sweep),
        level: threshold(sweep),
    }
    .draw()
}

/// The validation loss around its minimum; `None` where the panel of both losses already shows it well.
pub(crate) fn loss_near_best(sweep: &Sweep) -> Option<Panel> {
    let validation = vec![series(sweep, "validation", "validation", |p| {
        Some(p.validation)
    })];
    let means: Vec<f64> = means(&validation).collect();
    if means.iter().filter(|mean| mean.is_finite()).count() < 3 {
        return None;
    }
    let lows: Vec<f64> = sweep
        .points
        .iter()
        .map(|point| point.validation.low())
        .collect();
    let domain = near_best(&means, &lows, sweep.threshold);
    let whole = loss_domain(sweep);
    let share = if whole.log {
        (domain.high / domain.low.max(whole.low)).ln() / (whole.high / whole.low).ln()
    } else {
        (domain.high - domain.low) / (whole.high - whole.low)
    };
    let panel = RatePanel {
        sweep,
        id: "near-best".into(),
        title: format!("Validation {} near its minimum", sweep.metric.name),
        y_label: format!("validation {}", sweep.metric.label()),
        domain,
        series: validation,
        level: threshold(sweep),
    };
    (share < 0.5).then(|| panel.draw())
}

/// Validation minus train loss against the rate.
pub(crate) fn gap(sweep: &Sweep) -> Panel {
    let gap = vec![series(sweep, "validation − train", "gap", |point| {
        Some(point.gap)
    })];
    RatePanel {
        sweep,
        id: "gap".into(),
        title: "Generalisation gap".to_owned(),
        y_label: format!("gap in {}", sweep.metric.label()),
        domain: fenced(edges(&gap), &[0.0]),
        series: gap,
        level: Some(("zero", 0.0, String::new())),
    }
    .draw()
}

/// A panel of one optional quantity; `None` where no point has it.
fn single(
    sweep: &Sweep,
    id: &str,
    title: &str,
    y_label: &str,
    one: RateSeries,
    domain: impl Fn(&[RateSeries]) -> Domain,
) -> Option<Panel> {
    let finite = one
        .spreads
        .iter()
        .flatten()
        .any(|spread| spread.mean.is_finite());
    let series = vec![one];
    let panel = finite.then(|| RatePanel {
        sweep,
        id: id.to_owned(),
        title: title.to_owned(),
        y_label: y_label.to_owned(),
        domain: domain(&series),
        series,
        level: None,
    })?;
    Some(panel.draw())
}

/// Validation accuracy against the rate.
pub(crate) fn accuracy(sweep: &Sweep) -> Option<Panel> {
    let one = series(sweep, "validation", "accuracy", |point| point.accuracy);
    let domain = |all: &[RateSeries]| {
        let mut domain = Domain::linear(
            edges(all).fold(f64::NAN, f64::min),
            edges(all).fold(f64::NAN, f64::max),
        )
        .padded(0.06);
        domain.high = domain.high.min(1.0f64.max(domain.low + 1e-6));
        domain
    };
    single(
        sweep,
        "accuracy",
        "Validation accuracy",
        "accuracy",
        one,
        domain,
    )
}

/// Norm of the decayed weights against the rate.
pub(crate) fn weight_norm(sweep: &Sweep) -> Option<Panel> {
    let one = series(sweep, "decayed weights", "norm", |point| {
        Some(point.weight_norm)
    });
    let domain = |all: &[RateSeries]| wide(means(all), f64::NAN);
    single(
        sweep,
        "weight-norm",
        "Weight norm",
        "norm of the decayed weights",
        one,
        domain,
    )
}

/// Root mean square of the logits against the rate.
pub(crate) fn logit_scale(sweep: &Sweep) -> Option<Panel> {
    let one = series(sweep, "validation logits", "logit", |point| {
        point.logit_scale
    });
    let domain = |all: &[RateSeries]| wide(means(all), f64::NAN);
    single(
        sweep,
        "logit-scale",
        "Logit scale",
        "root mean square logit",
        one,
        domain,
    )
}

/// One audit metric of the population against the rate.
pub(crate) fn audited(sweep: &Sweep, curve: &AuditCurve) -> Option<Panel> {
    let one = RateSeries {
        name: "held-out rows".to_owned(),
        class: "accuracy",
        spreads: curve.spreads.clone(),
    };
    let domain = |all: &[RateSeries]| fenced(edges(all), &[]);
    let id = format!("audited-{}", curve.name.replace('_', "-"));
    single(sweep, &id, &curve.label, &curve.axis, one, domain)
}

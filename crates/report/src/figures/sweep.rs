//! The charts against the swept value: loss, loss near its minimum, gap, accuracy, norms, audit metrics.

use super::chart::{Canvas, Chart, KeyEntry};
use super::colour::{ACCURACY, GAP, TRAIN, VALIDATION};
use super::hover::{Hover, HoverRow, Swept};
use super::window::{fenced, near_best, wide};
use crate::format;
use crate::plot::rates::has_half_lives;
use crate::plot::scale::Domain;
use crate::plot::{Horizontal, Look, Mark, Panel, Point, Series, Vertical};
use crate::records::{AuditCurve, RatePoint, Spread, Sweep};

/// One quantity at every value of the sweep.
struct Quantity<'a> {
    name: &'a str,
    colour: usize,
    spreads: Vec<Option<Spread>>,
}

impl<'a> Quantity<'a> {
    fn new(
        sweep: &Sweep,
        name: &'a str,
        colour: usize,
        pick: impl Fn(&RatePoint) -> Option<Spread>,
    ) -> Self {
        Self {
            name,
            colour,
            spreads: sweep.points.iter().map(pick).collect(),
        }
    }

    fn means(&self) -> impl Iterator<Item = f64> {
        self.spreads.iter().flatten().map(|spread| spread.mean)
    }

    /// Both edges of every band.
    fn edges(&self) -> impl Iterator<Item = f64> {
        let spreads = self.spreads.iter().flatten();
        spreads.flat_map(|spread| [spread.low(), spread.high()])
    }

    fn series(&self, sweep: &Sweep) -> Series {
        let place = |(point, spread): (&RatePoint, &Option<Spread>)| {
            let missing = Point::exact(point.rate, f64::NAN);
            spread.map_or(missing, |spread| Point {
                mean: spread.mean,
                low: spread.low(),
                high: spread.high(),
                ..missing
            })
        };
        Series {
            label: self.name.to_owned(),
            colour: self.colour,
            points: sweep.points.iter().zip(&self.spreads).map(place).collect(),
            look: Look::Line,
            ..Series::default()
        }
    }
}

/// Draws quantities with the chosen and the lowest value and another mark.
fn chart(
    sweep: &Sweep,
    id: &str,
    title: &str,
    y: Vertical,
    quantities: &[Quantity<'_>],
    level: Option<Mark>,
) -> Chart {
    let series = quantities.iter().map(|one| one.series(sweep)).collect();
    let panel = Panel {
        marks: level.into_iter().chain(choice(sweep)).collect(),
        ..Panel::new(title, axis(sweep), y, series)
    };
    let mut canvas = Canvas::new(id, &panel);
    canvas.draw_all();
    for point in sweep.points.iter().filter(|point| point.diverged > 0) {
        if let Some(x) = canvas.pen.across.at(point.rate) {
            let at = (x, canvas.pen.frame.bottom - 8.0);
            canvas.svg.cross("diverged", at, 3.5);
        }
    }
    let places: Vec<f64> = sweep.points.iter().map(|point| point.rate).collect();
    let mut chart = canvas.finish(&places, hover(sweep, quantities, &panel.series));
    if any_diverged(sweep) {
        let text = "members diverged";
        chart.key.push(KeyEntry::styled("diverged", text));
    }
    chart
}

fn any_diverged(sweep: &Sweep) -> bool {
    sweep.points.iter().any(|point| point.diverged > 0)
}

/// Means with their errors, and how many members diverged where any did.
fn hover(sweep: &Sweep, quantities: &[Quantity<'_>], series: &[Series]) -> Hover {
    let missing = || format::MISSING.to_owned();
    let text = |spread: &Option<Spread>| {
        spread.map_or_else(missing, |spread| format::plus_minus(spread.mean, spread.se))
    };
    let pairs = quantities.iter().zip(series);
    let mut rows: Vec<HoverRow> = pairs
        .map(|(one, series)| HoverRow::described(series, one.spreads.iter().map(text)))
        .collect();
    let points = sweep.points.iter();
    if any_diverged(sweep) {
        let counts = points.clone().map(|point| point.diverged.to_string());
        rows.push(HoverRow::text("diverged", "diverged", counts));
    }
    Hover {
        picks: Some(Swept::First),
        titles: points.map(|point| setting(sweep, point)).collect(),
        states: vec![rows],
        ..Hover::default()
    }
}

fn rates(sweep: &Sweep) -> Vec<(f64, Option<f64>)> {
    let points = sweep.points.iter();
    points
        .map(|point| (point.rate, point.half_life_epochs))
        .collect()
}

fn axis(sweep: &Sweep) -> Horizontal {
    if sweep.linear {
        return Horizontal::linear(&sweep.axis);
    }
    Horizontal::Rates {
        label: sweep.axis.clone(),
        rates: rates(sweep),
    }
}

/// Lines at the chosen and at the best value.
fn choice(sweep: &Sweep) -> Vec<Mark> {
    let mark = |index: usize, label: &str| {
        let point = sweep.points.get(index)?;
        Some(Mark::upright(point.rate, label))
    };
    let (same, word) = (sweep.chosen == sweep.best, sweep.metric.best());
    let both = format!("chosen, {word}");
    let chosen = mark(sweep.chosen, if same { &both } else { "chosen" });
    let chosen = chosen.map(|mark| Mark {
        solid: true,
        ..mark
    });
    let best = mark(sweep.best, word).filter(|_| !same);
    best.into_iter().chain(chosen).collect()
}

/// `λ = 0.0215 · half-life 4.1 epochs`
pub(crate) fn setting(sweep: &Sweep, point: &RatePoint) -> String {
    let value = format!("{} = {}", sweep.symbol, format::short(point.rate));
    let endless = point.rate == 0.0 && has_half_lives(&rates(sweep));
    if point.half_life_epochs.is_none() && !endless {
        return value;
    }
    let epochs = format::half_life(point.rate, point.half_life_epochs);
    format!("{value} · half-life {epochs} epochs")
}

fn threshold(sweep: &Sweep) -> Option<Mark> {
    let known = sweep.threshold.is_finite();
    known.then(|| Mark::level(sweep.threshold, "threshold"))
}

fn validation(sweep: &Sweep) -> Quantity<'static> {
    Quantity::new(sweep, "validation", VALIDATION, |p| Some(p.validation))
}

fn losses(sweep: &Sweep) -> [Quantity<'static>; 2] {
    let train = Quantity::new(sweep, "train", TRAIN, |p| Some(p.train));
    [train, validation(sweep)]
}

/// A loss this many times the best one is beyond comparing; it is marked at the edge.
const HOPELESS: f64 = 300.0;

fn loss_domain(sweep: &Sweep) -> Domain {
    let best = sweep.points.get(sweep.best);
    let best = best.map_or(f64::NAN, |point| point.validation.mean);
    let most = if best > 0.0 {
        HOPELESS * best
    } else {
        f64::INFINITY
    };
    let losses = losses(sweep);
    let means = losses.iter().flat_map(Quantity::means);
    wide(means.map(|mean| mean.min(most)), best)
}

/// Train and validation loss against the rate.
pub(crate) fn loss(sweep: &Sweep) -> Chart {
    let title = format!("Train and validation {}", sweep.metric.name);
    let y = loss_domain(sweep).labelled(sweep.metric.label());
    chart(sweep, "loss", &title, y, &losses(sweep), threshold(sweep))
}

/// The validation figure around its best value; `None` where the chart of both losses already shows it well.
pub(crate) fn loss_near_best(sweep: &Sweep) -> Option<Chart> {
    let validation = validation(sweep);
    let means: Vec<f64> = validation.means().collect();
    if means.iter().filter(|mean| mean.is_finite()).count() < 3 {
        return None;
    }
    let loss = |value: f64| sweep.metric.loss(value);
    let losses: Vec<f64> = means.iter().map(|mean| loss(*mean)).collect();
    let points = sweep.points.iter().map(|point| &point.validation);
    let lows: Vec<f64> = points
        .map(|spread| loss(spread.low()).min(loss(spread.high())))
        .collect();
    let mut domain = near_best(&losses, &lows, loss(sweep.threshold));
    if sweep.metric.higher_is_better {
        domain = Domain::linear(-domain.high, -domain.low);
    }
    let whole = loss_domain(sweep);
    let share = if whole.log {
        (domain.high / domain.low.max(whole.low)).ln() / (whole.high / whole.low).ln()
    } else {
        (domain.high - domain.low) / (whole.high - whole.low)
    };
    let extreme = if sweep.metric.higher_is_better {
        "maximum"
    } else {
        "minimum"
    };
    let title = format!("Validation {} near its {extreme}", sweep.metric.name);
    let y = domain.labelled(format!("validation {}", sweep.metric.label()));
    (share < 0.5).then(|| {
        chart(
            sweep,
            "near-best",
            &title,
            y,
            &[validation],
            threshold(sweep),
        )
    })
}

/// Validation minus train loss against the rate.
pub(crate) fn gap(sweep: &Sweep) -> Chart {
    let gap = Quantity::new(sweep, "validation − train", GAP, |p| Some(p.gap));
    let y = fenced(gap.edges(), &[0.0]).labelled(format!("gap in {}", sweep.metric.label()));
    let zero = Mark {
        solid: true,
        ..Mark::level(0.0, "")
    };
    chart(sweep, "gap", "Generalisation gap", y, &[gap], Some(zero))
}

/// A chart of one quantity; `None` where no value of the sweep has it.
fn single(sweep: &Sweep, id: &str, title: &str, y: Vertical, one: Quantity<'_>) -> Option<Chart> {
    let known = one.means().any(f64::is_finite);
    known.then(|| chart(sweep, id, title, y, &[one], None))
}

/// Validation accuracy against the rate.
pub(crate) fn accuracy(sweep: &Sweep) -> Option<Chart> {
    let one = Quantity::new(sweep, "validation", ACCURACY, |p| p.accuracy);
    let (low, high) = (one.edges().reduce(f64::min)?, one.edges().reduce(f64::max)?);
    let mut domain = Domain::linear(low, high).padded(0.06);
    domain.high = domain.high.min(1f64.max(domain.low + 1e-6));
    single(
        sweep,
        "accuracy",
        "Validation accuracy",
        domain.labelled("accuracy"),
        one,
    )
}

/// Norm of the decayed weights against the rate.
pub(crate) fn weight_norm(sweep: &Sweep) -> Option<Chart> {
    let one = Quantity::new(sweep, "decayed weights", TRAIN, |p| Some(p.weight_norm));
    let y = wide(one.means(), f64::NAN).labelled("norm of the decayed weights");
    single(sweep, "weight-norm", "Weight norm", y, one)
}

/// Root mean square of the logits against the rate.
pub(crate) fn logit_scale(sweep: &Sweep) -> Option<Chart> {
    let one = Quantity::new(sweep, "validation logits", ACCURACY, |p| p.logit_scale);
    let y = wide(one.means(), f64::NAN).labelled("root mean square logit");
    single(sweep, "logit-scale", "Logit scale", y, one)
}

/// One audit metric of the population against the rate.
pub(crate) fn audited(sweep: &Sweep, curve: &AuditCurve) -> Option<Chart> {
    let one = Quantity {
        name: "audited rows",
        colour: ACCURACY,
        spreads: curve.spreads.clone(),
    };
    let y = fenced(one.edges(), &[]).labelled(&curve.axis);
    let id = format!("audited-{}", curve.name.replace('_', "-"));
    single(sweep, &id, &curve.label, y, one)
}

//! Cosines over training and over the rate, and what is gained.

use decay_claim::drawing::{
    Panel, at_lowest, dashed, epochs_panel, figures_panel, of_shares, picture, rates_panel, series,
};
use decay_claim::{Curve, Drawing, Measurements, Result};

use crate::{
    ACROSS, CONFLICTS, COSINE, DECAYED, END, HALVED, JOINT, LOSS, METHODS, MIDDLE, MOMENTS,
    PROJECTED, REST, START, WORLDS,
};

type Panels = Result<Vec<Panel>>;

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    Ok(vec![
        Drawing {
            file: "agreement",
            caption: "Gradients of the data of two tasks along the shared trunk: their cosine in batches by epoch, the share of steps in conflict, and the cosine on all training rows.".into(),
            picture: picture("Agreement of two tasks' data gradients", 3, agreement(measured)?),
        },
        Drawing {
            file: "arithmetic",
            caption: "On all training rows: the cosine of the data gradients, with decay's part in both, with half of it in each, and of what is left across the weights; last where descent on all rows has come to rest.".into(),
            picture: picture("What adding decay to both gradients does", 3, arithmetic(measured)?),
        },
        Drawing {
            file: "losses",
            caption: "Validation loss, the sum of both tasks, over the rate.".into(),
            picture: picture("What is gained", 2, losses(measured)?),
        },
    ])
}

/// Rates up to ten times the one at which joint training predicts best: beyond, little is left that could conflict.
struct Shown {
    best: f64,
    last: f64,
}

impl Shown {
    fn of(measured: &Measurements, world: &str) -> Result<Self> {
        let loss = measured.curve(world, JOINT, LOSS)?.only(|rate| rate > 0.0);
        let best = loss.rates[loss.lowest()];
        let within = loss.rates.iter().filter(|&&rate| rate < 11.0 * best);
        Ok(Self {
            best,
            last: within.copied().fold(best, f64::max),
        })
    }

    fn only(&self, curve: &Curve) -> Curve {
        curve.only(|rate| rate <= self.last)
    }
}

fn agreement(measured: &Measurements) -> Panels {
    let mut panels = Vec::new();
    for world in WORLDS {
        let shown = Shown::of(measured, world)?;
        let lines = [
            ("no decay", 7, 0.0),
            ("best decay", 3, shown.best),
            ("up to ten times as much", 1, shown.last),
        ];
        panels.push(epochs_panel(
            measured, world, JOINT, COSINE, COSINE, &lines,
        )?);
        let both = [(JOINT, 0, JOINT), (PROJECTED, 4, PROJECTED)];
        let conflicts = |method| Ok(shown.only(&measured.curve(world, method, CONFLICTS)?));
        panels.push(of_shares(figures_panel(
            world, CONFLICTS, &both, conflicts,
        )?));
        let moments = [("start", 5, START), ("middle", 2, MIDDLE), ("end", 6, END)];
        let cosine = |moment| {
            let curve = measured.curve_at(world, MOMENTS, COSINE, moment)?;
            Ok(shown.only(&curve))
        };
        panels.push(figures_panel(
            world,
            "cosine on all training rows",
            &moments,
            cosine,
        )?);
    }
    Ok(panels)
}

fn arithmetic(measured: &Measurements) -> Panels {
    let mut panels = Vec::new();
    for world in WORLDS {
        let shown = Shown::of(measured, world)?;
        for (name, moment) in [("start", START), ("middle", MIDDLE), ("end", END)] {
            let curve =
                |metric| Ok(shown.only(&measured.curve_at(world, MOMENTS, metric, moment)?));
            panels.push(parts_panel(&format!("{world}: {name}"), curve)?);
        }
    }
    let at_rest = |metric| measured.curve_at(REST, MOMENTS, metric, END);
    panels.push(parts_panel(REST, at_rest)?);
    Ok(panels)
}

/// The cosine of data gradients, and what decay's parts make of it.
fn parts_panel(title: &str, curve: impl Fn(&'static str) -> Result<Curve>) -> Result<Panel> {
    let [data, decayed, halved, across] = [COSINE, DECAYED, HALVED, ACROSS].map(curve);
    let lines = [("data", 0, &data?), ("decay in both", 1, &decayed?)];
    let mut panel = rates_panel(title, COSINE, &lines);
    panel
        .series
        .push(dashed(series("half of decay in each", 3, &halved?)));
    panel
        .series
        .push(dashed(series("data, across the weights", 7, &across?)));
    Ok(panel)
}

fn losses(measured: &Measurements) -> Panels {
    let of_world = |world| {
        let lines = METHODS.iter().enumerate();
        let lines: Vec<_> = lines.map(|(place, &name)| (name, place, name)).collect();
        let loss = |method| measured.curve(world, method, LOSS);
        let mut panel = figures_panel(world, LOSS, &lines, loss)?;
        panel.marks.push(at_lowest(&loss(JOINT)?, "best joint"));
        Ok(panel)
    };
    WORLDS.into_iter().map(of_world).collect()
}

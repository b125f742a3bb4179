//! The record of a sweep of two hyper-parameters, and its rows as a table on the terminal.

use decay_report::{Spread, Surface, SurfaceAxis, SurfaceCell};
use decay_train::{Axis, Hyper};

use super::sweep::over_folds;
use crate::experiment::{CrossValidation, Decision};
use decay_report::text::{Table, number, plus_minus};

/// The validation metric over both axes; `None` of a sweep with one.
pub(crate) fn surface_record(validated: &CrossValidation, choice: &Decision) -> Option<Surface> {
    let plan = &validated.plan;
    let [x, y] = &plan.axes[..] else {
        return None;
    };
    let rows = y.values.len();
    let row = |row: usize| {
        let settings = (0..x.values.len()).map(|column| column * rows + row);
        settings
            .map(|setting| cell(validated, setting, x.hyper == Hyper::Decay))
            .collect()
    };
    let place = |setting: usize| (setting % rows, setting / rows);
    Some(Surface {
        metric: validated.metric.shown(),
        x: axis(x),
        y: axis(y),
        cells: (0..rows).map(row).collect(),
        chosen: place(choice.chosen),
        best: place(choice.best),
    })
}

fn axis(axis: &Axis) -> SurfaceAxis {
    SurfaceAxis {
        key: axis.hyper.key().to_owned(),
        label: axis.hyper.label().to_owned(),
        symbol: axis.hyper.symbol().to_owned(),
        values: axis.values.clone(),
    }
}

fn cell(validated: &CrossValidation, setting: usize, timed: bool) -> SurfaceCell {
    let finite = |epochs: f64| (timed && epochs.is_finite()).then_some(epochs);
    let members = validated.plan.of_setting(setting);
    SurfaceCell {
        half_life_epochs: finite(validated.units.half_lives[setting]),
        tau_epochs: finite(validated.units.taus[setting]),
        validation: over_folds(validated, setting, |m| Some(m.validation)),
        diverged: members.filter(|&m| validated.measured[m].is_none()).count(),
    }
}

/// One line per row with its lowest mean, and a blank one; `*` marks the row of the choice and `·` the lowest of all.
pub(crate) fn surface_table(surface: &Surface) -> String {
    let timed = surface.cells.iter().flatten();
    let timed = timed
        .into_iter()
        .any(|cell| cell.half_life_epochs.is_some());
    let x = if timed {
        "rate"
    } else {
        surface.x.symbol.as_str()
    };
    let mut head = vec![String::new(), surface.y.symbol.clone(), format!("best {x}")];
    if timed {
        head.extend(["half-life (epochs)".into(), "tau (epochs)".into()]);
    }
    head.push(format!("validation {}", surface.metric.name));
    let mut table = Table::with_head(head, 1);
    for row in 0..surface.y.values.len() {
        table.push(line(surface, row, timed));
    }
    table.text() + "\n"
}

fn line(surface: &Surface, row: usize, timed: bool) -> Vec<String> {
    let mark = match row {
        row if row == surface.chosen.0 => "*",
        row if row == surface.best.0 => "·",
        _ => "",
    };
    let mut line = vec![mark.to_owned(), number(surface.y.values[row])];
    let optimum = surface.optimum(row);
    let cell = optimum.and_then(|column| surface.cell((row, column)));
    line.push(optimum.map_or_else(|| "-".into(), |column| number(surface.x.values[column])));
    if timed {
        for epochs in [cell.map(|c| c.half_life_epochs), cell.map(|c| c.tau_epochs)] {
            line.push(epochs.map_or_else(|| "-".into(), |e| number(e.unwrap_or(f64::INFINITY))));
        }
    }
    let shown = |spread: &Spread| plus_minus(spread.mean, spread.se);
    line.push(cell.map_or_else(|| "-".into(), |cell| shown(&cell.validation)));
    line
}

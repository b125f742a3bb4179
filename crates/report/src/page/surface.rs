//! The section of a sweep of two hyper-parameters: the heat map, and the lowest cell of each row.

use super::document::{Document, element, number, tags};
use crate::figures;
use crate::format;
use crate::records::{Surface, SurfaceCell};

pub(super) fn write(document: &mut Document, surface: &Surface) {
    let Some(chart) = figures::heat_map(surface) else {
        return;
    };
    document.open_section(&format!("{} against {}", surface.y.label, surface.x.label));
    document.figure(vec![chart], &caption(surface));
    let profiles = figures::profiles(surface).into_iter().flatten();
    document.figure(profiles.collect(), &profiles_caption(surface));
    write_table(document, surface);
    document.close_section();
}

fn caption(surface: &Surface) -> String {
    let metric = &surface.metric.name;
    let mut caption = format!(
        "Mean validation {metric} over folds at {} pairs of {} and {}; light is {}. The dots mark the {} mean for each \
         {}, and the line between them shows how it moves; the outlined cell is chosen.",
        surface.x.values.len() * surface.y.values.len(),
        surface.x.label,
        surface.y.label,
        if surface.metric.higher_is_better {
            "high"
        } else {
            "low"
        },
        surface.metric.best(),
        surface.y.symbol
    );
    if let Some(end) = figures::colours_end(surface) {
        caption.push_str(&format!(
            " Means {} {} share the darkest colour.",
            if surface.metric.higher_is_better {
                "below"
            } else {
                "above"
            },
            format::significant(end, 3)
        ));
    }
    caption
}

fn profiles_caption(surface: &Surface) -> String {
    format!(
        "Sections through the figure above at the setting named above: mean validation {} with a band of ± 1 standard \
         error; sections at other values are drawn faint.",
        surface.metric.name
    )
}

fn write_table(document: &mut Document, surface: &Surface) {
    let mut cells = surface.cells.iter().flatten();
    let timed = cells.any(|cell| cell.half_life_epochs.is_some());
    let caption = format!(
        "The {} mean validation {} for each {}, ± standard error over folds.",
        surface.metric.best(),
        surface.metric.label(),
        surface.y.symbol
    );
    document.open_table("sweep", &caption);
    let loss = format!("validation {}", surface.metric.name);
    let mut heads = vec![
        ("", false),
        (surface.y.symbol.as_str(), true),
        (surface.x.symbol.as_str(), true),
    ];
    if timed {
        heads.extend([("half-life (epochs)", true), ("τ (epochs)", true)]);
    }
    heads.push((loss.as_str(), true));
    document.table_head(heads);
    for row in 0..surface.y.values.len() {
        document.markup(&table_row(surface, row, timed));
    }
    document.close_table();
}

fn table_row(surface: &Surface, row: usize, timed: bool) -> String {
    let optimum = surface.optimum(row);
    let cell = optimum.and_then(|column| surface.cell((row, column)));
    let rate = optimum.and_then(|column| surface.x.values.get(column).copied());
    let (chosen, best) = (surface.chosen.0 == row, surface.best.0 == row);
    let class = if chosen { " class=\"chosen\"" } else { "" };
    let missing = || format::MISSING.to_owned();
    let mut text = format!("<tr data-i=\"{row}\" data-axis=\"1\"{class}>")
        + &tags([(chosen, "chosen row"), (best, surface.metric.best())]);
    let value = format::short(surface.y.values[row]);
    text += &element("th scope=\"row\" class=\"number\"", &value);
    text += &number(&rate.map_or_else(missing, format::short));
    if timed {
        for epochs in [
            cell.and_then(|c| c.half_life_epochs),
            cell.and_then(|c| c.tau_epochs),
        ] {
            text += &number(&format::half_life(rate.unwrap_or(f64::NAN), epochs));
        }
    }
    let loss = |cell: &SurfaceCell| format::plus_minus(cell.validation.mean, cell.validation.se);
    text += &number(&cell.map_or_else(missing, loss));
    text + "</tr>\n"
}

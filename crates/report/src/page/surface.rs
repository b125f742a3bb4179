//! The section of a sweep of two hyper-parameters: the heat map, and the lowest cell of each row.

use super::document::Document;
use crate::escape::escape;
use crate::figures;
use crate::format;
use crate::records::{Surface, SurfaceCell};

pub(super) fn write(document: &mut Document, surface: &Surface) {
    let Some(panel) = figures::heat_map(surface) else {
        return;
    };
    document.open_section(&format!("{} against {}", surface.y.label, surface.x.label));
    document.figure(vec![panel], &caption(surface));
    write_table(document, surface);
    document.close_section();
}

fn caption(surface: &Surface) -> String {
    let metric = &surface.metric.name;
    let mut caption = format!(
        "Mean validation {metric} over folds at {} pairs of {} and {}; light is low. The dots mark the lowest mean for each \
         {}, and the line between them shows how it moves; the outlined cell is chosen.",
        surface.x.values.len() * surface.y.values.len(),
        surface.x.label,
        surface.y.label,
        surface.y.symbol
    );
    if let Some(end) = figures::colours_end(surface) {
        caption.push_str(&format!(
            " Means above {} share the darkest colour.",
            format::significant(end, 3)
        ));
    }
    caption
}

fn write_table(document: &mut Document, surface: &Surface) {
    let timed = surface.cells.iter().flatten();
    let timed = timed
        .into_iter()
        .any(|cell| cell.half_life_epochs.is_some());
    let caption = format!(
        "The lowest mean validation {} for each {}, ± standard error over folds.",
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
    let chosen = surface.chosen.0 == row;
    let tag = |is: bool, text: &str| match is {
        true => format!("<span class=\"tag\">{text}</span> "),
        false => String::new(),
    };
    let tags = tag(chosen, "chosen row") + &tag(surface.best.0 == row, "lowest");
    let class = if chosen { " class=\"chosen\"" } else { "" };
    let rate = optimum.and_then(|column| surface.x.values.get(column).copied());
    let mut text = format!(
        "<tr{class}><td class=\"tags\">{tags}</td><th scope=\"row\" class=\"number\">{}</th>",
        escape(&format::short(surface.y.values[row]))
    );
    let mut push = |value: String| {
        text.push_str(&format!("<td class=\"number\">{}</td>", escape(&value)));
    };
    push(rate.map_or_else(|| format::MISSING.to_owned(), format::short));
    if timed {
        let time = |epochs: fn(&SurfaceCell) -> Option<f64>| {
            format::half_life(rate.unwrap_or(f64::NAN), cell.and_then(epochs))
        };
        push(time(|cell| cell.half_life_epochs));
        push(time(|cell| cell.tau_epochs));
    }
    push(cell.map_or_else(
        || format::MISSING.to_owned(),
        |cell| format::plus_minus(cell.validation.mean, cell.validation.se),
    ));
    text + "</tr>\n"
}

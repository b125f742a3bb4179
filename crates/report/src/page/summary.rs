//! What stands around the figures: title and results in words, training, what decays, where the numbers come from.

use super::document::{Document, element, number};
use crate::escape::escape;
use crate::figures;
use crate::format;
use crate::records::{ParameterRow, Report, Training};

/// The top of the page: title and the results in words.
pub(super) fn write_findings(document: &mut Document, report: &Report) {
    document.markup("<header>\n");
    document.element("h1", &report.title);
    document.element("p class=\"subtitle\"", &report.subtitle);
    document.markup("</header>\n");
    if !report.answer.is_empty() {
        document.markup("<section class=\"answer\" aria-label=\"The answer\">\n<dl>\n");
        for line in &report.answer {
            document.element("dt", &line.headline);
            document.markup(&sentence("dd", &line.detail));
        }
        document.markup("</dl>\n</section>\n");
    }
    document.place_contents();
    if !report.findings.is_empty() {
        document.markup("<section class=\"findings\" aria-label=\"Findings\">\n<ol>\n");
        for finding in &report.findings {
            document.markup("<li>");
            document.markup(&sentence("strong", &finding.headline));
            document.markup(&sentence("p", &finding.detail));
            document.markup("</li>\n");
        }
        document.markup("</ol>\n</section>\n");
    }
    if !report.command.is_empty() {
        let code = element("code", &report.command);
        document.markup(&format!("<pre class=\"command\">{code}</pre>\n"));
    }
}

/// An element of prose, in which neither a unit, an error nor an exponent leaves its number, nor a flag its dashes; nothing without text.
fn sentence(tag: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let joined = escape(text)
        .replace(" %", "\u{a0}%")
        .replace(" ± ", "\u{a0}±\u{a0}");
    let word = |word: &str| match breaks_badly(word) {
        true => format!("<span class=\"whole\">{word}</span>"),
        false => word.to_owned(),
    };
    let words: Vec<String> = joined.split(' ').map(word).collect();
    format!("<{tag}>{}</{tag}>\n", words.join(" "))
}

/// Whether a word has a hyphen that no line may end with: that of a flag, or of an exponent as in `1e-5`.
fn breaks_badly(word: &str) -> bool {
    let exponent = |[before, e, minus, after]: [u8; 4]| {
        before.is_ascii_digit() && [e, minus] == *b"e-" && after.is_ascii_digit()
    };
    let mut names = word.split("--").skip(1);
    let mut windows = word.as_bytes().windows(4);
    names.any(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
        || windows.any(|own| exponent([own[0], own[1], own[2], own[3]]))
}

/// Learning curves of several models at one setting.
pub(super) fn write_training(document: &mut Document, training: &Training) {
    let Some(chart) = figures::training_curves(training) else {
        return;
    };
    document.open_section("Training");
    let caption = if training.note.is_empty() {
        format!("{} by epoch, one line per model.", training.metric.name)
    } else {
        training.note.clone()
    };
    document.figure(vec![chart], &caption);
    document.close_section();
}

/// Which parameters decay and why.
pub(super) fn write_parameters(document: &mut Document, rows: &[ParameterRow]) {
    if rows.is_empty() {
        return;
    }
    document.open_section("What decays, and why");
    let size = |row: &ParameterRow| row.shape.iter().product::<usize>();
    let all: usize = rows.iter().map(size).sum();
    let decayed: usize = rows.iter().filter(|row| row.decayed).map(size).sum();
    let share = format::fixed(100.0 * decayed as f64 / all.max(1) as f64, 1);
    let caption = format!("Parameters of one model; {decayed} of {all} numbers ({share} %) decay.");
    document.open_table("parameters", &caption);
    let heads = [("parameter", false), ("shape", true), ("kind", false)];
    document.table_head(heads.into_iter().chain([("decays", false), ("why", false)]));
    for row in rows {
        let shape: Vec<String> = row.shape.iter().map(usize::to_string).collect();
        let decays = if row.decayed { "yes" } else { "no" };
        document.markup(&format!(
            "<tr class=\"decays-{decays}\"><th scope=\"row\">{}</th>{}{}<td>{decays}</td>{}</tr>\n",
            element("code", &row.name),
            number(&shape.join(" × ")),
            element("td", &row.kind),
            element("td class=\"note\"", &row.why),
        ));
    }
    document.close_table();
    document.close_section();
}

/// Where the numbers come from: data, seed, version, device, configuration.
pub(super) fn write_provenance(document: &mut Document, pairs: &[(String, String)]) {
    if pairs.is_empty() {
        return;
    }
    document.open_folded("Provenance");
    document.markup("<dl>\n");
    for (key, value) in pairs {
        document.markup("<div>");
        document.element("dt", key);
        document.markup("<dd>");
        if value.trim_end().contains('\n') {
            document.element("pre", value.trim_end());
        } else {
            document.text(value);
        }
        document.markup("</dd></div>\n");
    }
    document.markup("</dl>\n");
    document.close_folded();
}

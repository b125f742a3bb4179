//! The section of the sweep: figures against the rate, curves and reliability at one of them, norms, the table.

use super::document::Document;
use super::sweep_table;
use crate::figures;
use crate::format;
use crate::records::Sweep;

pub(super) fn write(document: &mut Document, sweep: &Sweep) {
    if sweep.points.is_empty() {
        return;
    }
    let heading = format!("Sweep of the {} {}", sweep.axis, sweep.at);
    document.open_section(heading.trim_end());
    let losses = [
        Some(figures::loss(sweep)),
        figures::loss_near_best(sweep),
        Some(figures::gap(sweep)),
        figures::accuracy(sweep),
    ];
    document.figure(losses.into_iter().flatten().collect(), &loss_caption(sweep));
    sweep_table::write(document, sweep);
    write_moving_figure(document, sweep);
    let norms = [figures::weight_norm(sweep), figures::logit_scale(sweep)];
    let caption = format!(
        "Size of the trained weights and of the logits. {}",
        bands(sweep)
    );
    document.figure(norms.into_iter().flatten().collect(), &caption);
    let audited = sweep.audited.iter();
    let audited = audited.filter_map(|curve| figures::audited(sweep, curve));
    document.figure(
        audited.collect(),
        "The whole population on the rows of the audit: mean over members, bands are ± 1 standard error.",
    );
    document.close_section();
}

/// What the bands are, with the number of values behind a mean where it is the same at every rate.
fn bands(sweep: &Sweep) -> String {
    let sizes = || sweep.points.iter().map(|point| point.validation.n);
    let (least, most) = (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0));
    let count = if least == most {
        most.to_string()
    } else {
        format!("{least} to {most}")
    };
    format!("Bands are ± 1 standard error, n = {count}.")
}

fn value_at(sweep: &Sweep, index: usize) -> Option<String> {
    let point = sweep.points.get(index)?;
    let mut text = format!("{} = {}", sweep.symbol, format::short(point.rate));
    if point.half_life_epochs.is_some() {
        let epochs = format::half_life(point.rate, point.half_life_epochs);
        text.push_str(&format!(" (half-life {epochs} epochs)"));
    }
    Some(text)
}

fn loss_caption(sweep: &Sweep) -> String {
    let metric = &sweep.metric.name;
    let mut caption = format!(
        "Loss, gap and choice against the {}{}{}. {}",
        sweep.axis,
        if sweep.at.is_empty() { "" } else { ", " },
        sweep.at,
        bands(sweep)
    );
    if let Some(best) = value_at(sweep, sweep.best) {
        caption.push_str(&format!(
            " The mean validation {metric} is {} at {best}",
            sweep.metric.best()
        ));
        let loss = sweep.points.get(sweep.best).map(|point| point.validation);
        if let Some(loss) = loss {
            caption.push_str(&format!(", {}", format::plus_minus(loss.mean, loss.se)));
        }
        caption.push('.');
    }
    if sweep.threshold.is_finite() {
        let threshold = format::significant(sweep.threshold, 4);
        caption.push_str(&format!(
            " The rule “{}” accepts means {} {threshold} (dotted)",
            sweep.rule,
            if sweep.metric.higher_is_better {
                "down to"
            } else {
                "up to"
            }
        ));
    } else {
        caption.push_str(&format!(" The rule is “{}”", sweep.rule));
    }
    if let Some(chosen) = value_at(sweep, sweep.chosen) {
        caption.push_str(&format!(" and chooses {chosen}"));
    }
    caption.push_str(". A triangle at the edge marks a mean beyond the axis.");
    caption
}

fn write_moving_figure(document: &mut Document, sweep: &Sweep) {
    let curves = figures::sweep_curves(sweep);
    let reliability = figures::sweep_reliability(sweep);
    if curves.is_none() && reliability.is_none() {
        return;
    }
    let mut caption = "At the setting named above.".to_owned();
    if curves.is_some() {
        caption.push_str(
            " Learning curves: mean over the members with a band of ± 1 standard error; the other values are \
             drawn faint.",
        );
    }
    if reliability.is_some() {
        caption.push_str(
            " Reliability: accuracy of the validation rows by confidence, whiskers are 95 % Wilson \
             intervals that count each row once; below, predictions per bin, of each seed, on a logarithmic axis.",
        );
    }
    document.figure(curves.into_iter().chain(reliability).collect(), &caption);
}

//! Figures over the strength of each penalty, and what there is to look at.

use decay_claim::drawing::{
    Horizontal, Panel, Raster, Series, dashed, figures_panel, panel, picture, rate_label,
    rates_panel, series_along,
};
use decay_claim::measuring::filters::Mosaic;
use decay_claim::{Drawing, Measurements, Result};

use crate::notes::{BOTH, CHANNELS, KERNEL, UNITS};
use crate::{
    ACCURACY, AGREEMENT, AREA, CLOTHES, DECOYS, DELETED, DELETION, DIGITS, FEATURES, FILTERS,
    INSERTED, INSERTION, L1, L2, LOSS, MAP, MOSAIC, NET, PENALTIES, RANDOM, RANK, ROUGHNESS, SCALE,
    SPECTRUM, STUDIES, TABLE, TRUTH, ZEROS, shown,
};

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    Ok([figures(measured)?, images(measured)?].concat())
}

fn drawing(file: &'static str, caption: &str, title: &str, panels: Vec<Panel>) -> Drawing {
    Drawing {
        file,
        caption: caption.into(),
        picture: picture(title, 3, panels),
    }
}

/// Numbers over the strength.
fn figures(measured: &Measurements) -> Result<Vec<Drawing>> {
    Ok(vec![
        drawing(
            "reading",
            "Against known truth, and between seeds: AUROC of saliency for relevant inputs (0.5 is chance), rank correlation of two \
             seeds, and smoothness (1: as rough as noise), over the strength of each penalty.",
            "How well saliency can be read",
            reading(measured)?,
        ),
        drawing(
            "order",
            "What deletion and insertion by saliency gain over random orders at one confidence, and plain deletion areas beside what \
             dividing the logits of a network without penalty makes of them.",
            "Order and scale of deletion",
            order(measured)?,
        ),
        drawing(
            "weights",
            "Loss and accuracy, exact zeros of the first layer, effective rank and spectra of the largest weight matrix.",
            "What the penalties make of the weights",
            weights(measured)?,
        ),
        drawing(
            "curves",
            "Probability of the predicted class while inputs are taken away and given back in the order of saliency and at random; \
             logits divided to a mean probability of 0.8.",
            "Deletion and insertion",
            curves(measured)?,
        ),
    ])
}

/// What there is to look at.
fn images(measured: &Measurements) -> Result<Vec<Drawing>> {
    Ok(vec![
        drawing(
            "first-layer",
            "Two digits, first replicate and seed: the eight largest units of the first layer, the label's digit at the left; 0 is grey.",
            "First layers over the strength",
            rasters(measured, DIGITS, MOSAIC, [16, UNITS])?,
        ),
        drawing(
            "saliency-digits",
            "Two digits: three images, the label's digit at the left, and the sizes of the slopes of the predicted logit, the largest white.",
            "Saliency over the strength",
            rasters(measured, DIGITS, MAP, [16, BOTH])?,
        ),
        drawing(
            "saliency-clothes",
            "Clothes: two images and the sizes of the slopes of the predicted logit, the largest white.",
            "Saliency of a convolutional network over the strength",
            rasters(measured, CLOTHES, MAP, [14, BOTH])?,
        ),
        drawing(
            "feature-maps",
            "Clothes: what four channels of the first convolution make of one image.",
            "Feature maps of one image over the strength",
            rasters(measured, CLOTHES, FEATURES, [14, CHANNELS])?,
        ),
        drawing(
            "kernels",
            "Clothes: four kernels of the first convolution; 0 is grey.",
            "Kernels over the strength",
            rasters(measured, CLOTHES, MOSAIC, [KERNEL, CHANNELS])?,
        ),
    ])
}

/// A figure of a study over the strength of every penalty.
fn strengths(measured: &Measurements, study: &str, metric: &str, y: &str) -> Result<Panel> {
    let lines = [0, 1, 2].map(|place: usize| (PENALTIES[place], place, PENALTIES[place]));
    let title = format!("{study}: {y}");
    let mut panel = figures_panel(&title, y, &lines, |penalty| {
        measured.curve(study, penalty, metric)
    })?;
    // Half-lives are those of decay alone, and the axis serves all.
    let rates = panel.series.iter().flat_map(|series| &series.points);
    panel.x = Horizontal::Rates {
        label: "strength λ".to_owned(),
        rates: rates.map(|point| (point.x, None)).collect(),
    };
    Ok(panel)
}

fn reading(measured: &Measurements) -> Result<Vec<Panel>> {
    let (truth, same, rough) = ("AUROC", "agreement of seeds", "roughness of saliency");
    [
        (TABLE, TRUTH, truth),
        (TABLE, DECOYS, "AUROC among decoys"),
        (DIGITS, TRUTH, truth),
        (TABLE, AGREEMENT, same),
        (DIGITS, AGREEMENT, same),
        (CLOTHES, AGREEMENT, same),
        (DIGITS, ROUGHNESS, rough),
        (CLOTHES, ROUGHNESS, rough),
        (DIGITS, FILTERS, "roughness of filters"),
    ]
    .into_iter()
    .map(|(study, metric, y)| strengths(measured, study, metric, y))
    .collect()
}

fn order(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for (metric, y) in [(DELETION, "deletion gain"), (INSERTION, "insertion gain")] {
        for study in STUDIES {
            panels.push(strengths(measured, study, metric, y)?);
        }
    }
    for study in STUDIES {
        let lines = [(AREA, "L2"), (SCALE, "confidence alone")];
        let line = |(place, (metric, label)): (usize, (&str, &str))| {
            let curve = measured.curve(study, L2, metric)?;
            let line = series_along(label, 1 + 3 * place, &curve.rates, &curve.values);
            Ok(if place == 0 { line } else { dashed(line) })
        };
        let both = lines.into_iter().enumerate().map(line);
        let curve = measured.curve(study, L2, AREA)?;
        let mut area = rates_panel(
            &format!("{study}: plain deletion area"),
            "area",
            &[("", 0, &curve)],
        );
        area.series = both.collect::<Result<_>>()?;
        panels.push(area);
    }
    Ok(panels)
}

fn weights(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for (metric, y) in [
        (LOSS, "tempered loss"),
        (ACCURACY, "accuracy"),
        (ZEROS, "share of zeros"),
        (RANK, "effective rank"),
    ] {
        for study in STUDIES {
            panels.push(strengths(measured, study, metric, y)?);
        }
    }
    for study in STUDIES {
        let mut all = Vec::new();
        for (penalty, colour) in [(L1, 0), (L2, 1)] {
            let [none, weak, strong] = shown(penalty);
            if penalty == L1 {
                all.push(along(
                    measured,
                    [study, penalty, SPECTRUM],
                    none,
                    ("none", 5),
                )?);
            }
            all.push(dashed(along(
                measured,
                [study, penalty, SPECTRUM],
                weak,
                (&of(penalty, weak), colour),
            )?));
            all.push(along(
                measured,
                [study, penalty, SPECTRUM],
                strong,
                (&of(penalty, strong), colour),
            )?);
        }
        let x = Horizontal::linear("place");
        panels.push(panel(
            &format!("{study}: singular values"),
            x,
            "over the largest",
            all,
        ));
    }
    Ok(panels)
}

/// What a line at one strength of a penalty is called.
fn of(penalty: &str, strength: f64) -> String {
    format!("{penalty}, {}", rate_label(strength))
}

fn along(
    measured: &Measurements,
    [study, penalty, metric]: [&str; 3],
    strength: f64,
    (label, colour): (&str, usize),
) -> Result<Series> {
    let (places, values) = measured.along(study, penalty, metric, strength)?;
    Ok(series_along(label, colour, &places, &values))
}

fn curves(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for (metric, what) in [(DELETED, "deletion"), (INSERTED, "insertion")] {
        for study in STUDIES {
            let mut all = Vec::new();
            for (penalty, strength, label, colour) in [
                (L1, shown(L1)[0], "none".to_owned(), 5),
                (L1, shown(L1)[2], of(L1, shown(L1)[2]), 0),
                (L2, shown(L2)[2], of(L2, shown(L2)[2]), 1),
            ] {
                all.push(along(
                    measured,
                    [study, penalty, metric],
                    strength,
                    (&label, colour),
                )?);
                if metric == DELETED {
                    let label = format!("{label}, at random");
                    all.push(dashed(along(
                        measured,
                        [study, penalty, RANDOM],
                        strength,
                        (&label, colour),
                    )?));
                }
            }
            let x = Horizontal::linear(format!("share of the inputs, {what}"));
            panels.push(panel(study, x, "probability", all));
        }
    }
    Ok(panels)
}

/// A picture at each strength that is shown, of each penalty.
fn rasters(
    measured: &Measurements,
    study: &str,
    metric: &str,
    size: [usize; 2],
) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for penalty in PENALTIES {
        for strength in shown(penalty) {
            let (series, title) = match (penalty, strength) {
                (NET, 0.0) => (NET, "L2 alone".to_owned()),
                (_, 0.0) => (L1, "no penalty".to_owned()),
                _ => (penalty, of(penalty, strength)),
            };
            let raster: Raster = Mosaic::noted(measured, [study, series, metric], strength, size)?;
            panels.push(Panel::of_raster(title, "", raster));
        }
    }
    Ok(panels)
}

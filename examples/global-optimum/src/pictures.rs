//! The landscapes over the rate.

use decay_claim::drawing::{figures_panel, of_shares, picture};
use decay_claim::{Drawing, Measurements, Result};

use crate::{DEPTHS, WHITE, WIDTHS};

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    let depths: Vec<_> = DEPTHS.iter().enumerate().map(|(colour, depth)| (depth.0, colour, depth.0)).collect();
    let linear = |metric| move |series: &'static str| measured.curve(WHITE, series, metric);
    let widths = WIDTHS.map(|(study, units)| (study, units, study));
    let perceptron = |metric| move |study: &'static str| measured.curve(study, "", metric);
    let on_table = |title, y, metric| figures_panel(title, y, &widths, perceptron(metric));
    Ok(vec![
        Drawing {
            file: "perceptrons",
            caption: "Perceptrons on a table: how many optima 16 starts find, what they are worth, and the barriers between them.".into(),
            picture: picture("Perceptrons from 16 starts", 3, vec![
                on_table("different functions", "optima among 16 starts", "optima")?,
                of_shares(on_table("starts at the lowest optimum", "share of starts", "at the lowest")?),
                on_table("objective of the mean start", "above the lowest", "excess")?,
                on_table("held-out loss", "variances of the target", "held-out loss")?,
                on_table("its spread over starts", "standard deviation", "spread of held-out loss")?,
                on_table("barrier after matching", "variances of the target", "barrier after matching")?,
            ]),
        },
        Drawing {
            file: "linear",
            caption: "Linear networks with white inputs: products that 16 starts end at, and the share of them at the global optimum.".into(),
            picture: picture("Linear networks from 16 starts", 2, vec![
                figures_panel("different products", "optima among 16 starts", &depths, linear("optima"))?,
                of_shares(figures_panel("starts at the global optimum", "share of starts", &depths, linear("at the global optimum"))?),
            ]),
        },
    ])
}

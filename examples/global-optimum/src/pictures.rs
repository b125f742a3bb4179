//! The landscapes over the rate.

use decay_claim::drawing::{figures_panel, of_shares, picture};
use decay_claim::{Drawing, Measurements, Result};

use crate::{DEPTHS, NETS, WHITE};

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    let depths = [0, 1, 2, 3].map(|place: usize| (DEPTHS[place].0, place, DEPTHS[place].0));
    let linear = |metric| move |series: &'static str| measured.curve(WHITE, series, metric);
    let nets = [0, 1, 2].map(|place: usize| (NETS[place].0, 4 + place, NETS[place].0));
    let on_table = |title, y, metric| {
        figures_panel(title, y, &nets, |study| measured.curve(study, "", metric))
    };
    // Without decay the weights of three units run off to infinity, and what lies between such ends says nothing.
    let decayed = |title, y, metric| {
        let positive = |study| Ok(measured.curve(study, "", metric)?.only(|rate| rate > 0.0));
        figures_panel(title, y, &nets, positive)
    };
    let (number, variance) = ("optima among 16 starts", "variances of the target");
    Ok(vec![
        Drawing {
            file: "perceptrons",
            caption: "Perceptrons on diabetes: optima that 16 starts find, what they are worth, and the barriers between two of them (rates above 0).".into(),
            picture: picture("Perceptrons from 16 starts", 3, vec![
                on_table("different functions", number, "optima")?,
                of_shares(on_table("at the lowest optimum", "share of starts", "at the lowest")?),
                on_table("different live units", "units", "different units")?,
                on_table("held-out loss", variance, "held-out loss")?,
                decayed("barrier", variance, "barrier")?,
                decayed("barrier, units matched", variance, "barrier after matching")?,
            ]),
        },
        Drawing {
            file: "linear",
            caption: "Linear networks with white inputs: the largest singular value that is left, the products that 16 starts end at, and how many starts are at the global optimum.".into(),
            picture: picture("Linear networks from 16 starts", 3, vec![
                figures_panel("what is left", "largest singular value", &depths, linear("largest singular value"))?,
                figures_panel("different products", number, &depths, linear("optima"))?,
                of_shares(figures_panel("at the global optimum", "share of starts", &depths, linear("at the global optimum"))?),
            ]),
        },
    ])
}

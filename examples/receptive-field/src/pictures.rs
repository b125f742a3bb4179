//! Entropies over the rate, and maps of where weights and slopes lie.

use decay_claim::drawing::{
    Horizontal, Panel, dashed, figures_panel, panel, picture, rate_label, rates_panel, series,
    series_along,
};
use decay_claim::measuring::energy::EnergyMap;
use decay_claim::{Drawing, Measurements, Result};

use crate::filters::SIDE as FILTER;
use crate::images::SIDE as IMAGE;
use crate::{
    BORDERS, FIELDS, FILTERS, GROWTHS, LEARNED, MAPPED, MAPS_OF_FILTERS, MAPS_OF_NETWORKS,
    NETWORKS, SHUFFLED, SLOPES, WEIGHTS, WORLDS, figure, map_of, study_of,
};

const ENTROPY: &str = "spatial entropy";
/// What a line of linear filters is called.
const RIDGE: (&str, usize) = ("ridge of these rows", 4);
const FORMULA: (&str, usize) = ("formula, endless rows", 6);

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    let drawing = |file, caption: &str, title, columns, panels| Drawing {
        file,
        caption: caption.into(),
        picture: picture(title, columns, panels),
    };
    Ok(vec![
        drawing(
            "filters",
            "Linear filters: spatial entropy over the rate in four worlds, their radius, and what decides which way entropy goes.",
            "Linear filters over the rate",
            3,
            filters(measured)?,
        ),
        drawing(
            "filter-maps",
            "Linear filters, mean of all replicates: amplitude of the weights by pixel, the largest white; entropy and radius of this mean.",
            "Where the weights of linear filters lie",
            3,
            filter_maps(measured)?,
        ),
        drawing(
            "networks",
            "Networks on clothes: entropy of receptive field and first layer, over the rate.",
            "Receptive fields of networks over the rate",
            3,
            networks(measured)?,
        ),
        drawing(
            "network-maps",
            "Networks whose border is shuffled, mean of all replicates: amplitude by pixel, the largest white; entropy and radius of this mean.",
            "Where networks look, border shuffled",
            3,
            network_maps(measured)?,
        ),
    ])
}

fn filters(measured: &Measurements) -> Result<Vec<Panel>> {
    let world = |name: &str| {
        let found = measured.curve(FILTERS, name, &figure("entropy", WEIGHTS))?;
        let endless = measured.curve(FILTERS, name, "entropy by the formula")?;
        let mut panel = rates_panel(name, ENTROPY, &[(RIDGE.0, RIDGE.1, &found)]);
        let formula = series(FORMULA.0, FORMULA.1, &endless);
        panel.series.push(dashed(formula));
        Ok(panel)
    };
    let mut panels = WORLDS.into_iter().map(world).collect::<Result<Vec<_>>>()?;
    let worlds = [0, 1, 2, 3].map(|place: usize| (WORLDS[place], place, WORLDS[place]));
    let radius = |name| measured.curve(FILTERS, name, &figure("radius", WEIGHTS));
    panels.push(figures_panel(
        "radius of the filter",
        "radius (pixels)",
        &worlds,
        radius,
    )?);
    panels.push(growths(measured)?);
    Ok(panels)
}

/// What decides which way the entropy goes.
fn growths(measured: &Measurements) -> Result<Panel> {
    let line = |(label, colour), metric| {
        let curve = measured.curve(GROWTHS, "", metric)?;
        let line = series_along(label, colour, &curve.rates, &curve.values);
        Ok::<_, decay_claim::Failure>(line)
    };
    let both = vec![
        line(RIDGE, "change")?,
        dashed(line(FORMULA, "by the formula")?),
    ];
    let x = Horizontal::log("noise variance, corner over centre");
    Ok(panel("what decides", x, "change of entropy", both))
}

fn filter_maps(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for world in MAPPED {
        for rate in MAPS_OF_FILTERS {
            let metric = map_of(WEIGHTS);
            let map = EnergyMap::noted(measured, [FILTERS, world, &metric], rate, FILTER)?;
            panels.push(shown(world, rate, &map));
        }
    }
    Ok(panels)
}

fn shown(what: &str, rate: f64, map: &EnergyMap) -> Panel {
    let caption = format!(
        "entropy {:.3}, radius {:.2} pixels",
        map.entropy(),
        map.radius()
    );
    Panel::of_raster(
        format!("{what}, {}", rate_label(rate)),
        caption,
        map.raster(),
    )
}

fn networks(measured: &Measurements) -> Result<Vec<Panel>> {
    let [perceptron, convolutional] = NETWORKS;
    let [of_field, of_weights, of_learned] =
        [SLOPES, WEIGHTS, LEARNED].map(|of| figure("entropy", of));
    let (radius, accuracy) = (figure("radius", SLOPES), "accuracy".to_owned());
    let panels = [
        (perceptron, "field", ENTROPY, &of_field),
        (perceptron, "first layer", ENTROPY, &of_weights),
        (perceptron, "learned", ENTROPY, &of_learned),
        (convolutional, "field", ENTROPY, &of_field),
        (convolutional, "kernels", ENTROPY, &of_weights),
        (convolutional, "field", "radius (pixels)", &radius),
        (perceptron, "field", "radius (pixels)", &radius),
        (perceptron, "accuracy", "accuracy", &accuracy),
        (convolutional, "accuracy", "accuracy", &accuracy),
    ];
    let borders = [0, 1, 2].map(|place: usize| (BORDERS[place], place, BORDERS[place]));
    let panel = |(network, title, y, metric): (&str, &str, &str, &String)| {
        let curve = |border| measured.curve(&study_of(network, border), "", metric);
        figures_panel(&format!("{network}: {title}"), y, &borders, curve)
    };
    panels.into_iter().map(panel).collect()
}

fn network_maps(measured: &Measurements) -> Result<Vec<Panel>> {
    let titles = ["first layer", "perceptron's field", "convolutional field"];
    let mut panels = Vec::new();
    for ((network, of), title) in FIELDS.into_iter().zip(titles) {
        for rate in MAPS_OF_NETWORKS {
            let (study, metric) = (study_of(network, SHUFFLED), map_of(of));
            let map = EnergyMap::noted(measured, [&study, "", &metric], rate, IMAGE)?;
            panels.push(shown(title, rate, &map));
        }
    }
    Ok(panels)
}

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
    BORDERS, FADED, FILTERS, GROWTHS, LEARNED, MAPS_OF_FILTERS, MAPS_OF_NETWORKS, NETWORKS, NOISY,
    SHUFFLED, SLOPES, WEIGHTS, WORLDS, figure, map_of, study_of,
};

const ENTROPY: &str = "entropy, share of the largest";

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
            "Mean amplitude of the filter's weights by pixel, the largest white.",
            "Where the weights of linear filters lie",
            3,
            filter_maps(measured)?,
        ),
        drawing(
            "networks",
            "Networks on clothes: entropy of receptive field and first layer, over the rate.",
            "Receptive fields of networks over the rate",
            4,
            networks(measured)?,
        ),
        drawing(
            "network-maps",
            "Networks whose border is shuffled: mean amplitude by pixel, the largest white.",
            "Where networks look, border shuffled",
            3,
            network_maps(measured)?,
        ),
    ])
}

fn filters(measured: &Measurements) -> Result<Vec<Panel>> {
    let world = |(colour, name): (usize, &str)| {
        let found = measured.curve(FILTERS, name, &figure("entropy", WEIGHTS))?;
        let endless = measured.curve(FILTERS, name, "entropy by the formula")?;
        let mut panel = rates_panel(name, ENTROPY, &[("filter", colour, &found)]);
        let formula = series("formula, endless rows", 6, &endless);
        panel.series.push(dashed(formula));
        Ok(panel)
    };
    let mut panels = WORLDS
        .into_iter()
        .enumerate()
        .map(world)
        .collect::<Result<Vec<_>>>()?;
    let worlds = [0, 1, 2, 3].map(|place: usize| (WORLDS[place], place, WORLDS[place]));
    let radius = |name| measured.curve(FILTERS, name, &figure("radius", WEIGHTS));
    panels.push(figures_panel(
        "radius of the filter",
        "root of the second moment (pixels)",
        &worlds,
        radius,
    )?);
    panels.push(growths(measured)?);
    Ok(panels)
}

/// What decides which way the entropy goes.
fn growths(measured: &Measurements) -> Result<Panel> {
    let line = |label, colour, metric| {
        let curve = measured.curve(GROWTHS, "", metric)?;
        let line = series_along(label, colour, &curve.rates, &curve.values);
        Ok::<_, decay_claim::Failure>(line)
    };
    let both = vec![
        line("filter", 4, "change")?,
        dashed(line("formula, endless rows", 6, "by the formula")?),
    ];
    let x = Horizontal::log("noise variance, corner over centre");
    Ok(panel("what decides", x, "change of entropy by decay", both))
}

fn filter_maps(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for world in [FADED, NOISY] {
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
    let [entropy_of_slopes, entropy_of_weights, entropy_of_learned] =
        [SLOPES, WEIGHTS, LEARNED].map(|of| figure("entropy", of));
    let radius = figure("radius", SLOPES);
    let rows = [
        [
            ("receptive field", ENTROPY, &entropy_of_slopes),
            ("first layer", ENTROPY, &entropy_of_weights),
            ("learned of it", ENTROPY, &entropy_of_learned),
        ],
        [
            ("receptive field", ENTROPY, &entropy_of_slopes),
            ("kernels", ENTROPY, &entropy_of_weights),
            ("receptive field", "radius (pixels)", &radius),
        ],
    ];
    let accuracy = "accuracy".to_owned();
    let mut panels = Vec::new();
    for (network, row) in NETWORKS.into_iter().zip(rows) {
        for (title, y, metric) in row.into_iter().chain([("accuracy", "accuracy", &accuracy)]) {
            let borders = [0, 1, 2].map(|place: usize| (BORDERS[place], place, BORDERS[place]));
            let curve = |border| measured.curve(&study_of(network, border), "", metric);
            let title = format!("{network}: {title}");
            panels.push(figures_panel(&title, y, &borders, curve)?);
        }
    }
    Ok(panels)
}

fn network_maps(measured: &Measurements) -> Result<Vec<Panel>> {
    let [perceptron, convolutional] = NETWORKS;
    let rows = [
        (perceptron, WEIGHTS, "first layer"),
        (perceptron, SLOPES, "perceptron's field"),
        (convolutional, SLOPES, "convolutional field"),
    ];
    let mut panels = Vec::new();
    for (network, of, what) in rows {
        for rate in MAPS_OF_NETWORKS {
            let (study, metric) = (study_of(network, SHUFFLED), map_of(of));
            let map = EnergyMap::noted(measured, [&study, "", &metric], rate, IMAGE)?;
            panels.push(shown(what, rate, &map));
        }
    }
    Ok(panels)
}

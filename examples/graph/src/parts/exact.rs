//! Whether what is known on paper comes out.

use decay_claim::parts::below_decade;
use decay_claim::{Measurements, Part, Result, Row};

use crate::{FEW, NODES, REST};

pub(super) fn parts(measured: &Measurements) -> Result<Vec<Part>> {
    let away = |series| largest(measured, NODES, series, "from the closed form");
    let change = measured.curve(NODES, "all nodes", "change of the Rayleigh quotient")?;
    let distance = "relative distance";
    let mut parts = vec![
        below_decade(
            format!(
                "{NODES}: trained on all of them with any λ and μ it has the outputs of the closed form, without decay (I + μL)⁻¹ y"
            ),
            distance,
            &away("all nodes")?,
            1e-4,
        ),
        below_decade(
            format!("{NODES}: trained on a third of them, too"),
            distance,
            &away("a third of the nodes")?,
            1e-4,
        ),
        below_decade(
            format!("{NODES}: decay alone leaves the Rayleigh quotient"),
            "relative change",
            &change.largest(),
            1e-4,
        ),
    ];
    for net in FEW {
        parts.push(below_decade(
            format!("{net} at rest: λ (|W₂|² - |W₁|²) = 2 μ tr(hᵀLh) / N, to 1 %"),
            "what is missing of λ (|W₁|² + |W₂|²)",
            &largest(measured, REST, net, "off balance")?,
            1e-2,
        ));
    }
    Ok(parts)
}

/// The largest figure of each replicate at any strength and rate; infinite where one is not finite, so that no failure is lost.
fn largest(measured: &Measurements, study: &str, series: &str, metric: &str) -> Result<Vec<f64>> {
    // Refuses what was not measured.
    measured.curve_at(
        study,
        series,
        metric,
        place(measured, study, series, metric),
    )?;
    let own = |row: &&Row| row.study == study && row.series == series && row.metric == metric;
    let mut all: Vec<f64> = Vec::new();
    for row in measured.rows.iter().filter(own) {
        all.resize(all.len().max(row.replicate + 1), 0.0);
        let value = if row.value.is_finite() {
            row.value
        } else {
            f64::INFINITY
        };
        all[row.replicate] = all[row.replicate].max(value);
    }
    Ok(all)
}

/// The first strength at which a figure was measured.
fn place(measured: &Measurements, study: &str, series: &str, metric: &str) -> f64 {
    let places = measured.places(study, series, metric);
    places.first().copied().unwrap_or(f64::NAN)
}

//! What is noted of distances, and how it is drawn.

use decay_report::plot::Panel;

use super::{Distances, Search};
use crate::curve::Curve;
use crate::drawing::{Horizontal, dashed, of_shares, panel, rates_panel, series_along};
use crate::failure::Result;
use crate::measurements::{MeasurementKey, Measurements};

/// Mean radius of the rows that are classified correctly, as the strongest attack found it.
pub const ATTACKED: &str = "attacked";
/// The same, as it is certified.
pub const CERTIFIED: &str = "certified";
/// Share of all rows that stand at a radius under attack.
pub const STANDING: &str = "accuracy under attack";
/// The same by certificate.
pub const PROVEN: &str = "certified accuracy";
/// The axis of radii.
pub const RADIUS: &str = "mean radius (range of a pixel)";

impl Search {
    /// What the radii of each attack are noted as.
    pub fn attack_names(&self) -> Vec<String> {
        let names = self.attacks.iter().map(|attack| attack.name());
        names.map(str::to_uppercase).collect()
    }
}

impl Distances {
    /// Notes `accuracy`, the mean radius by each attack under its name, [`ATTACKED`] and [`CERTIFIED`], and at these radii [`STANDING`]
    /// and [`PROVEN`].
    pub fn note(
        &self,
        key: MeasurementKey<'_>,
        search: &Search,
        at: &[f64],
        out: &mut Measurements,
    ) {
        out.add(key, [("accuracy", self.nearest.share_beyond(0.0))]);
        for (name, radii) in search.attack_names().iter().zip(&self.attacked) {
            out.add(key, [(name, radii.mean())]);
        }
        let means = [
            (ATTACKED, self.nearest.mean()),
            (CERTIFIED, self.certified.mean()),
        ];
        out.add(key, means);
        for &at in at {
            out.add_at(key, at, STANDING, self.nearest.share_beyond(at));
            out.add_at(key, at, PROVEN, self.certified.share_beyond(at));
        }
    }
}

/// A mean radius of correctly classified rows as one of all rows, in which misclassified ones count as 0.
///
/// Only at rates that keep this share of the highest accuracy: a network that names the same class everywhere is right by chance, and
/// nothing moves it.
///
/// # Errors
/// If it was not measured.
pub fn over_all_rows(
    measured: &Measurements,
    share: f64,
    study: &str,
    radius: &str,
) -> Result<Curve> {
    let of = |metric| measured.accurate(share, study, metric);
    Ok(of(radius)?.with(&of("accuracy")?, |radius, accuracy| radius * accuracy))
}

/// A panel of the mean radii of a network by three attacks and by certificate, and one in which misclassified rows count as 0; at rates
/// that keep this share of the highest accuracy.
///
/// # Errors
/// If they were not measured.
pub fn radius_panels(measured: &Measurements, share: f64, study: &str) -> Result<[Panel; 2]> {
    let of = |metric| measured.accurate(share, study, metric);
    let right = [
        ("FGSM", 1, &of("FGSM")?),
        ("PGD", 2, &of("PGD")?),
        ("APGD", 6, &of("APGD")?),
        (CERTIFIED, 3, &of(CERTIFIED)?),
    ];
    let all = |metric| over_all_rows(measured, share, study, metric);
    let both = [
        ("strongest of the attacks", 5, &all(ATTACKED)?),
        (CERTIFIED, 3, &all(CERTIFIED)?),
    ];
    Ok([
        rates_panel(&format!("{study}, where right"), RADIUS, &right),
        rates_panel(&format!("{study}, 0 where misclassified"), RADIUS, &both),
    ])
}

/// A panel of accuracy over the size of perturbations, attacked and certified, at some rates: label, colour and rate of each.
///
/// # Errors
/// If it was not measured at one of the rates.
pub fn standing_panel(
    measured: &Measurements,
    study: &str,
    lines: &[(&str, usize, f64)],
) -> Result<Panel> {
    let accuracy = measured.curve(study, "", "accuracy")?;
    let mut all = Vec::new();
    for &(name, colour, rate) in lines {
        for (metric, how) in [(STANDING, "attacked"), (PROVEN, "certified")] {
            let (mut sizes, mut values) = measured.along(study, "", metric, rate)?;
            sizes.insert(0, 0.0);
            values.insert(0, accuracy.at(rate));
            let line = series_along(format!("{name}, {how}"), colour, &sizes, &values);
            all.push(if metric == PROVEN { dashed(line) } else { line });
        }
    }
    let size = Horizontal::linear("size of the perturbation (Euclidean, range of a pixel)");
    let panel = panel(study, size, "share of rows that stay right", all);
    Ok(of_shares(panel))
}

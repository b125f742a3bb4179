//! Accuracy under attack and what is certified.

use decay_audit::Estimate;
use decay_report::text::{capitalised, number, short};
use decay_report::{Finding, Line, Lines, PlainTable, Section};
use decay_robust::attack::{MaskingReport, MaskingSettings, MaskingSign};
use decay_robust::certificate::Certificate;

use super::{fields, figure, with_interval};
use crate::audit::{Certifier, InNorm, Measurements, RadiusUnit, Robustness};
use crate::settings::Effort;

pub(super) fn section(found: &Robustness) -> Section {
    let (rows, models) = (found.rows, found.models);
    let mut note = match attack(found.attack) {
        None => format!("Certificates of single networks ({models}) for {rows} rows; no attacks."),
        Some(attack) => format!(
            "{rows} rows, single networks ({models}), each attacked for itself; radii are {}. Attack: {attack}. An attack bounds robust accuracy from above, a \
             certificate from below.",
            found.unit.map_or("", RadiusUnit::plural)
        ),
    };
    if let Some((degrees, estimate)) = &found.rotation {
        note.push_str(&format!(
            " Turned by the worst angle of up to {degrees} degrees, accuracy is {}.",
            with_interval(estimate)
        ));
    }
    for reason in &found.skipped {
        note.push_str(&format!(" Not measured: {reason}"));
    }
    let tables = [robust_table(found), masking_table(found)];
    Section {
        heading: "Robustness".into(),
        note,
        panels: found.norms.iter().map(|one| panel(one, found.unit)).collect(),
        caption: "Accuracy of single networks that is left at each radius, mean over them; bands are 95 % intervals over rows, dashed lines \
                  lower bounds."
            .into(),
        tables: tables.into_iter().flatten().collect(),
        ..Section::default()
    }
}

/// What was tried.
fn attack(effort: Effort) -> Option<&'static str> {
    match effort {
        Effort::None => None,
        Effort::Quick => Some(
            "quick, APGD on the cross-entropy, then on the ratio of logits, 20 steps each; the standard ensemble, --attacks standard, may leave \
             less",
        ),
        Effort::Standard => Some(
            "the standard ensemble: APGD on the cross-entropy, targeted APGD, targeted FAB, square attack",
        ),
    }
}

/// A certificate that is this near to what the attack leaves settles the figure.
const TIGHT: f64 = 0.005;

/// The certificates that say most, with names and colours; the others are in the table.
const DRAWN: [(Certificate, &str, usize); 4] = [
    (Certificate::Linear, "exact", 0),
    (Certificate::Crown, "certified, CROWN", 0),
    (Certificate::Interval, "certified, intervals", 2),
    (
        Certificate::PairwiseLipschitz,
        "certified, Lipschitz by pairs",
        3,
    ),
];

fn panel(one: &InNorm, unit: Option<RadiusUnit>) -> Lines {
    let (sign, unit) = (one.norm.sign(), unit.map_or("", RadiusUnit::words));
    let line = |label: &str, colour: usize, dashed: bool, estimates: &[Estimate]| Line {
        label: label.to_owned(),
        dashed,
        colour,
        mean: estimates.iter().map(|e| e.mean).collect(),
        low: estimates.iter().map(|e| e.low).collect(),
        high: estimates.iter().map(|e| e.high).collect(),
    };
    let mut lines = Vec::new();
    if !one.attacked.is_empty() {
        lines.push(line("random noise, mean", 4, false, &one.noise));
        lines.push(line("attacked", 1, false, &one.attacked));
    }
    for (certificate, label, colour) in DRAWN {
        let mut all = one.certified.iter();
        let certifier = Certifier::Bounds(certificate);
        if let Some(certified) = all.find(|certified| certified.certificate == certifier) {
            lines.push(line(label, colour, true, &certified.accuracy));
        }
    }
    Lines {
        id: format!("robust-{}", one.norm.name()),
        title: format!("{sign} perturbations"),
        x_label: format!("{sign} radius ({unit})"),
        y_label: "accuracy".into(),
        xs: one.radii.clone(),
        lines,
        share: true,
    }
}

fn robust_table(found: &Robustness) -> Option<PlainTable> {
    let mut rows = Vec::new();
    for one in &found.norms {
        for (place, radius) in one.radii.iter().enumerate() {
            let best = one
                .certified
                .iter()
                .map(|certified| certified.accuracy[place]);
            let best = best.max_by(|a, b| a.mean.total_cmp(&b.mean));
            let shown = |estimate: Option<&Estimate>| {
                estimate.map_or_else(|| "–".to_owned(), with_interval)
            };
            rows.push(vec![
                one.norm.sign().to_owned(),
                short(*radius),
                shown(one.noise.get(place)),
                shown(one.noise_worst.get(place)),
                shown(one.attacked.get(place)),
                shown(best.as_ref()),
            ]);
        }
    }
    let draws = found.norms.first().map_or(0, |one| one.noise_draws);
    let worst = format!("noise, worst of {draws}");
    let heads = [
        "norm",
        "radius",
        "random noise",
        &worst,
        "attacked",
        "certified",
    ];
    (!rows.is_empty()).then(|| PlainTable {
        caption: format!(
            "Accuracy of single networks by radius, mean over them with 95 % intervals over rows: under random noise the mean over {draws} \
             points, and rows that are right at all of them; of the certificates the best on average."
        ),
        heads: heads.map(String::from).to_vec(),
        names: 1,
        rows,
    })
}

/// What a check must not find.
fn sentence(sign: MaskingSign) -> &'static str {
    match sign {
        MaskingSign::MoreStepsHelpTheDefender => "more steps leave more rows standing",
        MaskingSign::BlackBoxBeatsWhiteBox => "an attack without gradients breaks more",
        MaskingSign::UnboundedAttackFails => "rows stand where anything is allowed",
        MaskingSign::LargerRadiusHelpsTheDefender => "twice the radius leaves more rows standing",
        MaskingSign::RestartsMatter => "other starts break more",
        MaskingSign::LossMatters => "another loss breaks more",
    }
}

/// Checks that failed for any model, and how many passed.
fn masking_table(found: &Robustness) -> Option<PlainTable> {
    let mut rows = Vec::new();
    for one in &found.norms {
        let checks = one.masking.first().map_or(0, |report| report.checks.len());
        for check in 0..checks {
            let all: Vec<_> = one
                .masking
                .iter()
                .map(|report| report.checks[check])
                .collect();
            let passed = all.iter().filter(|check| check.passed).count();
            let worst = all
                .iter()
                .map(|c| c.stronger - c.reference)
                .fold(f64::NEG_INFINITY, f64::max);
            rows.push(vec![
                one.norm.sign().to_owned(),
                sentence(all[0].sign).to_owned(),
                format!("{passed} of {}", all.len()),
                number(worst),
            ]);
        }
    }
    let heads = [
        "norm",
        "sign of an attack misled by gradients",
        "models that pass",
        "largest excess",
    ];
    (!rows.is_empty()).then(|| PlainTable {
        caption: "Checks that gradients do not mislead the attack (Carlini et al. 2019); an excess is in shares of the rows."
            .into(),
        heads: heads.map(String::from).to_vec(),
        names: 2,
        rows,
    })
}

/// What checks of the attack that fail mean for the accuracy that it leaves, which a certificate may bound from below.
fn doubt(found: &Robustness, left: f64, certified: Option<f64>) -> String {
    let all: Vec<bool> = found.norms.iter().flat_map(checks).collect();
    let failed = all.iter().filter(|passed| !**passed).count();
    if failed == 0 {
        return String::new();
    }
    let bound = match certified {
        Some(certified) if left - certified < TIGHT => {
            let points = number(100.0 * (left - certified));
            format!("the certificate leaves it {points} points to be too high by")
        }
        Some(certified) => format!(
            "the true figure may be as low as the certified {}",
            number(certified)
        ),
        None => "the true figure may be lower".to_owned(),
    };
    let count = all.len();
    format!(
        " {failed} of {count} checks of the attack fail, as they do where gradients mislead it; {bound}."
    )
}

/// Whether each check of a norm is passed, by the mean over models.
fn checks(one: &InNorm) -> Vec<bool> {
    let tolerance = MaskingSettings::default().tolerance;
    let together = MaskingReport::over_members(&one.masking, tolerance);
    together.checks.iter().map(|check| check.passed).collect()
}

/// What attacks of the middle radius leave, and what is certified there.
pub(super) fn finding(found: &Measurements) -> Option<Finding> {
    let robustness = found.robustness.as_ref()?;
    let mut norms = robustness.norms.iter();
    let one = norms.find(|one| !one.attacked.is_empty())?;
    let middle = one.radii.len() / 2;
    let (radius, left) = (one.radii[middle], &one.attacked[middle]);
    // A certificate of nothing says nothing.
    let bound = one.certified.iter().map(|one| one.accuracy[middle].mean);
    let bound = bound.reduce(f64::max).filter(|&share| share > 0.0);
    let certified = bound.map_or_else(String::new, |share| {
        let share = number(share);
        format!(" {share} is certified: no attack can do worse.")
    });
    let noise = one.noise.get(middle).map_or_else(String::new, |noise| {
        let mean = number(noise.mean);
        format!(" Random noise of that size leaves {mean} on average.")
    });
    let doubt = doubt(robustness, left.mean, bound);
    let quick = match robustness.attack {
        Effort::Quick => "quick attacks; --attacks standard may leave less",
        Effort::Standard | Effort::None => "the standard ensemble of attacks",
    };
    Some(Finding {
        headline: format!(
            "Changes of at most {} {} leave {} an accuracy of {}.",
            short(radius),
            robustness.unit.map_or("", RadiusUnit::words),
            if robustness.models > 1 {
                "single networks"
            } else {
                "the network"
            },
            figure(&found.held_out, left)
        ),
        detail: format!(
            "{} norm, {} rows, by {quick}.{noise}{certified}{doubt}",
            capitalised(one.norm.name()),
            robustness.rows
        ),
    })
}

pub(super) fn csv(found: &Robustness) -> String {
    let mut csv = "norm,radius,kind,accuracy,low,high\n".to_owned();
    for one in &found.norms {
        let kinds = [
            ("noise", &one.noise),
            ("noise_worst", &one.noise_worst),
            ("attacked", &one.attacked),
        ];
        let kinds = kinds.into_iter();
        let certified = one.certified.iter();
        let certified = certified.map(|one| (one.certificate.name(), &one.accuracy));
        for (kind, estimates) in kinds.chain(certified) {
            for (radius, estimate) in one.radii.iter().zip(estimates) {
                let (norm, fields) = (one.norm.name(), fields(estimate));
                csv.push_str(&format!("{norm},{radius},{kind},{fields}\n"));
            }
        }
    }
    csv
}

//! Accuracy under attack and what is certified.

use decay_audit::Estimate;
use decay_report::text::{number, short};
use decay_report::{Finding, Line, Lines, PlainTable, Section};
use decay_robust::attack::MaskingSign;
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
        Effort::Quick => {
            Some("APGD on the cross-entropy, then on the ratio of logits, 20 steps each")
        }
        Effort::Standard => Some(
            "the standard ensemble: APGD on the cross-entropy, targeted APGD, targeted FAB, square attack",
        ),
    }
}

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
        lines.push(line("random noise", 4, false, &one.noise));
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
                shown(one.attacked.get(place)),
                shown(best.as_ref()),
            ]);
        }
    }
    let heads = ["norm", "radius", "random noise", "attacked", "certified"];
    (!rows.is_empty()).then(|| PlainTable {
        caption: "Accuracy of single networks by radius, mean over them with 95 % intervals over rows; of the certificates \
                  the best on average."
            .into(),
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
        "what must not be",
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

/// What attacks of the middle radius leave, and what is certified there.
pub(super) fn finding(found: &Measurements) -> Option<Finding> {
    let robustness = found.robustness.as_ref()?;
    let mut norms = robustness.norms.iter();
    let one = norms.find(|one| !one.attacked.is_empty())?;
    let middle = one.radii.len() / 2;
    let (radius, left) = (one.radii[middle], &one.attacked[middle]);
    let certified = one.certified.iter().map(|one| one.accuracy[middle].mean);
    let certified = certified
        .reduce(f64::max)
        .map_or_else(String::new, |share| {
            let share = number(share);
            format!(" {share} is certified: no attack can do worse.")
        });
    let noise = one.noise.get(middle).map_or_else(String::new, |noise| {
        format!(" Random noise of that size leaves {}.", number(noise.mean))
    });
    let all = one.masking.iter().flat_map(|report| &report.checks);
    let doubt = match all.filter(|check| !check.passed).count() {
        0 => String::new(),
        failed => format!(
            " {failed} checks suggest that gradients mislead the attack; the true figure may be lower."
        ),
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
            "Under attack ({} norm) on {} rows.{noise}{certified}{doubt}",
            one.norm.name(),
            robustness.rows
        ),
    })
}

pub(super) fn csv(found: &Robustness) -> String {
    let mut csv = "norm,radius,kind,accuracy,low,high\n".to_owned();
    for one in &found.norms {
        let kinds = [("noise", &one.noise), ("attacked", &one.attacked)].into_iter();
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

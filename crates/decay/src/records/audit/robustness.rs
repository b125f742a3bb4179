//! Accuracy under attack and what is certified.

use decay_audit::Estimate;
use decay_report::text::{number, short};
use decay_report::{Finding, Line, Lines, PlainTable, Section};
use decay_robust::attack::MaskingSign;

use super::{figure, with_interval};
use crate::audit::{AuditResult, InNorm, Robustness};

pub(super) fn section(found: &Robustness) -> Section {
    let mut note = match found.attack {
        "none" => format!(
            "Certificates for {} rows and {} models; no attacks.",
            found.rows, found.models
        ),
        attack => format!(
            "{} rows, {} models; radii are {}. Attack: {attack}. An attack bounds robust accuracy from above, a certificate \
             from below.",
            found.rows,
            found.models,
            found.unit.plural()
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
        panels: found.norms.iter().map(|one| panel(one, found.unit.words())).collect(),
        caption: "Accuracy that is left at each radius, mean over models; bands are 95 % intervals over rows, dashed lines \
                  lower bounds."
            .into(),
        tables: tables.into_iter().flatten().collect(),
    }
}

/// The sign of a norm in labels.
fn sign(norm: &str) -> &'static str {
    match norm {
        "linf" => "ℓ∞",
        "l2" => "ℓ2",
        _ => "ℓ1",
    }
}

fn panel(one: &InNorm, unit: &str) -> Lines {
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
    // The certificates that say most; the others are in the table.
    for (colour, name) in [
        (0, "linear"),
        (0, "crown"),
        (2, "interval"),
        (3, "pairwise_lipschitz"),
    ] {
        let shown = one
            .certified
            .iter()
            .find(|certified| certified.certificate == name);
        if let Some(certified) = shown {
            lines.push(line(
                &certificate_label(name),
                colour,
                true,
                &certified.accuracy,
            ));
        }
    }
    Lines {
        id: format!("robust-{}", one.norm),
        title: format!("{} perturbations", sign(one.norm)),
        x_label: format!("{} radius ({unit})", sign(one.norm)),
        y_label: "accuracy".into(),
        xs: one.radii.clone(),
        lines,
        share: true,
    }
}

fn certificate_label(name: &str) -> String {
    match name {
        "linear" => "exact".into(),
        "crown" => "certified, CROWN".into(),
        "interval" => "certified, intervals".into(),
        "lipschitz" => "certified, Lipschitz product".into(),
        "pairwise_lipschitz" => "certified, Lipschitz by pairs".into(),
        "smoothing" => "certified, smoothed model".into(),
        other => other.replace('_', " "),
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
                sign(one.norm).to_owned(),
                short(*radius),
                shown(one.noise.get(place)),
                shown(one.attacked.get(place)),
                shown(best.as_ref()),
            ]);
        }
    }
    let heads = ["norm", "radius", "random noise", "attacked", "certified"];
    (!rows.is_empty()).then(|| PlainTable {
        caption: "Accuracy by radius, with 95 % intervals over rows; of the certificates the best on average.".into(),
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
                sign(one.norm).to_owned(),
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

/// The radius at which an attack halves the accuracy, and what is certified there.
pub(super) fn finding(found: &AuditResult) -> Option<Finding> {
    let robustness = found.robustness.as_ref()?;
    let one = robustness
        .norms
        .iter()
        .find(|one| !one.attacked.is_empty())?;
    let middle = one.radii.len() / 2;
    let (radius, left) = (one.radii[middle], &one.attacked[middle]);
    let certified = one
        .certified
        .iter()
        .map(|certified| certified.accuracy[middle].mean);
    let certified = certified.fold(f64::NAN, f64::max);
    let certified = if certified.is_finite() {
        let share = number(certified);
        format!(" {share} is certified: no attack can do worse.")
    } else {
        String::new()
    };
    let noise = one.noise.get(middle).map_or_else(String::new, |noise| {
        format!(" Random noise of that size leaves {}.", number(noise.mean))
    });
    let all = one.masking.iter().flat_map(|report| &report.checks);
    let failed = all.filter(|check| !check.passed).count();
    let doubt = match failed {
        0 => String::new(),
        failed => format!(
            " {failed} checks suggest that gradients mislead the attack; the true figure may be lower."
        ),
    };
    Some(Finding {
        headline: format!(
            "Changes of at most {} {} leave an accuracy of {}.",
            short(radius),
            robustness.unit.words(),
            figure(&found.metrics, left)
        ),
        detail: format!(
            "Under attack ({} norm) on {} rows.{noise}{certified}{doubt}",
            one.norm, robustness.rows
        ),
    })
}

pub(super) fn csv(found: &Robustness) -> String {
    let mut csv = "norm,radius,kind,accuracy,low,high\n".to_owned();
    for one in &found.norms {
        let kinds = [("noise", &one.noise), ("attacked", &one.attacked)].into_iter();
        let certified = one.certified.iter().map(|c| (c.certificate, &c.accuracy));
        for (kind, estimates) in kinds.chain(certified) {
            for (radius, estimate) in one.radii.iter().zip(estimates) {
                csv.push_str(&format!(
                    "{},{radius},{kind},{},{},{}\n",
                    one.norm, estimate.mean, estimate.low, estimate.high
                ));
            }
        }
    }
    csv
}

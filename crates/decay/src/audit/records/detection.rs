//! Detection of other data.

use decay_audit::ood::Detector;
use decay_report::text::{csv_field, number};
use decay_report::{Finding, PlainTable, Section};

use super::{fields, figure, with_interval};
use crate::audit::detection::is_joint;
use crate::audit::{DetectionOn, Detections, HeldOutFigures, Measurements};

pub(super) fn section(found: &Detections, networks: usize) -> Section {
    let mut note = "Each score tries to tell rows of other data from the rows of the audit. Intervals of the AUROC after DeLong, the others \
                    from resampled rows."
        .to_owned();
    if found.fitted_on > 0 {
        note.push_str(&format!(
            " Scores of hidden layers are fitted on {} training rows; no score has seen other data.",
            found.fitted_on
        ));
    }
    if networks > 1 {
        note.push_str(
            " Scores of logits, and those of how much the networks differ, are of all networks together; those of hidden layers \
             and ODIN of single networks, mean over them.",
        );
    }
    for reason in &found.skipped {
        note.push_str(&format!(" Not measured: {reason}"));
    }
    Section {
        heading: "Detection of other data".into(),
        note,
        tables: found.sets.iter().map(detection_table).collect(),
        ..Section::default()
    }
}

fn detection_table(set: &DetectionOn) -> PlainTable {
    let mut scores: Vec<_> = set.scores.iter().collect();
    scores.sort_by(|a, b| b.1.auroc.mean.total_cmp(&a.1.auroc.mean));
    let row = |(name, detection): &(&&'static str, &decay_audit::ood::Detection)| {
        vec![
            Detector::label_of(name),
            with_interval(&detection.auroc),
            with_interval(&detection.aupr_in),
            with_interval(&detection.aupr_out),
            with_interval(&detection.fpr95),
        ]
    };
    let near = if set.near {
        ", near the training data"
    } else {
        ""
    };
    let heads = [
        "score",
        "AUROC",
        "AUPR, audited",
        "AUPR, other",
        "false alarms at 95 %",
    ];
    PlainTable {
        caption: format!(
            "{} rows of {}{near}, the best score first. The last column is the share of other rows taken for familiar where \
             95 % of the audited rows are.",
            set.rows, set.data
        ),
        heads: heads.map(String::from).to_vec(),
        names: 1,
        rows: scores.iter().map(row).collect(),
    }
}

/// The best score on each set, and the one that everybody uses.
pub(super) fn finding(found: &Measurements) -> Option<Finding> {
    let Some(detections) = &found.detections else {
        return logit_outliers(&found.held_out);
    };
    let (set, others) = detections.sets.split_first()?;
    let (name, best) = set.best()?;
    let percent = 100.0 * (1.0 - best.fpr95.mean);
    let usual = set.scores.get("msp").filter(|_| name != "msp");
    let usual = usual.map_or_else(String::new, |msp| {
        let auroc = number(msp.auroc.mean);
        format!(" The maximum probability reaches {auroc}.")
    });
    let others = others.iter().filter_map(|set| {
        let auroc = number(set.best()?.1.auroc.mean);
        Some(format!(" {}: {auroc} at best.", set.data))
    });
    Some(Finding {
        headline: format!(
            "Rows of {} are told apart with an AUROC of {}.",
            set.data,
            figure(&found.held_out, &best.auroc)
        ),
        detail: format!(
            "By the score {}{}, the best of {} on these rows, which flatters it; a threshold that keeps 95 % of the audited rows stops {percent:.0} % of the {} \
             others.{usual}{}",
            Detector::label_of(name),
            of_whom(name, found.held_out.figures.members),
            set.scores.len(),
            set.rows,
            others.collect::<String>()
        ),
    })
}

/// Whose score it is, where that is not all networks together.
fn of_whom(name: &str, networks: usize) -> &'static str {
    let mut all = Detector::ALL.into_iter();
    let joint = all.any(|detector| detector.name() == name && is_joint(detector));
    if joint || networks < 2 {
        ""
    } else {
        " (single networks)"
    }
}

/// Where logits are all there is.
fn logit_outliers(held_out: &HeldOutFigures) -> Option<Finding> {
    let auroc = held_out.metric("auroc_msp")?;
    let (data, rows) = held_out.outliers.as_ref()?;
    Some(Finding {
        headline: format!(
            "Rows of {data} are told apart with an AUROC of {}.",
            figure(held_out, &auroc)
        ),
        detail: format!(
            "By the maximum probability, {rows} rows of {data} against the rows of the audit."
        ),
    })
}

pub(super) fn csv(found: &Detections) -> String {
    let mut csv = "data,near,score,metric,value,low,high\n".to_owned();
    for set in &found.sets {
        let (data, near) = (csv_field(&set.data), set.near);
        for (score, detection) in &set.scores {
            for (metric, estimate) in [
                ("auroc", &detection.auroc),
                ("aupr_in", &detection.aupr_in),
                ("aupr_out", &detection.aupr_out),
                ("fpr95", &detection.fpr95),
            ] {
                let fields = fields(estimate);
                csv.push_str(&format!("{data},{near},{score},{metric},{fields}\n"));
            }
        }
    }
    csv
}

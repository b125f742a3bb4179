//! The rows of the table.

use super::{Direction, Formula, Interval, Metric, Shown, Unit};
use crate::ood::{OodScore, area, average_precision};

/// What most rows have in common; every row says what differs.
const ROW: Metric = Metric {
    key: "",
    label: "",
    symbol: "",
    unit: Unit::None,
    direction: Direction::Lower,
    shown: Shown::File,
    drawn: false,
    compared: false,
    objective: false,
    interval: Interval::Percentile,
    formula: Formula::Elsewhere,
};

/// An error that resampling inflates.
const GAP: Metric = Metric {
    unit: Unit::Points,
    interval: Interval::Centred { most: 1.0 },
    ..ROW
};

/// A share of the rows of which more is better.
const SHARE: Metric = Metric {
    unit: Unit::Points,
    direction: Direction::Higher,
    objective: true,
    ..ROW
};

/// A row that another part of the program fills in.
const ROBUST: Metric = Metric {
    unit: Unit::Points,
    symbol: "accuracy",
    direction: Direction::Higher,
    drawn: true,
    interval: Interval::Own,
    ..ROW
};

pub(super) const NLL: Metric = Metric {
    key: "nll",
    label: "negative log-likelihood (nats)",
    symbol: "NLL",
    unit: Unit::Nats,
    shown: Shown::Terminal,
    drawn: true,
    compared: true,
    objective: true,
    formula: Formula::Classes(|w| w.nll()),
    ..ROW
};

pub(super) const MSE: Metric = Metric {
    key: "mse",
    label: "mean squared error",
    symbol: "MSE",
    shown: Shown::Terminal,
    objective: true,
    formula: Formula::Values(|w| w.mse()),
    ..ROW
};

/// The four figures of one outlier score; `$shown` says where AUROC, AUPR (other) and FPR stand.
macro_rules! detection {
    ($key:literal, $label:literal, $score:expr, $auroc:expr, $others:expr, $drawn:literal) => {
        [
            Metric {
                key: concat!("auroc_", $key),
                label: concat!("OOD AUROC, ", $label),
                symbol: "AUROC",
                unit: Unit::Points,
                direction: Direction::Higher,
                shown: $auroc,
                drawn: $drawn,
                compared: true,
                formula: Formula::Detection($score, |figures| figures.auroc),
                ..ROW
            },
            Metric {
                key: concat!("aupr_in_", $key),
                label: concat!("OOD AUPR of the held-out rows, ", $label),
                symbol: "AUPR",
                direction: Direction::Higher,
                formula: Formula::Detection($score, |figures| figures.aupr_in),
                ..ROW
            },
            Metric {
                key: concat!("aupr_out_", $key),
                label: concat!("OOD AUPR, ", $label),
                symbol: "AUPR",
                direction: Direction::Higher,
                shown: $others.0,
                formula: Formula::Detection($score, |figures| figures.aupr_out),
                ..ROW
            },
            Metric {
                key: concat!("fpr95_", $key),
                label: concat!("OOD false positives at 95 % recall, ", $label),
                symbol: "FPR",
                shown: $others.1,
                formula: Formula::Detection($score, |figures| figures.fpr95),
                ..ROW
            },
        ]
    };
}

const MSP: [Metric; 4] = detection!(
    "msp",
    "maximum probability",
    OodScore::Msp,
    Shown::Terminal,
    (Shown::Page, Shown::Terminal),
    true
);
const ENTROPY: [Metric; 4] = detection!(
    "entropy",
    "entropy",
    OodScore::Entropy,
    Shown::Page,
    (Shown::File, Shown::File),
    false
);
const MAX_LOGIT: [Metric; 4] = detection!(
    "max_logit",
    "largest logit",
    OodScore::MaxLogit,
    Shown::Page,
    (Shown::File, Shown::File),
    false
);
const ENERGY: [Metric; 4] = detection!(
    "energy",
    "energy",
    OodScore::Energy,
    Shown::Terminal,
    (Shown::File, Shown::File),
    true
);

impl Metric {
    /// Every metric, in the order of tables: a classifier's, those of outlier scores, those of attacks, a regression's.
    ///
    /// | metric | what it is | source |
    /// | :-- | :-- | :-- |
    /// | `accuracy` | share of rows whose largest logit belongs to the label | |
    /// | `balanced_accuracy` | mean over classes of the share of their rows that are found | Brodersen et al. 2010, <https://doi.org/10.1109/ICPR.2010.764> |
    /// | `worst_class_accuracy` | the smallest of those shares | Sagawa et al. 2020, <https://arxiv.org/abs/1911.08731> |
    /// | `f1_macro` | mean over classes of `2 found / (occurring + predicted)` | scikit-learn's `f1_score(average="macro")` |
    /// | `auroc` | probability that a row of a class gets more of that class's probability than another row, ties half; of two classes that of the second, of more the mean over classes, each against the rest | Hand & Till 2001, <https://doi.org/10.1023/A:1010920819831>, for several classes; one-vs-rest as scikit-learn's `roc_auc_score(multi_class="ovr", average="macro")` |
    /// | `aupr` | average precision `Σ_t (recall_t - recall_before) precision_t`, over classes as `auroc` | scikit-learn's `average_precision_score(average="macro")` |
    /// | `nll` | negative log-likelihood in nats | |
    /// | `brier` | squared distance of probabilities from the label, summed over classes, in `[0, 2]` | Brier 1950 |
    /// | `brier_reliability`, `brier_resolution`, `brier_uncertainty` | its parts over equal-width bins of each class's probability | Murphy 1973 |
    /// | `ece`, `ece_l2`, `mce` | gaps of confidence and accuracy over equal-width bins: expected, root mean square, largest | Guo et al. 2017, <https://arxiv.org/abs/1706.04599> |
    /// | `ece_equal_mass`, `ece_sweep` | expected gap over equal-mass bins, as many as set and as many as stay monotone (resamples keep that number) | Roelofs et al. 2022, <https://arxiv.org/abs/2012.08668> |
    /// | `ece_debiased` | root mean square gap over equal-mass bins, less what chance adds | Kumar et al. 2019, <https://arxiv.org/abs/1909.10155> |
    /// | `ece_classwise` | expected gap of every class's probability | Nixon et al. 2019, <https://arxiv.org/abs/1904.01685> |
    /// | `smooth_ece` | smooth calibration error; resamples keep its bandwidth | Błasiok & Nakkiran 2023, <https://arxiv.org/abs/2309.12236> |
    /// | `confidence`, `confidence_gap`, `entropy` | means over rows; the gap is `confidence - accuracy`, entropy in nats | |
    /// | `logit_scale` | root mean square of the centred logits | |
    /// | `calibration_slope`, `calibration_intercept` | of being right on the logit of the confidence; 1 and 0 are perfect | Cox 1958, <https://doi.org/10.1093/biomet/45.3-4.562> |
    /// | `multinomial_slope` | the factor on the logits that suits these rows best, `1 / T` | |
    /// | `temperature`, `*_tempered` | the models' temperature, and figures after division by it | Guo et al. 2017 |
    /// | `aurc`, `excess_aurc`, `accuracy_at_80` | selective prediction, surest rows first | Geifman et al. 2019, <https://arxiv.org/abs/1805.08206> |
    /// | `failure_auroc` | probability that a right answer is surer than a wrong one, ties half: ½ is chance | Hendrycks & Gimpel 2017, <https://arxiv.org/abs/1610.02136> |
    /// | `conformal_*_90`, `aps_*_90` | 90 % prediction sets by least ambiguity, and adaptive randomised ones | Sadinle et al. 2019, Romano et al. 2020 |
    /// | `auroc_*`, `aupr_in_*`, `aupr_out_*`, `fpr95_*` | detection by a score of logits, see [`DetectionFigures`](crate::ood::DetectionFigures) | |
    /// | `robust_accuracy_*` | accuracy under attack, by norm | |
    /// | `mse`, `rmse`, `mae` | errors in (squared) units of the target | |
    /// | `r2` | `1 - Σ (f_i - y_i)² / Σ (y_i - mean y)²`; undefined if all targets are equal | |
    /// | `nll`, `crps`, `pit_ks` | of a regression: scores of the Gaussian with the given variance, and the largest distance of its integral transforms from uniform | Gneiting & Raftery 2007, <https://doi.org/10.1198/016214506000001437> |
    /// | `coverage_50`, `coverage_90` | share of targets in its central intervals | |
    /// | `conformal_coverage_90`, `conformal_width_90` | 90 % intervals calibrated on random halves | Lei et al. 2018, <https://arxiv.org/abs/1604.04173> |
    pub const ALL: &[Self] = &[
        Metric {
            key: "accuracy",
            label: "accuracy",
            symbol: "accuracy",
            shown: Shown::Terminal,
            drawn: true,
            compared: true,
            formula: Formula::Classes(|w| w.accuracy()),
            ..SHARE
        },
        Metric {
            key: "balanced_accuracy",
            label: "balanced accuracy, mean over classes",
            symbol: "balanced accuracy",
            shown: Shown::Page,
            formula: Formula::Classes(|w| w.confusion().balanced_accuracy()),
            ..SHARE
        },
        Metric {
            key: "worst_class_accuracy",
            label: "accuracy on the worst class",
            symbol: "worst-class accuracy",
            shown: Shown::Page,
            formula: Formula::Classes(|w| w.confusion().worst_class_accuracy()),
            ..SHARE
        },
        Metric {
            key: "f1_macro",
            label: "F1, mean over classes",
            symbol: "F1",
            unit: Unit::None,
            shown: Shown::Page,
            formula: Formula::Classes(|w| w.confusion().f1_macro()),
            ..SHARE
        },
        Metric {
            key: "auroc",
            label: "AUROC of the classes",
            symbol: "AUROC",
            shown: Shown::Page,
            formula: Formula::Classes(|w| w.one_vs_rest(|ties| area(ties))),
            ..SHARE
        },
        Metric {
            key: "aupr",
            label: "AUPR of the classes",
            symbol: "AUPR",
            unit: Unit::None,
            shown: Shown::Page,
            formula: Formula::Classes(|w| {
                w.one_vs_rest(|ties| {
                    average_precision(ties.iter().map(|tie| (tie.outside, tie.inside)))
                })
            }),
            ..SHARE
        },
        NLL,
        Metric {
            key: "brier",
            label: "Brier score",
            symbol: "Brier score",
            shown: Shown::Terminal,
            drawn: true,
            compared: true,
            objective: true,
            formula: Formula::Classes(|w| w.brier()),
            ..ROW
        },
        Metric {
            key: "brier_reliability",
            label: "Brier score: miscalibration",
            symbol: "miscalibration",
            shown: Shown::Page,
            interval: Interval::Centred { most: 2.0 },
            formula: Formula::Classes(|w| w.brier_parts().reliability),
            ..ROW
        },
        Metric {
            key: "brier_resolution",
            label: "Brier score: resolution",
            symbol: "resolution",
            direction: Direction::Higher,
            shown: Shown::Page,
            interval: Interval::Centred { most: 2.0 },
            formula: Formula::Classes(|w| w.brier_parts().resolution),
            ..ROW
        },
        Metric {
            key: "brier_uncertainty",
            label: "Brier score: difficulty of the task",
            symbol: "uncertainty",
            direction: Direction::Neutral,
            formula: Formula::Classes(|w| w.brier_parts().uncertainty),
            ..ROW
        },
        Metric {
            key: "ece",
            label: "expected calibration error",
            symbol: "ECE",
            shown: Shown::Terminal,
            drawn: true,
            compared: true,
            objective: true,
            formula: Formula::Classes(|w| w.top().l1),
            ..GAP
        },
        Metric {
            key: "ece_equal_mass",
            label: "calibration error, equal-mass bins",
            symbol: "ECE, equal mass",
            shown: Shown::Page,
            compared: true,
            formula: Formula::Classes(|w| w.ece_equal_mass()),
            ..GAP
        },
        Metric {
            key: "ece_debiased",
            label: "calibration error, debiased (root mean square)",
            symbol: "ECE, debiased",
            shown: Shown::Page,
            formula: Formula::Classes(|w| w.ece_debiased()),
            ..GAP
        },
        Metric {
            key: "ece_sweep",
            label: "calibration error, as many bins as stay monotone",
            symbol: "ECE, sweep",
            formula: Formula::Classes(|w| w.ece_sweep()),
            ..GAP
        },
        Metric {
            key: "ece_classwise",
            label: "calibration error, class by class",
            symbol: "ECE, class-wise",
            shown: Shown::Page,
            compared: true,
            formula: Formula::Classes(|w| w.ece_classwise()),
            ..GAP
        },
        Metric {
            key: "smooth_ece",
            label: "smooth calibration error",
            symbol: "smooth ECE",
            shown: Shown::Terminal,
            compared: true,
            formula: Formula::Classes(|w| w.smooth_ece()),
            ..GAP
        },
        Metric {
            key: "ece_l2",
            label: "calibration error, root mean square",
            symbol: "ECE, squared",
            formula: Formula::Classes(|w| w.top().l2),
            ..GAP
        },
        Metric {
            key: "mce",
            label: "maximum calibration error",
            symbol: "MCE",
            shown: Shown::Page,
            formula: Formula::Classes(|w| w.top().max),
            ..GAP
        },
        Metric {
            key: "confidence",
            label: "mean confidence",
            symbol: "confidence",
            unit: Unit::Points,
            direction: Direction::Neutral,
            formula: Formula::Classes(|w| w.confidence()),
            ..ROW
        },
        Metric {
            key: "confidence_gap",
            label: "confidence less accuracy",
            symbol: "confidence gap",
            unit: Unit::Points,
            direction: Direction::Target(0.0),
            formula: Formula::Classes(|w| w.confidence_gap()),
            ..ROW
        },
        Metric {
            key: "entropy",
            label: "mean entropy (nats)",
            symbol: "entropy",
            unit: Unit::Nats,
            direction: Direction::Neutral,
            formula: Formula::Classes(|w| w.entropy()),
            ..ROW
        },
        Metric {
            key: "logit_scale",
            label: "logit scale",
            symbol: "logit scale",
            direction: Direction::Neutral,
            formula: Formula::Classes(|w| w.logit_scale()),
            ..ROW
        },
        Metric {
            key: "calibration_slope",
            label: "calibration slope (1 is perfect)",
            symbol: "slope",
            direction: Direction::Target(1.0),
            shown: Shown::Page,
            interval: Interval::Own,
            formula: Formula::ClassesEstimate(|rows| {
                let around = |found: crate::calibration::CalibrationSlope| {
                    rows.around(found.slope, found.slope_se)
                };
                Ok(rows.slope()?.map(around))
            }),
            ..ROW
        },
        Metric {
            key: "calibration_intercept",
            label: "calibration intercept (0 is perfect)",
            symbol: "intercept",
            direction: Direction::Target(0.0),
            interval: Interval::Own,
            formula: Formula::ClassesEstimate(|rows| {
                let around = |found: crate::calibration::CalibrationSlope| {
                    rows.around(found.intercept, found.intercept_se)
                };
                Ok(rows.slope()?.map(around))
            }),
            ..ROW
        },
        Metric {
            key: "multinomial_slope",
            label: "factor that suits the logits best (1 is perfect)",
            symbol: "1 / T",
            direction: Direction::Target(1.0),
            shown: Shown::Terminal,
            drawn: true,
            interval: Interval::Own,
            formula: Formula::ClassesEstimate(|rows| {
                let found = rows.sharpness();
                Ok(found.map(|found| rows.around(found.sharpness, 1.0 / found.information.sqrt())))
            }),
            ..ROW
        },
        Metric {
            key: "temperature",
            label: "temperature",
            symbol: "T",
            direction: Direction::Neutral,
            interval: Interval::Own,
            ..ROW
        },
        Metric {
            key: "nll_tempered",
            label: "NLL after temperature scaling (nats)",
            symbol: "NLL, tempered",
            unit: Unit::Nats,
            shown: Shown::Terminal,
            formula: Formula::Tempered(|w| w.nll()),
            ..ROW
        },
        Metric {
            key: "ece_tempered",
            label: "calibration error after temperature scaling",
            symbol: "ECE, tempered",
            shown: Shown::Terminal,
            formula: Formula::Tempered(|w| w.top().l1),
            ..GAP
        },
        Metric {
            key: "smooth_ece_tempered",
            label: "smooth calibration error after temperature scaling",
            symbol: "smooth ECE, tempered",
            formula: Formula::Tempered(|w| w.smooth_ece()),
            ..GAP
        },
        Metric {
            key: "aurc",
            label: "error rate over all coverages (AURC)",
            symbol: "AURC",
            shown: Shown::Page,
            drawn: true,
            compared: true,
            formula: Formula::Classes(|w| w.curve().aurc()),
            ..ROW
        },
        Metric {
            key: "excess_aurc",
            label: "AURC beyond that of the best order",
            symbol: "excess AURC",
            formula: Formula::Classes(|w| w.curve().excess_aurc()),
            ..ROW
        },
        Metric {
            key: "failure_auroc",
            label: "AUROC of right against wrong answers, by confidence",
            symbol: "failure AUROC",
            unit: Unit::Points,
            direction: Direction::Higher,
            shown: Shown::Page,
            formula: Formula::Classes(|w| w.curve().failure_auroc()),
            ..ROW
        },
        Metric {
            key: "accuracy_at_80",
            label: "accuracy on the surest 80 %",
            symbol: "accuracy at 80 %",
            unit: Unit::Points,
            direction: Direction::Higher,
            shown: Shown::Terminal,
            formula: Formula::Classes(|w| w.curve().accuracy_of_share(0.8)),
            ..ROW
        },
        Metric {
            key: "conformal_coverage_90",
            label: "90 % prediction sets: coverage",
            symbol: "coverage",
            unit: Unit::Points,
            direction: Direction::Target(0.9),
            shown: Shown::Terminal,
            interval: Interval::Own,
            formula: Formula::ClassesEstimate(|rows| {
                Ok(rows.least_ambiguous_sets().map(|sets| sets.coverage))
            }),
            ..ROW
        },
        Metric {
            key: "conformal_size_90",
            label: "90 % prediction sets: mean size",
            symbol: "set size",
            shown: Shown::Terminal,
            interval: Interval::Own,
            formula: Formula::ClassesEstimate(|rows| {
                Ok(rows.least_ambiguous_sets().map(|sets| sets.size))
            }),
            ..ROW
        },
        Metric {
            key: "aps_coverage_90",
            label: "90 % adaptive sets: coverage",
            symbol: "coverage",
            unit: Unit::Points,
            direction: Direction::Target(0.9),
            shown: Shown::Page,
            interval: Interval::Own,
            formula: Formula::ClassesEstimate(|rows| {
                Ok(rows.adaptive_sets().map(|sets| sets.coverage))
            }),
            ..ROW
        },
        Metric {
            key: "aps_size_90",
            label: "90 % adaptive sets: mean size",
            symbol: "set size",
            shown: Shown::Page,
            interval: Interval::Own,
            formula: Formula::ClassesEstimate(|rows| {
                Ok(rows.adaptive_sets().map(|sets| sets.size))
            }),
            ..ROW
        },
        MSP[0],
        ENTROPY[0],
        MAX_LOGIT[0],
        ENERGY[0],
        MSP[1],
        ENTROPY[1],
        MAX_LOGIT[1],
        ENERGY[1],
        MSP[2],
        ENTROPY[2],
        MAX_LOGIT[2],
        ENERGY[2],
        MSP[3],
        ENTROPY[3],
        MAX_LOGIT[3],
        ENERGY[3],
        Metric {
            key: "robust_accuracy_linf",
            label: "accuracy under attack, ℓ∞",
            ..ROBUST
        },
        Metric {
            key: "robust_accuracy_l2",
            label: "accuracy under attack, ℓ2",
            ..ROBUST
        },
        Metric {
            key: "robust_accuracy_l1",
            label: "accuracy under attack, ℓ1",
            ..ROBUST
        },
        Metric {
            drawn: false,
            objective: false,
            formula: Formula::Values(|w| w.gaussian_nll()),
            ..NLL
        },
        Metric {
            key: "conformal_coverage_90",
            label: "90 % conformal intervals: coverage",
            symbol: "coverage",
            unit: Unit::Points,
            direction: Direction::Target(0.9),
            shown: Shown::Terminal,
            interval: Interval::Own,
            formula: Formula::ValuesEstimate(|rows| {
                Ok(rows.intervals().map(|found| found.coverage))
            }),
            ..ROW
        },
        MSE,
        Metric {
            key: "rmse",
            label: "root mean squared error",
            symbol: "RMSE",
            shown: Shown::Terminal,
            drawn: true,
            compared: true,
            objective: true,
            formula: Formula::Values(|w| w.mse().sqrt()),
            ..ROW
        },
        Metric {
            key: "mae",
            label: "mean absolute error",
            symbol: "MAE",
            shown: Shown::Page,
            compared: true,
            objective: true,
            formula: Formula::Values(|w| w.mae()),
            ..ROW
        },
        Metric {
            key: "r2",
            label: "R²",
            symbol: "R²",
            direction: Direction::Higher,
            shown: Shown::Terminal,
            drawn: true,
            objective: true,
            formula: Formula::Values(|w| w.r2()),
            ..ROW
        },
        Metric {
            key: "crps",
            label: "continuous ranked probability score",
            symbol: "CRPS",
            shown: Shown::Terminal,
            formula: Formula::Values(|w| w.crps()),
            ..ROW
        },
        Metric {
            key: "pit_ks",
            label: "distance of the integral transforms from uniform",
            symbol: "PIT distance",
            interval: Interval::Centred { most: 1.0 },
            formula: Formula::Values(|w| w.pit_ks()),
            ..ROW
        },
        Metric {
            key: "coverage_50",
            label: "50 % intervals: coverage",
            symbol: "coverage",
            unit: Unit::Points,
            direction: Direction::Target(0.5),
            interval: Interval::Own,
            formula: Formula::ValuesEstimate(|rows| rows.coverage(0.5)),
            ..ROW
        },
        Metric {
            key: "coverage_90",
            label: "90 % intervals: coverage",
            symbol: "coverage",
            unit: Unit::Points,
            direction: Direction::Target(0.9),
            shown: Shown::Terminal,
            interval: Interval::Own,
            formula: Formula::ValuesEstimate(|rows| rows.coverage(0.9)),
            ..ROW
        },
        Metric {
            key: "conformal_width_90",
            label: "90 % conformal intervals: mean width",
            symbol: "width",
            shown: Shown::Terminal,
            interval: Interval::Own,
            formula: Formula::ValuesEstimate(|rows| Ok(rows.intervals().map(|found| found.width))),
            ..ROW
        },
    ];
}

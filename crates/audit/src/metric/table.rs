//! The rows of the table.

use super::Formula::{
    self, Classes, ClassesEstimate, Detection, Labels, Tempered, TemperedLabels, Values,
    ValuesEstimate,
};
use super::{Bins, Direction, FromLosses, Interval, Metric, Shown, Unit};
use crate::ood::{OodScore, area, aupr_out};

/// A plain number of which less is better, in `audit.json` alone, made elsewhere; what follows says otherwise.
const fn row(key: &'static str, label: &'static str, symbol: &'static str) -> Metric {
    Metric {
        key,
        label,
        symbol,
        unit: Unit::None,
        direction: Direction::Lower,
        shown: Shown::File,
        drawn: false,
        compared: false,
        objective: false,
        from_losses: None,
        interval: Interval::Percentile,
        formula: Formula::Elsewhere,
    }
}

/// What a row may say beside its names, each a word that sets a field.
macro_rules! words {
    ($($word:ident($($value:ident: $kind:ty)?) sets $field:ident = $set:expr;)*) => {
        impl Metric {
            $(const fn $word(mut self $(, $value: $kind)?) -> Self {
                self.$field = $set;
                self
            })*
        }
    };
}

words! {
    of(formula: Formula) sets formula = formula;
    higher() sets direction = Direction::Higher;
    target(at: f64) sets direction = Direction::Target(at);
    neutral() sets direction = Direction::Neutral;
    points() sets unit = Unit::Points;
    nats() sets unit = Unit::Nats;
    centred(most: f64) sets interval = Interval::Centred { most };
    agreeing(bins: Bins) sets interval = Interval::Agreeing(bins);
    share(of: f64) sets interval = Interval::Share { of };
    gap() sets interval = Interval::Gap;
    own() sets interval = Interval::Own;
    page() sets shown = Shown::Page;
    terminal() sets shown = Shown::Terminal;
    drawn() sets drawn = true;
    compared() sets compared = true;
    objective() sets objective = true;
    known_from(of: FromLosses) sets from_losses = Some(of);
}

/// AUROC, AUPR of the held-out and of the other rows, and false positives of one outlier score.
macro_rules! detection {
    ($key:literal, $label:literal, $score:expr) => {
        [
            row(
                concat!("auroc_", $key),
                concat!("OOD AUROC, ", $label),
                "AUROC",
            )
            .of(Detection($score, |figures| figures.auroc))
            .higher()
            .points()
            .compared(),
            row(
                concat!("aupr_in_", $key),
                concat!("OOD AUPR of the audited rows, ", $label),
                "AUPR",
            )
            .of(Detection($score, |figures| figures.aupr_in))
            .higher(),
            row(
                concat!("aupr_out_", $key),
                concat!("OOD AUPR, ", $label),
                "AUPR",
            )
            .of(Detection($score, |figures| figures.aupr_out))
            .higher(),
            row(
                concat!("fpr95_", $key),
                concat!("OOD false positives at 95 % recall, ", $label),
                "FPR",
            )
            .of(Detection($score, |figures| figures.fpr95)),
        ]
    };
}

const MSP: [Metric; 4] = detection!("msp", "maximum probability", OodScore::Msp);
const ENTROPY: [Metric; 4] = detection!("entropy", "entropy", OodScore::Entropy);
const MAX_LOGIT: [Metric; 4] = detection!("max_logit", "largest logit", OodScore::MaxLogit);
const ENERGY: [Metric; 4] = detection!("energy", "energy", OodScore::Energy);

#[rustfmt::skip]
pub(super) const NLL: Metric =
    row("nll", "negative log-likelihood (nats)", "NLL")
        .nats().terminal().drawn().compared().objective().known_from(|loss, _| Some(loss))
        .of(Classes(|w| w.nll()));

#[rustfmt::skip]
pub(super) const MSE: Metric =
    row("mse", "mean squared error", "MSE")
        .terminal().objective().known_from(|loss, _| Some(loss))
        .of(Values(|w| w.mse()));

impl Metric {
    /// Every metric, in the order of tables: a classifier's, those of outlier scores, those of attacks, a regression's, those of labels.
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
    /// | `temperature`, `*_tempered` | the models' temperature, and figures after division of their logits by it, which are those of the answers | Guo et al. 2017 |
    /// | `aurc`, `excess_aurc`, `accuracy_at_80` | selective prediction, surest rows first | Geifman et al. 2019, <https://arxiv.org/abs/1805.08206> |
    /// | `failure_auroc` | probability that a right answer is surer than a wrong one, ties half: ½ is chance | Hendrycks & Gimpel 2017, <https://arxiv.org/abs/1610.02136> |
    /// | `conformal_*_90`, `aps_*_90` | 90 % prediction sets by least ambiguity, and adaptive randomised ones | Sadinle et al. 2019, Romano et al. 2020 |
    /// | `auroc_*`, `aupr_in_*`, `aupr_out_*`, `fpr95_*` | detection by a score of logits, see [`DetectionFigures`](crate::ood::DetectionFigures) | |
    /// | `robust_accuracy_*` | accuracy under attack, by norm | |
    /// | `mse`, `rmse`, `mae` | errors in (squared) units of the target | |
    /// | `pinball` | of a regression that predicts a quantile `q`: mean of `q max(y - f, 0) + (1 - q) max(f - y, 0)` | Koenker & Bassett 1978, <https://doi.org/10.2307/1913643> |
    /// | `poisson_deviance` | of a regression of counts: mean of `2 (f - y + y ln(y / f))` | McCullagh & Nelder 1989; scikit-learn's `mean_poisson_deviance` |
    /// | `r2` | `1 - Σ (f_i - y_i)² / Σ (y_i - mean y)²`; undefined if all targets are equal | |
    /// | `nll`, `crps`, `pit_ks` | of a regression: scores of the Gaussian with the given or predicted variance, and the largest distance of its integral transforms from uniform | Gneiting & Raftery 2007, <https://doi.org/10.1198/016214506000001437> |
    /// | `coverage_50`, `coverage_90` | share of targets in its central intervals | |
    /// | `hamming_accuracy`, `exact_match` | share of all labels that are told right, and of rows of which all are | Tsoumakas & Katakis 2007, <https://doi.org/10.4018/jdwm.2007070101> |
    /// | `nll`, `brier`, `ece` | of labels: the mean over all labels of all rows of `-ln p` of what is true and of `(p - y)²`, and the gap of confidence and accuracy over equal-width bins of all answers | |
    /// | `f1_macro`, `auroc`, `aupr` | of labels: those of yes, mean over the labels that have them | scikit-learn's `average="macro"` |
    /// | `conformal_coverage_90`, `conformal_width_90` | 90 % intervals calibrated on random halves | Lei et al. 2018, <https://arxiv.org/abs/1604.04173> |
    #[rustfmt::skip]
    pub const ALL: &[Self] = &[
        row("accuracy", "accuracy", "accuracy")
            .higher().points().share(1.0).terminal().drawn().compared().objective().known_from(|_, accuracy| accuracy)
            .of(Classes(|w| w.accuracy())),
        row("balanced_accuracy", "balanced accuracy, mean over classes", "balanced accuracy")
            .higher().points().page().objective()
            .of(Classes(|w| w.confusion().balanced_accuracy())),
        row("worst_class_accuracy", "accuracy on the worst class", "worst-class accuracy")
            .higher().points().page().objective()
            .of(Classes(|w| w.confusion().worst_class_accuracy())),
        row("f1_macro", "F1, mean over classes", "F1")
            .higher().page().objective()
            .of(Classes(|w| w.confusion().f1_macro())),
        row("auroc", "AUROC of the classes", "AUROC")
            .higher().points().page().objective()
            .of(Classes(|w| w.one_vs_rest(area))),
        row("aupr", "AUPR of the classes", "AUPR")
            .higher().page().objective()
            .of(Classes(|w| w.one_vs_rest(aupr_out))),
        NLL,
        row("brier", "Brier score", "Brier score")
            .terminal().drawn().compared().objective()
            .of(Classes(|w| w.brier())),
        row("brier_reliability", "Brier score: miscalibration", "miscalibration")
            .centred(2.0).page()
            .of(Classes(|w| w.brier_parts().reliability)),
        row("brier_resolution", "Brier score: resolution", "resolution")
            .higher().centred(2.0).page()
            .of(Classes(|w| w.brier_parts().resolution)),
        row("brier_uncertainty", "Brier score: difficulty of the task", "uncertainty")
            .neutral()
            .of(Classes(|w| w.brier_parts().uncertainty)),
        row("ece", "expected calibration error", "ECE")
            .points().agreeing(Bins::Width).terminal().drawn().compared().objective()
            .of(Classes(|w| w.top().l1)),
        row("ece_equal_mass", "calibration error, equal-mass bins", "ECE, equal mass")
            .points().agreeing(Bins::Mass).page().compared()
            .of(Classes(|w| w.ece_equal_mass())),
        row("ece_debiased", "calibration error, debiased (root mean square)", "ECE, debiased")
            .points().centred(1.0).page()
            .of(Classes(|w| w.ece_debiased())),
        row("ece_sweep", "calibration error, as many bins as stay monotone", "ECE, sweep")
            .points().centred(1.0)
            .of(Classes(|w| w.ece_sweep())),
        row("ece_classwise", "calibration error, class by class", "ECE, class-wise")
            .points().centred(1.0).page().compared()
            .of(Classes(|w| w.ece_classwise())),
        row("smooth_ece", "smooth calibration error", "smooth ECE")
            .points().centred(1.0).terminal().compared()
            .of(Classes(|w| w.smooth_ece())),
        row("ece_l2", "calibration error, root mean square", "ECE, squared")
            .points().centred(1.0)
            .of(Classes(|w| w.top().l2)),
        row("mce", "maximum calibration error", "MCE")
            .points().centred(1.0).page()
            .of(Classes(|w| w.top().max)),
        row("confidence", "mean confidence", "confidence")
            .neutral().points().page()
            .of(Classes(|w| w.confidence())),
        row("confidence_gap", "confidence less accuracy", "confidence gap")
            .target(0.0).points().gap().page()
            .of(Classes(|w| w.confidence_gap())),
        row("entropy", "mean entropy (nats)", "entropy")
            .neutral().nats()
            .of(Classes(|w| w.entropy())),
        row("logit_scale", "logit scale", "logit scale")
            .neutral()
            .of(Classes(|w| w.logit_scale())),
        row("calibration_slope", "calibration slope (1 is perfect)", "slope")
            .target(1.0).own().page()
            .of(ClassesEstimate(|rows| rows.slope_estimate())),
        row("calibration_intercept", "calibration intercept (0 is perfect)", "intercept")
            .target(0.0).own()
            .of(ClassesEstimate(|rows| rows.intercept_estimate())),
        row("multinomial_slope", "factor that suits the logits best (1 is perfect)", "1 / T")
            .target(1.0).own().terminal().drawn()
            .of(ClassesEstimate(|rows| Ok(rows.sharpness_estimate()))),
        row("temperature", "temperature", "T")
            .neutral().own(),
        row("accuracy_tempered", "accuracy after temperature scaling", "accuracy, tempered")
            .higher().points().share(1.0).terminal()
            .of(Tempered(|w| w.accuracy())),
        row("confidence_tempered", "mean confidence after temperature scaling", "confidence, tempered")
            .neutral().points().page()
            .of(Tempered(|w| w.confidence())),
        row("confidence_gap_tempered", "confidence less accuracy after temperature scaling", "confidence gap, tempered")
            .target(0.0).points().gap().page()
            .of(Tempered(|w| w.confidence_gap())),
        row("nll_tempered", "NLL after temperature scaling (nats)", "NLL, tempered")
            .nats().terminal()
            .of(Tempered(|w| w.nll())),
        row("brier_tempered", "Brier score after temperature scaling", "Brier score, tempered")
            .page()
            .of(Tempered(|w| w.brier())),
        row("ece_tempered", "calibration error after temperature scaling", "ECE, tempered")
            .points().agreeing(Bins::Width).terminal()
            .of(Tempered(|w| w.top().l1)),
        row("smooth_ece_tempered", "smooth calibration error after temperature scaling", "smooth ECE, tempered")
            .points().centred(1.0)
            .of(Tempered(|w| w.smooth_ece())),
        row("aurc_tempered", "AURC after temperature scaling", "AURC, tempered")
            .of(Tempered(|w| w.curve(|curve| curve.aurc()))),
        row("failure_auroc_tempered", "AUROC of right against wrong answers after temperature scaling", "failure AUROC, tempered")
            .higher().points().page()
            .of(Tempered(|w| w.curve(|curve| curve.failure_auroc()))),
        row("accuracy_at_80_tempered", "accuracy on the surest 80 % after temperature scaling", "accuracy at 80 %, tempered")
            .higher().points().share(0.8).page()
            .of(Tempered(|w| w.curve(|curve| curve.accuracy_of_share(0.8)))),
        row("aurc", "error rate over all coverages (AURC)", "AURC")
            .page().drawn().compared()
            .of(Classes(|w| w.curve(|curve| curve.aurc()))),
        row("excess_aurc", "AURC beyond that of the best order", "excess AURC")
            .of(Classes(|w| w.curve(|curve| curve.excess_aurc()))),
        row("failure_auroc", "AUROC of right against wrong answers, by confidence", "failure AUROC")
            .higher().points().page()
            .of(Classes(|w| w.curve(|curve| curve.failure_auroc()))),
        row("accuracy_at_80", "accuracy on the surest 80 %", "accuracy at 80 %")
            .higher().points().share(0.8).terminal()
            .of(Classes(|w| w.curve(|curve| curve.accuracy_of_share(0.8)))),
        row("conformal_coverage_90", "90 % prediction sets: coverage", "coverage")
            .target(0.9).points().own().terminal()
            .of(ClassesEstimate(|rows| Ok(rows.least_ambiguous_sets().map(|sets| sets.coverage)))),
        row("conformal_size_90", "90 % prediction sets: mean size", "set size")
            .own().terminal()
            .of(ClassesEstimate(|rows| Ok(rows.least_ambiguous_sets().map(|sets| sets.size)))),
        row("aps_coverage_90", "90 % adaptive sets: coverage", "coverage")
            .target(0.9).points().own().page()
            .of(ClassesEstimate(|rows| Ok(rows.adaptive_sets().map(|sets| sets.coverage)))),
        row("aps_size_90", "90 % adaptive sets: mean size", "set size")
            .own().page()
            .of(ClassesEstimate(|rows| Ok(rows.adaptive_sets().map(|sets| sets.size)))),
        MSP[0].terminal().drawn(),
        ENTROPY[0].page(),
        MAX_LOGIT[0].page(),
        ENERGY[0].terminal().drawn(),
        MSP[1],
        ENTROPY[1],
        MAX_LOGIT[1],
        ENERGY[1],
        MSP[2].page(),
        ENTROPY[2],
        MAX_LOGIT[2],
        ENERGY[2],
        MSP[3].terminal(),
        ENTROPY[3],
        MAX_LOGIT[3],
        ENERGY[3],
        row("robust_accuracy_linf", "accuracy under attack, ℓ∞", "accuracy")
            .higher().points().own().drawn(),
        row("robust_accuracy_l2", "accuracy under attack, ℓ2", "accuracy")
            .higher().points().own().drawn(),
        row("robust_accuracy_l1", "accuracy under attack, ℓ1", "accuracy")
            .higher().points().own().drawn(),
        row("nll", "negative log-likelihood (nats)", "NLL")
            .nats().terminal().compared()
            .of(Values(|w| w.gaussian_nll())),
        row("conformal_coverage_90", "90 % conformal intervals: coverage", "coverage")
            .target(0.9).points().own().terminal()
            .of(ValuesEstimate(|rows| Ok(rows.intervals().map(|found| found.coverage)))),
        MSE,
        row("rmse", "root mean squared error", "RMSE")
            .terminal().drawn().compared().objective().known_from(|loss, _| Some(loss.sqrt()))
            .of(Values(|w| w.mse().sqrt())),
        row("mae", "mean absolute error", "MAE")
            .page().compared().objective()
            .of(Values(|w| w.mae())),
        row("pinball", "mean pinball loss", "pinball loss")
            .terminal().compared()
            .of(Values(|w| w.pinball())),
        row("poisson_deviance", "mean Poisson deviance", "Poisson deviance")
            .terminal().compared()
            .of(Values(|w| w.poisson_deviance())),
        row("r2", "R²", "R²")
            .higher().terminal().drawn().objective()
            .of(Values(|w| w.r2())),
        row("crps", "continuous ranked probability score", "CRPS")
            .terminal()
            .of(Values(|w| w.crps())),
        row("pit_ks", "distance of the integral transforms from uniform", "PIT distance")
            .centred(1.0)
            .of(Values(|w| w.pit_ks())),
        row("coverage_50", "50 % intervals: coverage", "coverage")
            .target(0.5).points().own()
            .of(ValuesEstimate(|rows| rows.coverage(0.5))),
        row("coverage_90", "90 % intervals: coverage", "coverage")
            .target(0.9).points().own().terminal()
            .of(ValuesEstimate(|rows| rows.coverage(0.9))),
        row("conformal_width_90", "90 % conformal intervals: mean width", "width")
            .own().terminal()
            .of(ValuesEstimate(|rows| Ok(rows.intervals().map(|found| found.width)))),
        row("hamming_accuracy", "labels told right (Hamming accuracy)", "Hamming accuracy")
            .higher().points().share(1.0).terminal().drawn().compared().objective().known_from(|_, accuracy| accuracy)
            .of(Labels(|w| w.hamming_accuracy())),
        row("exact_match", "rows with all labels right (exact match)", "exact match")
            .higher().points().share(1.0).terminal().drawn().compared().objective()
            .of(Labels(|w| w.exact_match())),
        row("f1_macro", "F1, mean over labels", "F1")
            .higher().terminal().compared().objective()
            .of(Labels(|w| w.f1_macro())),
        row("auroc", "AUROC, mean over labels", "AUROC")
            .higher().points().terminal().drawn().compared().objective()
            .of(Labels(|w| w.ranking(area))),
        row("aupr", "AUPR, mean over labels", "AUPR")
            .higher().terminal().compared().objective()
            .of(Labels(|w| w.ranking(aupr_out))),
        row("nll", "binary cross-entropy (nats)", "NLL")
            .nats().terminal().drawn().compared().objective().known_from(|loss, _| Some(loss))
            .of(Labels(|w| w.nll())),
        row("brier", "Brier score", "Brier score")
            .terminal().drawn().compared().objective()
            .of(Labels(|w| w.brier())),
        row("ece", "expected calibration error of all labels", "ECE")
            .points().agreeing(Bins::Width).terminal().drawn().compared().objective()
            .of(Labels(|w| w.ece())),
        row("hamming_accuracy_tempered", "labels told right after temperature scaling", "Hamming accuracy, tempered")
            .higher().points().share(1.0)
            .of(TemperedLabels(|w| w.hamming_accuracy())),
        row("exact_match_tempered", "rows with all labels right after temperature scaling", "exact match, tempered")
            .higher().points().share(1.0)
            .of(TemperedLabels(|w| w.exact_match())),
        row("nll_tempered", "binary cross-entropy after temperature scaling (nats)", "NLL, tempered")
            .nats().terminal()
            .of(TemperedLabels(|w| w.nll())),
        row("brier_tempered", "Brier score after temperature scaling", "Brier score, tempered")
            .page()
            .of(TemperedLabels(|w| w.brier())),
        row("ece_tempered", "expected calibration error of all labels after temperature scaling", "ECE, tempered")
            .points().agreeing(Bins::Width).terminal()
            .of(TemperedLabels(|w| w.ece())),
    ];
}

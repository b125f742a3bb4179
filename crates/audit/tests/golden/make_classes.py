"""Reference values of figures over classes and of regressions, written beside this script.

    pip install numpy scipy scikit-learn
    python make_classes.py
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.special import log_softmax, softmax
from sklearn import metrics

SEED = 20261
HERE = Path(__file__).parent


def array(values):
    values = np.asarray(values)
    kind = "i64" if values.dtype.kind in "ib" else "f64"
    return {"shape": list(values.shape), "dtype": kind, "data": values.ravel().tolist()}


def figures(logits, labels):
    p, classes = softmax(logits, axis=1), logits.shape[1]
    predictions = logits.argmax(axis=1)
    one_hot = np.eye(classes)[labels]
    correct = predictions == labels
    if classes == 2:
        auroc = metrics.roc_auc_score(labels, p[:, 1])
        aupr = metrics.average_precision_score(labels, p[:, 1])
    else:
        auroc = metrics.roc_auc_score(labels, p, multi_class="ovr", average="macro")
        aupr = metrics.average_precision_score(one_hot, p, average="macro")
    return {
        "accuracy": metrics.accuracy_score(labels, predictions),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, predictions),
        "worst_class_accuracy": metrics.recall_score(labels, predictions, average=None, labels=np.unique(labels)).min(),
        "f1_macro": metrics.f1_score(labels, predictions, average="macro"),
        "auroc": auroc,
        "aupr": aupr,
        "failure_auroc": metrics.roc_auc_score(correct, p.max(axis=1)),
        "nll": metrics.log_loss(labels, p, labels=range(classes)),
        "brier": ((p - one_hot) ** 2).sum(axis=1).mean(),
        "entropy": -(p * log_softmax(logits, axis=1)).sum(axis=1).mean(),
    }


def by_class(logits, labels):
    """Which class is taken for which, and the curves of each class against the rest by its probability."""
    classes = logits.shape[1]
    predictions = logits.argmax(axis=1)
    # Differences of logits do not saturate where probabilities do.
    scores = logits[:, [0, 1]] - logits[:, [1, 0]] if classes == 2 else log_softmax(logits, axis=1)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predictions, labels=range(classes), zero_division=0
    )
    found = {
        "confusion": metrics.confusion_matrix(labels, predictions, labels=range(classes)),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "support": support,
        "auroc_by_class": [metrics.roc_auc_score(labels == k, scores[:, k]) for k in range(classes)],
        "ap_by_class": [metrics.average_precision_score(labels == k, scores[:, k]) for k in range(classes)],
    }
    for k in range(classes):
        false, true, _ = metrics.roc_curve(labels == k, scores[:, k], drop_intermediate=False)
        p, r, _ = metrics.precision_recall_curve(labels == k, scores[:, k])
        found |= {f"fpr_{k}": false, f"tpr_{k}": true, f"curve_precision_{k}": p[::-1], f"curve_recall_{k}": r[::-1]}
    return found


def classes_case(rng, name, rows, classes, note, rare=False, coarse=False):
    labels = rng.integers(classes, size=rows)
    if rare:
        labels[: rows // 2] = 0
    labels[:classes] = np.arange(classes)
    logits = rng.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[labels]
    # Exact in f32; a coarse grid makes many probabilities equal.
    logits = np.round(logits * (2 if coarse else 4096)) / (2 if coarse else 4096)
    expected = {key: array([value]) for key, value in figures(logits, labels).items()}
    expected |= {key: array(values) for key, values in by_class(logits, labels).items()}
    return case(name, {"logits": array(logits), "labels": array(labels)}, expected, note)


def regression_case(rng):
    targets = 3 + rng.normal(size=150)
    predictions = targets + 0.4 * rng.normal(size=150)
    expected = {
        "mse": metrics.mean_squared_error(targets, predictions),
        "rmse": metrics.root_mean_squared_error(targets, predictions),
        "mae": metrics.mean_absolute_error(targets, predictions),
        "r2": metrics.r2_score(targets, predictions),
    }
    expected = {key: array([value]) for key, value in expected.items()}
    return case("values", {"predictions": array(predictions), "targets": array(targets)}, expected, "Real values.")


def case(name, inputs, expected, note):
    return {
        "name": name,
        "source": "scikit-learn",
        "params": {},
        "inputs": inputs,
        "expected": expected,
        "rtol": 1e-12,
        "atol": 1e-13,
        "note": note,
    }


def main():
    rng = np.random.default_rng(SEED)
    cases = [
        classes_case(rng, "classes_2", 120, 2, "Two classes."),
        classes_case(rng, "classes_2_tied", 120, 2, "Two classes, many equal probabilities.", coarse=True),
        classes_case(rng, "classes_5", 200, 5, "Five classes."),
        classes_case(rng, "classes_4_rare", 160, 4, "One class has most of the rows.", rare=True),
        regression_case(rng),
    ]
    versions = {name: version(name) for name in ["numpy", "scipy", "scikit-learn"]}
    document = {
        "format": 1,
        "versions": {"python": platform.python_version(), **versions},
        "cases": cases,
    }
    (HERE / "classes.json").write_text(json.dumps(document) + "\n")


main()

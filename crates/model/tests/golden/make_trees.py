"""Thresholds of decision trees on one number, written beside this script.

    pip install numpy scikit-learn
    python make_trees.py
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

SEED = 20262
HERE = Path(__file__).parent


def case(name, task, values, targets, leaves, least):
    """A tree grown best first; numbers are rounded to what single precision holds, as trees see them."""
    values = np.asarray(values, np.float32)
    kind = DecisionTreeRegressor if task == "regression" else DecisionTreeClassifier
    tree = kind(max_leaf_nodes=leaves, min_samples_leaf=least, random_state=0).fit(values[:, None], targets).tree_
    inner = tree.children_left != tree.children_right
    return {
        "name": name,
        "task": task,
        "leaves": leaves,
        "least": least,
        "values": values.astype(np.float64).tolist(),
        "targets": np.asarray(targets).tolist(),
        "thresholds": sorted(tree.threshold[inner].tolist()),
    }


def cases():
    random = np.random.default_rng(SEED)
    x = random.normal(size=150)
    y = np.sin(3 * x) + 0.3 * random.normal(size=150)
    counts = random.poisson(4, size=200)
    skewed = random.lognormal(size=120)
    far = 1e6 + 50 * (x > 0.3) + random.normal(size=150)
    three = np.clip(np.floor(x + 0.6 * random.normal(size=150)), -1, 1).astype(int) + 1
    two = (np.sin(2 * skewed) + 0.4 * random.normal(size=120) > 0).astype(int)
    many = random.integers(0, 12, size=200) // (1 + counts // 5)
    return [
        case("smooth", "regression", x, y, 16, 1),
        case("smooth, large leaves", "regression", x, y, 16, 10),
        case("two leaves", "regression", x, y, 2, 1),
        case("counts with ties", "regression", counts, counts ** 2 + 3 * random.normal(size=200), 8, 3),
        case("a target far from zero", "regression", x, far, 6, 2),
        case("three classes", "classification", x, three, 16, 3),
        case("two classes, skewed", "classification", skewed, two, 8, 4),
        case("many classes, ties", "classification", counts, many, 6, 5),
        case("fewer rows than leaves", "regression", x[:9], y[:9], 16, 2),
    ]


if __name__ == "__main__":
    libraries = {"python": platform.python_version()} | {name: version(name) for name in ("numpy", "scikit-learn")}
    text = json.dumps({"seed": SEED, "libraries": libraries, "cases": cases()})
    (HERE / "trees.json").write_text(text + "\n")

"""Golden values of the tests of this crate, from scikit-learn: python make_golden.py > golden.json

Features are rounded to single precision first, which is what the crate reads. Needs numpy and scikit-learn.
"""

import json

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge

STRENGTHS = [1e-3, 0.1, 1.0, 30.0, 1e3]
ALPHAS = [1e-6, 0.5, 10.0, 1e4]


def features(random, rows, inputs):
    x = random.normal(size=(rows, inputs)) @ random.normal(size=(inputs, inputs)) / np.sqrt(inputs)
    return (x + random.normal(size=inputs)).astype(np.float32)


def classes(random, x, count):
    slopes = 0.8 * random.normal(size=(x.shape[1], count)) / np.sqrt(x.shape[1] / 5)
    noisy = (x - x.mean(0)) @ slopes + random.gumbel(size=(len(x), count))
    return noisy.argmax(1)


def logistic(name, random, rows, inputs, count, weighted=False):
    x = features(random, rows, inputs)
    y = classes(random, x, count)
    weights = random.gamma(1.0, size=rows) if weighted else None
    models = []
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, solver="newton-cholesky", tol=1e-12, max_iter=10_000)
        model.fit(x.astype(np.float64), y, sample_weight=weights)
        models.append({"C": strength, "coef": model.coef_.tolist(), "intercept": model.intercept_.tolist()})
    return {
        "name": name,
        "x": x.tolist(),
        "y": y.tolist(),
        "classes": count,
        "weights": weights.tolist() if weighted else None,
        "models": models,
    }


def ridge(name, random, rows, inputs, targets, weighted=False):
    x = features(random, rows, inputs)
    y = x @ random.normal(size=(inputs, targets)) + random.normal(size=(rows, targets)) + 3.0
    weights = random.gamma(1.0, size=rows) if weighted else None
    models = []
    for alpha in ALPHAS:
        model = Ridge(alpha=alpha, solver="svd").fit(x.astype(np.float64), y, sample_weight=weights)
        models.append({"alpha": alpha, "coef": model.coef_.tolist(), "intercept": model.intercept_.tolist()})
    return {
        "name": name,
        "x": x.tolist(),
        "y": y.tolist(),
        "weights": weights.tolist() if weighted else None,
        "models": models,
    }


def main():
    random = np.random.default_rng(7)
    golden = {
        "made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "logistic": [
            logistic("four classes", random, 80, 6, 4),
            logistic("weighted rows", random, 70, 5, 3, weighted=True),
            logistic("two classes", random, 60, 5, 2),
            logistic("more features than rows", random, 24, 40, 3),
        ],
        "ridge": [
            ridge("one target", random, 40, 6, 1),
            ridge("three targets and weighted rows", random, 50, 5, 3, weighted=True),
            ridge("more features than rows", random, 15, 25, 2),
        ],
    }
    print(json.dumps(golden))


if __name__ == "__main__":
    main()

"""Ledoit & Wolf's shrinkage by scikit-learn, portfolios by scipy's constrained optimiser: golden values of the claim's tests.

    python -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    venv/bin/python examples/portfolio/golden/make_scikit_learn.py     # writes scikit-learn.json beside this file

Returns come from a linear congruential generator, so that the tests can draw the same.
"""
import importlib.metadata
import json
import pathlib

import numpy as np
from scipy import optimize, stats
from sklearn.covariance import ledoit_wolf

HERE = pathlib.Path(__file__).parent
SIZES = [(30, 3), (60, 8), (20, 40), (250, 5)]
GAMMA = 5.0


def returns(rows, columns):
    """One factor and noise, both sums of four uniform numbers, heavier for later columns."""
    state = 2024 + rows + columns

    def draw():
        nonlocal state
        total = 0.0
        for _ in range(4):
            state = (1664525 * state + 1013904223) % 2**32
            total += state / 2**32 - 0.5
        return total

    values = np.empty((rows, columns))
    for t in range(rows):
        factor = draw()
        for i in range(columns):
            values[t, i] = 0.01 * (1 + 0.1 * i) * (factor + draw() + 0.1)
    return values


def best(mean, covariance, decay):
    """Fully invested weights of the largest penalised utility, by sequential quadratic programming from equal weights."""
    n = len(mean)

    def loss(w):
        return GAMMA / 2 * w @ covariance @ w + decay / 2 * w @ w - mean @ w

    def slope(w):
        return GAMMA * covariance @ w + decay * w - mean

    scale = 1 / np.abs(slope(np.full(n, 1 / n))).max()
    found = optimize.minimize(lambda w: scale * loss(w), np.full(n, 1 / n), jac=lambda w: scale * slope(w), method="SLSQP",
                              constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(n)},
                              options={"ftol": 1e-16, "maxiter": 5000})
    return found.x


cases = []
for rows, columns in SIZES:
    values = returns(rows, columns)
    covariance, share = ledoit_wolf(values)
    mean, sample = values.mean(axis=0), np.cov(values.T, bias=True)
    portfolios = []
    for rate in [0.1, 1.0, 10.0]:
        decay = GAMMA * rate * np.trace(sample) / columns
        portfolios.append({"rate": rate, "weights": best(mean, sample, decay).tolist()})
    first = values[:, 0]
    cases.append({
        "rows": rows,
        "columns": columns,
        "share": float(share),
        "covariance": covariance[0].tolist(),
        "portfolios": portfolios,
        "skewness": float(stats.skew(first)),
        "kurtosis": float(stats.kurtosis(first, fisher=False)),
    })
    print(rows, columns, share, [np.linalg.norm(p["weights"]) for p in portfolios])
versions = {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "scikit-learn")}
(HERE / "scikit-learn.json").write_text(json.dumps({"libraries": versions, "gamma": GAMMA, "cases": cases}, indent=1) + "\n")

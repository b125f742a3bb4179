"""Reference values for the calibration tests, computed with libraries written by others.

    python3 -m venv env && . env/bin/activate
    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 properscoring==0.1 uncertainty-calibration==0.1.4
    pip install --no-deps relplot==1.0.3
    python make_calibration.py            # writes calibration_maps.json beside this file
"""

import importlib.metadata as metadata
import importlib.util
import json
import pathlib
import sys
import types

import numpy as np
from scipy import integrate, optimize, special, stats
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
import properscoring

# relplot imports a plotting stack at the top level; its metrics need none of it.
sys.modules.setdefault("deprecation", types.SimpleNamespace(deprecated=lambda *a, **k: (lambda f: f)))
root = pathlib.Path(importlib.util.find_spec("relplot").submodule_search_locations[0])
package = types.ModuleType("relplot")
package.__path__ = [str(root)]
sys.modules["relplot"] = package
from relplot import metrics as relplot  # noqa: E402

from calibration.utils import bin as kumar_bin, get_equal_bins, unbiased_l2_ce  # noqa: E402

VECTOR_RIDGE = 1e-6
rng = np.random.default_rng(2024)


def array(values):
    values = np.asarray(values, dtype=float)
    return {"shape": list(values.shape), "dtype": "f64", "data": values.ravel().tolist()}


def grid(values, step=2.0**-12):
    return np.round(values / step) * step


def case(name, inputs, expected, params=None, rtol=1e-9, atol=1e-12, source="", note=""):
    return dict(name=name, source=source, params=params or {}, inputs=inputs, expected=expected,
                rtol=rtol, atol=atol, cross_checks={}, note=note)


def draw(rows, classes, temperature):
    """Logits `temperature` times as large as those the labels are drawn from."""
    true = rng.normal(size=(rows, classes)) * 1.5
    labels = np.array([rng.choice(classes, p=special.softmax(z)) for z in true])
    return grid(true * temperature), labels


def smooth_exact(f, y, sigma):
    """The integral of the definition, with the images of the reflected kernel summed."""
    def r(t):
        total = np.zeros_like(t)
        for image in range(-6, 7, 2):
            for point in (image + f, image - f):
                d = (t[:, None] - point[None, :]) / sigma
                total += (np.exp(-0.5 * d * d) / (np.sqrt(2 * np.pi) * sigma)) @ (f - y) / len(f)
        return total
    t = np.linspace(0, 1, 40001)
    return float(integrate.trapezoid(np.abs(r(t)), t))


def smooth_fixed_point(f, y):
    return float(optimize.brentq(lambda s: smooth_exact(f, y, s) - s, 1e-3, 1.0, xtol=1e-10))


def smooth_cases():
    for name, rows, temperature in [("smooth_over", 300, 2.0), ("smooth_good", 400, 1.0), ("smooth_under", 250, 0.4)]:
        z, labels = draw(rows, 4, temperature)
        f, hit = relplot.multiclass_logits_to_confidences(z, labels)
        f, hit = np.asarray(f), np.asarray(hit, dtype=float)
        widths = [0.02, 0.05, 0.2]
        yield case(name, {"confidence": array(f), "correct": array(hit), "bandwidths": array(widths)},
                   {"exact": array([smooth_exact(f, hit, s) for s in widths]),
                    "relplot": array([relplot.smECE_sigma(f, hit, s) for s in widths]),
                    "fixed_point_exact": smooth_fixed_point(f, hit),
                    "fixed_point_relplot": float(relplot.smECE(f, hit))},
                   source="relplot, scipy",
                   note="exact: reflected kernel by images, trapezoid on 40001 points, scipy brentq; relplot bisects ten times")


def logistic(x, y):
    """Maximum likelihood and standard errors from the observed information."""
    fit = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-14, max_iter=1000).fit(x[:, None], y)
    beta = np.array([fit.coef_[0, 0], fit.intercept_[0]])
    design = np.column_stack([x, np.ones_like(x)])
    p = special.expit(design @ beta)
    for _ in range(3):  # polished by Newton
        beta = beta + np.linalg.solve(design.T @ (design * (p * (1 - p))[:, None]), design.T @ (y - p))
        p = special.expit(design @ beta)
    covariance = np.linalg.inv(design.T @ (design * (p * (1 - p))[:, None]))
    return beta, np.sqrt(np.diag(covariance))


def slope_case(name, z, labels):
    p = special.softmax(z, axis=1)
    top = p.argmax(axis=1)
    hit = (top == labels).astype(float)
    others = np.where(np.arange(z.shape[1]) == top[:, None], -np.inf, z)
    x = z[np.arange(len(z)), top] - special.logsumexp(others, axis=1)
    beta, se = logistic(x, hit)
    nll = lambda b: np.mean(special.logsumexp(b * z, axis=1) - b * z[np.arange(len(z)), labels])
    b = optimize.minimize_scalar(nll, bounds=(1e-3, 50), method="bounded", options={"xatol": 1e-12}).x
    mean_z = lambda b: np.sum(special.softmax(b * z, axis=1) * z, axis=1)
    g = lambda b: np.mean(mean_z(b) - z[np.arange(len(z)), labels])
    b = optimize.brentq(g, b * 0.9, b * 1.1, xtol=1e-15)
    q = special.softmax(b * z, axis=1)
    information = np.sum(np.sum(q * z * z, axis=1) - np.sum(q * z, axis=1) ** 2)
    return case(name, {"logits": array(z), "labels": array(labels)},
                {"slope": beta[0], "intercept": beta[1], "slope_se": se[0], "intercept_se": se[1],
                 "multinomial": b, "multinomial_se": information**-0.5},
                rtol=1e-8, source="scikit-learn LogisticRegression, scipy brentq")


def debiased_case(name, z, labels):
    p = special.softmax(z, axis=1)
    f = p.max(axis=1)
    hit = (p.argmax(axis=1) == labels).astype(float)
    bins = get_equal_bins(f.tolist(), num_bins=15)
    data = kumar_bin(list(zip(f, hit)), bins)
    order = np.argsort(f, kind="stable")
    last = 1
    for b in range(1, len(f) + 1):
        accuracies = [hit[part].mean() for part in np.array_split(order, b)]
        if np.any(np.diff(accuracies) < 0):
            break
        last = b
    sweep = sum(len(part) * abs(hit[part].mean() - f[part].mean()) for part in np.array_split(order, last)) / len(f)
    return case(name, {"logits": array(z), "labels": array(labels)},
                {"debiased_l2": unbiased_l2_ce(data), "sweep_bins": last, "sweep_ece": sweep},
                params={"bins": 15}, source="uncertainty-calibration; sweep in numpy")


def fit_vector(z, labels):
    rows, k = z.shape

    def loss(v):
        w, b = v[:k], v[k:]
        s = z * w + b
        p = special.softmax(s, axis=1)
        value = np.mean(special.logsumexp(s, axis=1) - s[np.arange(rows), labels])
        e = (p - np.eye(k)[labels]) / rows
        gradient = np.concatenate([np.sum(e * z, axis=0), np.sum(e, axis=0)])
        pull = np.concatenate([w - 1, b])
        return value + VECTOR_RIDGE / 2 * pull @ pull, gradient + VECTOR_RIDGE * pull

    start = np.concatenate([np.ones(k), np.zeros(k)])
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B",
                              options={"maxiter": 100000, "maxfun": 100000, "ftol": 1e-16, "gtol": 1e-13})
    return optimize.root(lambda v: loss(v)[1], found.x, tol=1e-14).x, loss


def maps_case(name, z, labels, test):
    k = z.shape[1]
    p, q = special.softmax(z, axis=1), special.softmax(test, axis=1)
    v, loss = fit_vector(z, labels)
    vector = special.softmax(test * v[:k] + v[k:], axis=1)
    odds = lambda x, c: x[:, c] - special.logsumexp(np.delete(x, c, axis=1), axis=1)
    sigmoids, platt, isotonic, knots = [], [], [], []
    for c in range(k):
        y = (labels == c).astype(float)
        score = odds(z, c)
        a, b = _sigmoid_calibration(score, y)
        up, down = y.sum(), len(y) - y.sum()
        target = np.where(y == 1, (up + 1) / (up + 2), 1 / (down + 2))
        g = lambda w: np.array([(special.expit(w[0] * score + w[1]) - target) @ score,
                                np.sum(special.expit(w[0] * score + w[1]) - target)])
        a, b = optimize.root(g, [-a, -b], tol=1e-14).x  # scikit-learn's stops at 1e-6; polished
        sigmoids.append([a, b])
        platt.append(special.expit(a * odds(test, c) + b))
        fit = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(p[:, c], y)
        knots.append(len(fit.X_thresholds_))
        isotonic.append(fit.predict(q[:, c]))
    normal = lambda columns: np.array(columns).T / np.sum(columns, axis=0)[:, None]
    return case(name, {"logits": array(z), "labels": array(labels), "test": array(test)},
                {"vector_parameters": array(v), "vector_loss": float(loss(v)[0]), "vector": array(vector),
                 "sigmoids": array(sigmoids), "platt": array(normal(platt)),
                 "isotonic_knots": array(knots), "isotonic": array(normal(isotonic))},
                rtol=1e-7, atol=1e-8,
                source="scipy (vector), scikit-learn _sigmoid_calibration polished by scipy root, IsotonicRegression",
                note="one-vs-rest on log-odds and probabilities, normalised; vector with ridge 1e-6")


def regression_case():
    y = grid(rng.normal(size=200) * 2)
    f = grid(y + rng.normal(size=200) * 0.8)
    sigma = 0.5
    z = (y - f) / sigma
    test = stats.kstest(stats.norm.cdf(z), "uniform", method="exact")
    inside = lambda level: float(np.mean(np.abs(y - f) <= sigma * stats.norm.ppf(0.5 + level / 2)))
    numeric = [integrate.quad(lambda t: (stats.norm.cdf(t, m, sigma) - (t >= o)) ** 2, m - 30, m + 30,
                              points=sorted([m, o]), limit=200)[0] for m, o in zip(f[:5], y[:5])]
    return case("regression", {"predictions": array(f), "targets": array(y)},
                {"crps": array(properscoring.crps_gaussian(y, f, sigma)), "crps_integral": array(numeric),
                 "pit": array(stats.norm.cdf(z)), "ks": float(test.statistic), "ks_p": float(test.pvalue),
                 "coverage_50": inside(0.5), "coverage_90": inside(0.9)},
                params={"sigma2": sigma**2}, rtol=1e-9, atol=1e-9, source="properscoring, scipy")


def kolmogorov_case():
    d, n = zip(*[(0.5, 2), (0.3, 5), (0.2, 20), (0.11, 77), (0.05, 300), (0.12, 300), (0.04, 1000), (0.07, 1000)])
    return case("kolmogorov", {"d": array(d), "n": array(n)},
                {"sf": array([stats.kstwo.sf(a, b) for a, b in zip(d, n)])}, rtol=1e-8, atol=1e-12,
                source="scipy.stats.kstwo")


def main():
    over, over_labels = draw(300, 4, 2.0)
    binary, binary_labels = draw(200, 2, 1.6)
    test, _ = draw(40, 4, 2.5)
    test_binary, _ = draw(40, 2, 2.0)
    cases = [*smooth_cases(),
             slope_case("slope_over", over, over_labels), slope_case("slope_binary", binary, binary_labels),
             debiased_case("debiased_over", over, over_labels), debiased_case("debiased_good", *draw(500, 3, 1.0)),
             maps_case("maps_four", over, over_labels, test),
             maps_case("maps_binary", binary, binary_labels, test_binary),
             regression_case(), kolmogorov_case()]
    names = ["numpy", "scipy", "scikit-learn", "relplot", "properscoring", "uncertainty-calibration"]
    libraries = {name: metadata.version(name) for name in names}
    out = {"format": 1, "file": "calibration_maps.json", "seed": 2024, "libraries": libraries, "cases": cases}
    path = pathlib.Path(__file__).with_name("calibration_maps.json")
    path.write_text(json.dumps(out, default=float) + "\n")
    print(path, path.stat().st_size)


main()

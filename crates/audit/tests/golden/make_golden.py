"""Reference values for scores and tests that tests/oracle does not hold, written beside this script.

    pip install numpy scipy scikit-learn torch pytorch-ood statsmodels
    python make_golden.py
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from numpy.linalg import pinv
from pytorch_ood.detector import KLMatching, ViM
from scipy.special import log_softmax, logsumexp, softmax
from scipy.stats import binomtest, entropy
from sklearn.covariance import EmpiricalCovariance
from statsmodels.stats.contingency_tables import mcnemar

SEED = 20260
HERE = Path(__file__).parent


def array(values):
    values = np.asarray(values)
    kind = "i64" if values.dtype.kind in "ib" else "f64"
    return {"shape": list(values.shape), "dtype": kind, "data": values.ravel().tolist()}


def grid(values):
    """Values on a grid of 2^-12, exact in f32 too."""
    return np.round(values * 4096) / 4096


def case(name, source, params, inputs, expected, rtol, atol, note):
    return {
        "name": name,
        "source": source,
        "params": params,
        "inputs": {key: array(value) for key, value in inputs.items()},
        "expected": expected,
        "rtol": rtol,
        "atol": atol,
        "note": note,
    }


def write(file, packages, cases):
    libraries = {"python": platform.python_version()} | {p: version(p) for p in packages}
    text = {"format": 1, "file": file, "seed": SEED, "libraries": libraries, "cases": cases}
    (HERE / file).write_text(json.dumps(text) + "\n")


def vim_case(rng):
    classes, width, principal = 4, 7, 3
    weight, bias = grid(rng.normal(size=(classes, width))), grid(rng.normal(size=classes))
    mixing = rng.normal(size=(width, width))
    train = grid(rng.normal(size=(61, width)) @ mixing)
    sides = {"in": grid(rng.normal(size=(19, width)) @ mixing), "out": grid(3 * rng.normal(size=(13, width)))}

    # benchmark.py of https://github.com/haoqiwang/vim, in f64.
    u = -pinv(weight) @ bias
    covariance = EmpiricalCovariance(assume_centered=True).fit(train - u).covariance_
    values, vectors = np.linalg.eigh(covariance)
    residual = vectors[:, np.argsort(-values)[principal:]]
    norm = lambda x: np.linalg.norm((x - u) @ residual, axis=-1)
    logits = lambda x: x @ weight.T + bias
    alpha = logits(train).max(axis=-1).mean() / norm(train).mean()
    expected = {"origin": array(u), "alpha": alpha}

    detector = ViM(None, d=principal, w=torch.tensor(weight), b=torch.tensor(bias))
    detector.fit_features(torch.tensor(train), torch.zeros(len(train)))
    for side, x in sides.items():
        expected[f"score_{side}"] = array(alpha * norm(x) - logsumexp(logits(x), axis=-1))
        expected[f"score_pytorch_ood_{side}"] = array(detector.predict_features(torch.tensor(x)).double().numpy())
        assert np.allclose(expected[f"score_{side}"]["data"], expected[f"score_pytorch_ood_{side}"]["data"], atol=1e-4)
    inputs = {"weight": weight, "bias": bias, "train": train} | {f"features_{s}": x for s, x in sides.items()}
    note = "score: the authors' script in f64 (numpy, scikit-learn); pytorch-ood computes in f32."
    return case("vim", "haoqiwang/vim; pytorch_ood.detector.ViM", {"principal": principal}, inputs, expected, 1e-9, 1e-11, note)


def kl_matching_case(rng):
    # Five classes of which the last is never predicted.
    offset = np.array([0.0, 0.0, 0.0, 0.0, -30.0])
    train, inside, outside = (grid(s * rng.normal(size=(n, 5)) + offset) for s, n in ((2, 53), (2, 17), (0.7, 11)))
    detector = KLMatching(None).fit_logits(torch.tensor(train))
    assert len(detector.dists) == 4
    score = lambda x: array(detector.predict_logits(torch.tensor(x)).detach().numpy())
    inputs = {"train": train, "logits_in": inside, "logits_out": outside}
    expected = {"score_in": score(inside), "score_out": score(outside)}
    return case("kl_matching", "pytorch_ood.detector.KLMatching in f64", {}, inputs, expected, 1e-9, 1e-11, "")


def disagreement_case(rng):
    members = grid(2 * rng.normal(size=(5, 23, 4)) + 3 * rng.normal(size=(1, 23, 4)))
    p = softmax(members, axis=-1)
    mean = p.mean(axis=0)
    # Mutual information as the mean divergence from the mean, which is the same number by another road.
    information = (p * (log_softmax(members, axis=-1) - np.log(mean))).sum(axis=-1).mean(axis=0)
    expected = {
        "predictive_entropy": array(entropy(mean, axis=-1)),
        "mutual_information": array(information),
        "variance": array(p.var(axis=0).sum(axis=-1)),
    }
    return case("disagreement", "numpy, scipy", {}, {"members": members}, expected, 1e-9, 1e-12, "")


def mcnemar_cases(rng):
    cases = []
    counts = [(0, 0, 0, 0), (3, 0, 5, 1), (10, 1, 9, 2), (4, 6, 6, 4), (50, 12, 25, 7), (200, 61, 88, 151), (900, 300, 410, 390)]
    for index, (both, only_a, only_b, neither) in enumerate(counts):
        if index == 0:
            both = 9
        outcomes = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [both, only_a, only_b, neither], axis=0)
        outcomes = rng.permutation(outcomes)
        table = [[both, only_a], [only_b, neither]]
        test = mcnemar(table, exact=True)
        p = min(1.0, float(test.pvalue)) if only_a + only_b else 1.0
        if only_a + only_b:
            assert np.isclose(p, binomtest(only_a, only_a + only_b).pvalue, rtol=1e-10)
        inputs = {"correct_a": outcomes[:, 0], "correct_b": outcomes[:, 1]}
        expected = {"only_a": only_a, "only_b": only_b, "p": p}
        source = "statsmodels.stats.contingency_tables.mcnemar; scipy.stats.binomtest"
        cases.append(case(f"mcnemar_{index}", source, {}, inputs, expected, 1e-9, 1e-13, ""))
    return cases


def main():
    rng = np.random.default_rng(SEED)
    scores = [vim_case(rng), kl_matching_case(rng), disagreement_case(rng)]
    write("scores.json", ["numpy", "scipy", "scikit-learn", "torch", "pytorch-ood"], scores)
    write("compare.json", ["numpy", "scipy", "statsmodels"], mcnemar_cases(rng))


if __name__ == "__main__":
    main()

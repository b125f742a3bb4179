"""Whole lasso paths: decay beside scikit-learn and skglm.

    python tests/peers/lasso_paths.py PROGRAM FOLDER-TO-WORK-IN

PROGRAM is the unit tests of `decay-linear` as `cargo test --release -p decay-linear --lib --no-run` names it. Each shape is made here, with
correlated columns of which a few matter; all three solve the same 100 penalties from the largest down to a hundredth of it on one thread,
in turns, to a relative gap (scikit-learn, skglm) of 1e-8. Prints the least seconds of each and the largest difference in the objective, relative
to that without weights. Needs numpy, scikit-learn and skglm.
"""

import os

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from skglm import Lasso
from sklearn.linear_model import lasso_path

SHAPES = [(2000, 100), (1000, 1000), (200, 5000)]
TURNS = 3
PENALTIES = 100

warnings.filterwarnings("ignore")


def made(rows, inputs, seed=0):
    draw = np.random.default_rng(seed)
    common = draw.standard_normal((rows, 1))
    x = draw.standard_normal((rows, inputs)) + 0.7 * common
    x = np.float32((x - x.mean(0)) / x.std(0)).astype(float)
    x -= x.mean(0)
    weights = np.zeros(inputs)
    weights[draw.choice(inputs, 20, replace=False)] = draw.standard_normal(20)
    y = x @ weights + draw.standard_normal(rows)
    return x, y - y.mean()


def by_decay(program, folder):
    words = [program, "tests::speed::speed_of_lasso_paths", "--ignored", "--nocapture", "--exact"]
    env = dict(os.environ, DECAY_FEATURES=str(folder), RAYON_NUM_THREADS="1")
    done = subprocess.run(words, env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    seconds = next(float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("seconds "))
    return seconds, np.fromfile(folder / "weights.f64").reshape(PENALTIES, -1)


def by_sklearn(x, y, alphas):
    started = time.perf_counter()
    _, weights, _ = lasso_path(x, y, alphas=alphas, tol=1e-8, max_iter=100_000)
    return time.perf_counter() - started, weights.T


def by_skglm(x, y, alphas):
    started = time.perf_counter()
    _, weights, *_ = Lasso(tol=1e-8, fit_intercept=False, max_iter=1000).path(x, y, alphas)
    return time.perf_counter() - started, weights.T


def objective(x, y, weights, alphas):
    residual = y[:, None] - x @ weights.T
    return (residual**2).sum(0) / (2 * len(y)) + alphas * np.abs(weights).sum(1)


def main(program, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for rows, inputs in SHAPES:
        x, y = made(rows, inputs)
        np.save(folder / "x.npy", np.float32(x))
        np.save(folder / "y.npy", y)
        alphas = np.abs(x.T @ y).max() / rows * np.logspace(0, -2, PENALTIES)
        alphas.tofile(folder / "alphas.f64")
        ways = {
            "decay": lambda: by_decay(program, folder),
            "scikit-learn": lambda: by_sklearn(np.asfortranarray(x), y, alphas),
            "skglm": lambda: by_skglm(np.asfortranarray(x), y, alphas),
        }
        by_skglm(np.asfortranarray(x[:50, :20]), y[:50], alphas[:3])  # compiles
        seconds = {name: [] for name in ways}
        reached = {}
        for _ in range(TURNS):
            for name, way in ways.items():
                took, weights = way()
                seconds[name].append(took)
                reached[name] = objective(x, y, weights, alphas)
        unit = (y**2).mean() / 2
        best = np.min(list(reached.values()), axis=0)
        for name in ways:
            off = ((reached[name] - best) / unit).max()
            print(f"{rows} x {inputs}  {name:12}  {min(seconds[name]):8.3f} s  objective above the least {off:.1e}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

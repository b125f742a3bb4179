"""A linear probe of pretrained features: decay beside scikit-learn's LogisticRegressionCV.

    python tests/peers/linear_probe.py PROGRAM FOLDER-OF-THE-IMAGES FOLDER-TO-WORK-IN [SPLITS]
    python tests/peers/linear_probe.py PROGRAM MNIST-FOLDER FOLDER-TO-WORK-IN [SPLITS] [ROWS]

Trains a small CNN on half of the embedded 2,000 images of Fashion-MNIST, takes its features of the rest, and probes these by both: 80 % to
choose and train on, 20 % to judge. From a folder with the 70,000 digits of MNIST the network learns from 2,000 of them, and the probe from
ROWS others. scikit-learn gets the recipe of Radford et al. 2021 (L-BFGS, the strength C by cross-validation), once with 96 and once with 10
values; decay gets `--model linear` and nothing else, and once more the same 96 strengths and five folds, or `--solver steps`. The programs take
turns; seconds are the least of all, of which the first split of few rows has TURNS. Needs numpy and scikit-learn.
"""

import gzip
import shutil
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

TURNS = 3

# Of names that scikit-learn means to change.
warnings.filterwarnings("ignore", category=FutureWarning)


def decay(program, folder, *words):
    started = time.perf_counter()
    done = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout, time.perf_counter() - started


def judged(probabilities, labels):
    own = probabilities[np.arange(len(labels)), labels]
    return (probabilities.argmax(1) == labels).mean(), -np.log(np.maximum(own, 1e-12)).mean()


def idx(path, header):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def images(folder):
    """Pixels, labels, and how many of them the network learns from."""
    few = "fashion-mnist-2000"
    if (folder / f"{few}-images-idx3-ubyte.gz").exists():
        pixels = idx(folder / f"{few}-images-idx3-ubyte.gz", 16)
        return pixels.reshape(-1, 28, 28), idx(folder / f"{few}-labels-idx1-ubyte.gz", 8), 1000
    pixels = idx(folder / "train-images-idx3-ubyte.gz", 16)
    return pixels.reshape(-1, 28, 28), idx(folder / "train-labels-idx1-ubyte.gz", 8), 2000


def features(program, folder, data, rows):
    """Features of a network and the labels of their rows."""
    pixels, labels, first = images(data)
    np.savez(folder / "first.npz", x=pixels[:first], y=labels[:first])
    np.save(folder / "rest.npy", pixels[first : first + rows])
    if not (folder / "features.npy").exists():
        fit = ["fit", "--data", "first.npz", "--model", "cnn", "--holdout", "0", "--seeds", "1", "--out", "network"]
        decay(program, folder, *fit)
        decay(program, folder, "predict", "--model", "network", "--data", "rest.npy", "--features", "--out", "features.npy")
    return np.load(folder / "features.npy"), labels[first : first + rows]


def probe(program, folder, words):
    """Probabilities of the test rows, and the seconds of the whole `decay tune`."""
    shutil.rmtree(folder / "probe", ignore_errors=True)
    words = ["tune", "--data", "x.npy", "--labels", "y.npy", "--model", "linear", "--out", "probe", "--holdout", "0", *words]
    _, seconds = decay(program, folder, *words)
    told, _ = decay(program, folder, "predict", "--model", "probe", "--data", "x_test.npy")
    lines = [line.split(",") for line in told.splitlines()]
    columns = [lines[0].index(f"p_{label}") for label in range(10)]
    return np.array([[float(line[column]) for column in columns] for line in lines[1:]]), seconds


def peer(count, x, y, x_test):
    started = time.perf_counter()
    model = LogisticRegressionCV(Cs=np.logspace(-6, 6, count), cv=5, scoring="neg_log_loss", max_iter=1000, n_jobs=2)
    model = make_pipeline(StandardScaler(), model).fit(x, y)
    return model.predict_proba(x_test), time.perf_counter() - started


def main():
    program, data = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    folder = Path(sys.argv[3]).resolve()
    splits = int(sys.argv[4]) if len(sys.argv) > 4 else 6
    rows = int(sys.argv[5]) if len(sys.argv) > 5 else 1000
    folder.mkdir(exist_ok=True, parents=True)
    found, labels = features(program, folder, data, rows)
    judgements = {}
    for split in range(splits):
        x, x_test, y, y_test = train_test_split(found, labels, test_size=0.2, stratify=labels, random_state=split)
        for name, array in [("x", x), ("y", y), ("x_test", x_test)]:
            np.save(folder / f"{name}.npy", array)
        # Rates are 1 / (C n); those of folds and of the refit keep C, and n is the rows of a fold.
        same = ["--folds", "5", "--rates", f"{1e-6 / (0.8 * len(x))}..{1e6 / (0.8 * len(x))}:96"]
        ways = {
            "decay": lambda: probe(program, folder, []),
            "decay, 96 strengths, 5 folds": lambda: probe(program, folder, same),
            "decay, --solver steps": lambda: probe(program, folder, ["--solver", "steps"]),
            "scikit-learn, 96 strengths": lambda: peer(96, x, y, x_test),
            "scikit-learn, 10 strengths": lambda: peer(10, x, y, x_test),
        }
        for turn in range(TURNS if split == 0 and rows <= 1000 else 1):
            for name, way in ways.items():
                probabilities, seconds = way()
                accuracy, nll = judged(probabilities, y_test)
                print(f"{split}.{turn} {name}: accuracy {accuracy:.4f} NLL {nll:.4f} in {seconds:.2f} s", flush=True)
                judgements.setdefault(name, {}).setdefault(split, []).append((accuracy, nll, seconds))
    for name, by_split in judgements.items():
        accuracy, nll = np.mean([own[0][:2] for own in by_split.values()], axis=0)
        seconds = min(own[2] for all in by_split.values() for own in all)
        print(f"{name}: accuracy {accuracy:.4f} NLL {nll:.4f}, at least {seconds:.2f} s")


if __name__ == "__main__":
    main()

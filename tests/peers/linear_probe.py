"""A linear probe of pretrained features: decay beside scikit-learn's LogisticRegressionCV.

    python tests/peers/linear_probe.py PROGRAM FOLDER-OF-THE-IMAGES FOLDER-TO-WORK-IN

Trains a small CNN on half of the embedded 2,000 images of Fashion-MNIST, takes its features of the rest, and probes these by both: 80 % to
choose and train on, 20 % to judge. scikit-learn gets the recipe of Radford et al. 2021 (L-BFGS, the strength C by cross-validation), once
with 96 and once with 10 values; decay gets `--model linear` and nothing else. Needs numpy and scikit-learn.
"""

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

REPEATS = 3

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


def images(folder):
    """The embedded images and labels, from the files that decay embeds."""
    import gzip

    def read(name, header):
        with gzip.open(folder / name) as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)

    root = "fashion-mnist-2000"
    return read(f"{root}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28), read(f"{root}-labels-idx1-ubyte.gz", 8)


def main():
    program, data = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    folder = Path(sys.argv[3]).resolve()
    folder.mkdir(exist_ok=True, parents=True)
    pixels, labels = images(data)
    np.savez(folder / "first.npz", x=pixels[:1000], y=labels[:1000])
    np.save(folder / "rest.npy", pixels[1000:])
    decay(program, folder, "fit", "--data", "first.npz", "--model", "cnn", "--holdout", "0", "--seeds", "1", "--out", "network")
    decay(program, folder, "predict", "--model", "network", "--data", "rest.npy", "--features", "--out", "features.npy")
    features, labels = np.load(folder / "features.npy"), labels[1000:]
    for repeat in range(REPEATS):
        x, x_test, y, y_test = train_test_split(features, labels, test_size=0.2, stratify=labels, random_state=repeat)
        for name, array in [("x", x), ("y", y), ("x_test", x_test)]:
            np.save(folder / f"{name}.npy", array)
        run = f"probe-{repeat}"
        words = ["tune", "--data", "x.npy", "--labels", "y.npy", "--model", "linear", "--out", run, "--holdout", "0"]
        _, seconds = decay(program, folder, *words)
        told, _ = decay(program, folder, "predict", "--model", run, "--data", "x_test.npy")
        lines = [line.split(",") for line in told.splitlines()]
        columns = [lines[0].index(f"p_{label}") for label in range(10)]
        own = np.array([[float(line[column]) for column in columns] for line in lines[1:]])
        print(f"{repeat} decay: accuracy {judged(own, y_test)[0]:.4f} NLL {judged(own, y_test)[1]:.4f} in {seconds:.2f} s", flush=True)
        for count in [96, 10]:
            started = time.perf_counter()
            model = LogisticRegressionCV(Cs=np.logspace(-6, 6, count), cv=5, scoring="neg_log_loss", max_iter=1000, n_jobs=2)
            model = make_pipeline(StandardScaler(), model).fit(x, y)
            seconds = time.perf_counter() - started
            accuracy, nll = judged(model.predict_proba(x_test), y_test)
            print(f"{repeat} scikit-learn, {count} strengths: accuracy {accuracy:.4f} NLL {nll:.4f} in {seconds:.2f} s", flush=True)


if __name__ == "__main__":
    main()

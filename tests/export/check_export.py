"""Reads exported models with Python's safetensors and compares logits with decay's own.

    python check_export.py DECAY_BINARY SCRATCH_DIR

Needs numpy and safetensors; compares with torch's own layers, too, where torch is installed.
"""

import csv
import gzip
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "peers"))
DIGITS = Path(__file__).resolve().parents[2] / "crates/data/vendor/digits.csv.gz"
TOLERANCE = 1e-5
VARIANTS = [
    ("relu", "none"),
    ("tanh", "none"),
    ("gelu", "batch"),
]


def main(decay, scratch):
    with gzip.open(DIGITS, "rt") as file:
        pixels = np.array([row[:64] for row in csv.reader(file)], np.float32)
    for activation, norm in VARIANTS:
        run = Path(scratch) / f"{activation}-{norm}"
        command = [decay, "fit", "--data", "digits", "--rate", "0.1", "--epochs", "3", "--seeds", "2", "--quiet",
                   "--out", run, "--set", "model.hidden=[32,16]", "--set", f"model.activation={activation}",
                   "--set", f"model.norm={norm}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        predicted = subprocess.run([decay, "predict", "--model", run, "--data", "digits", "--logits"],
                                   check=True, capture_output=True, text=True).stdout
        ours = logits_of(predicted)
        description = json.loads((run / "model.json").read_text())
        weights = load_file(run / "model.safetensors")
        scales = {key: np.array(values, np.float32) for key, values in description["preprocessing"].items()}
        inputs = (pixels - scales["center"]) * scales["scale"]
        peers = {"numpy": numpy_forward(weights, inputs, activation), "torch": torch_forward(run, inputs)}
        for name, theirs in peers.items():
            if theirs is None:
                continue
            worst = np.abs(theirs - ours).max()
            print(f"{activation}, norm {norm}: {len(ours)} rows, largest difference to {name} {worst:.2e}")
            if not worst <= TOLERANCE:
                sys.exit(f"logits differ by more than {TOLERANCE}")


def logits_of(text):
    header, *rows = csv.reader(text.splitlines())
    columns = [i for i, name in enumerate(header) if name.startswith("logit")]
    assert len(columns) == 10, header
    return np.array([[float(row[i]) for i in columns] for row in rows])


def numpy_forward(weights, x, activation):
    x = x.astype(np.float64)
    erf = np.vectorize(math.erf)
    apply = {
        "relu": lambda z: np.maximum(z, 0),
        "tanh": np.tanh,
        "gelu": lambda z: z * 0.5 * (1 + erf(z / math.sqrt(2))),
    }[activation]
    layers = sum(name.startswith("layers.") and name.endswith(".weight") for name in weights)
    for i in range(layers):
        x = x @ weights[f"layers.{i}.weight"].astype(np.float64).T + weights[f"layers.{i}.bias"]
        if f"norms.{i}.weight" in weights:
            mean, var = weights[f"norms.{i}.running_mean"], weights[f"norms.{i}.running_var"].astype(np.float64)
            x = (x - mean) / np.sqrt(var + 1e-5) * weights[f"norms.{i}.weight"] + weights[f"norms.{i}.bias"]
        if i + 1 < layers:
            x = apply(x)
    return x


def torch_forward(run, x):
    """By torch's own layers, where torch is installed."""
    try:
        import load_weights
    except ImportError:
        return None
    network, _ = load_weights.twin(run)
    return load_weights.outputs_of(network, x)


if __name__ == "__main__":
    main(*sys.argv[1:])

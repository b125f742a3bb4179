"""Reads exported models with Python's safetensors and compares logits with decay's own.

    python check_export.py DECAY_BINARY SCRATCH_DIR

Needs numpy and safetensors; uses torch's own layers instead of numpy where torch is installed.
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
        for name, forward in [("numpy", numpy_forward), ("torch", torch_forward)]:
            theirs = forward(weights, inputs, activation)
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


def torch_forward(weights, x, activation):
    try:
        import torch
        from torch import nn
    except ImportError:
        return None

    class Twin(nn.Module):
        def __init__(self):
            super().__init__()
            sizes = [w.shape for name, w in sorted(weights.items()) if name.startswith("layers.") and w.ndim == 2]
            self.layers = nn.ModuleList(nn.Linear(inputs, outputs) for outputs, inputs in sizes)
            norms = sum(name.startswith("norms.") and name.endswith("running_var") for name in weights)
            self.norms = nn.ModuleList(nn.BatchNorm1d(sizes[i][0]) for i in range(norms))

        def forward(self, x):
            apply = {"relu": torch.relu, "tanh": torch.tanh, "gelu": nn.functional.gelu}[activation]
            for i, layer in enumerate(self.layers):
                x = layer(x)
                if i < len(self.norms):
                    x = self.norms[i](x)
                if i + 1 < len(self.layers):
                    x = apply(x)
            return x

    twin = Twin()
    missing, unexpected = twin.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()}, strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing), (missing, unexpected)
    with torch.no_grad():
        return twin.eval()(torch.from_numpy(x)).numpy()


if __name__ == "__main__":
    main(*sys.argv[1:])

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

from numpy_networks import cnn, gcn, table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "peers"))
DIGITS = Path(__file__).resolve().parents[2] / "crates/data/vendor/digits.csv.gz"
TOLERANCE = 1e-5
VARIANTS = [
    ("relu", "none"),
    ("tanh", "none"),
    ("gelu", "batch"),
]


STAGES = "conv3x5:6,max2,depthwise3,res3:8/2,dense:12"


def main(decay, scratch):
    with gzip.open(DIGITS, "rt") as file:
        pixels = np.array([row[:64] for row in csv.reader(file)], np.float32)
    for activation, norm in VARIANTS:
        options = ["--set", "model.hidden=[32,16]", "--set", f"model.activation={activation}", "--set", f"model.norm={norm}"]
        run, ours, description, weights = exported(decay, scratch, f"{activation}-{norm}", "digits", options)
        inputs = scaled(pixels, description)
        peers = {"numpy": numpy_forward(weights, inputs, activation), "torch": torch_forward(run, inputs)}
        compare(f"{activation}, norm {norm}", ours, peers)
    for norm in ["none", "batch"]:
        options = ["--model", "cnn", "--model.stages", STAGES, "--model.norm", norm]
        run, ours, description, weights = exported(decay, scratch, f"cnn-{norm}", "digits", options)
        inputs = scaled(pixels, description)
        images = inputs.reshape(-1, *description["schema"]["inputs"]["pixels"]["shape"])
        peers = {"numpy": cnn(weights, description["architecture"]["stages"], images), "torch": torch_forward(run, inputs)}
        compare(f"cnn, norm {norm}", ours, peers, 1e-4)
    check_table(decay, scratch)
    features, edges = write_graph(Path(scratch) / "graph")
    run, ours, description, weights = exported(decay, scratch, "gcn", Path(scratch) / "graph", ["--model", "gnn"])
    inputs = scaled(features, description)
    compare("gcn", ours, {"numpy": gcn(weights, inputs, edges), "torch": torch_forward(run, inputs, edges)})


def check_table(decay, scratch):
    """Numbers and labels, with all that a perceptron has for them but encodings."""
    path = Path(scratch) / "rows.csv"
    numbers, labels = write_table(path)
    options = ["--model.hidden", "12,12", "--set", "model.activation=relu", "--model.residual", "--model.parametric",
               "--model.categories", "embedded", "--model.embedding", "2"]
    _, ours, description, weights = exported(decay, scratch, "table", path, options)
    levels = description["schema"]["inputs"]["columns"][1]["kind"]["categorical"]["levels"]
    flags = np.array([[label == level for level in levels] for label in labels], np.float32)
    inputs = scaled(np.hstack([numbers[:, :1], flags, numbers[:, 1:]]).astype(np.float32), description)
    compare("table", ours, {"numpy": table(weights, inputs.astype(np.float64), [slice(1, 1 + len(levels))])})


def write_table(path):
    """A number, one of four labels, a number; three classes."""
    generator = np.random.default_rng(1)
    numbers, labels = generator.normal(size=(90, 2)).astype(np.float32), generator.choice(list("abcd"), 90)
    rows = [f"{float(x)!r},{label},{float(y)!r},class {i % 3}" for i, ((x, y), label) in enumerate(zip(numbers, labels))]
    path.write_text("x,label,y,class\n" + "\n".join(rows) + "\n")
    return numbers, labels


def exported(decay, scratch, name, data, options):
    """Trains a network; its run, its logits by decay, its description and its weights."""
    run = Path(scratch) / name
    command = [decay, "fit", "--data", data, "--rate", "0.1", "--epochs", "3", "--seeds", "2", "--quiet", "--out", run]
    subprocess.run(command + options, check=True, stdout=subprocess.DEVNULL)
    check_ensemble(decay, name, run, data)
    return run, logits_by(decay, run, data, "--member", "1"), json.loads((run / "model.json").read_text()), load_file(run / "model.safetensors")


def logits_by(decay, run, data, *options):
    predicted = subprocess.run([decay, "predict", "--model", run, "--data", data, "--logits", "--digits", "17", *options],
                               check=True, capture_output=True, text=True).stdout
    return logits_of(predicted)


def check_ensemble(decay, name, run, data):
    """Without --member the logits are the logarithm of the networks' mean probability."""
    files = [one["file"] for one in json.loads((run / "model.json").read_text())["weights"]]
    assert files[0] == "model.safetensors" and all((run / file).is_file() for file in files), files
    own = np.array([logits_by(decay, run, data, "--member", str(n + 1)) for n in range(len(files))])
    top = own.max(2, keepdims=True)
    own -= top + np.log(np.exp(own - top).sum(2, keepdims=True))
    top = own.max(0)
    mean = top + np.log(np.exp(own - top).mean(0))
    compare(f"{name}, {len(files)} networks together", logits_by(decay, run, data), {"numpy": mean})


def scaled(values, description):
    center, scale = (np.array(description["preprocessing"][key], np.float32) for key in ("center", "scale"))
    return (values - center) * scale


def write_graph(folder):
    """Forty nodes on a circle with chords, the last one alone; three classes."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(0)
    features = generator.normal(size=(40, 5)).astype(np.float32)
    links = [(i, (i + step) % 39) for i in range(39) for step in (1, 11)]
    rows = [f"{i},{','.join(map(repr, map(float, x)))},{'abc'[i % 3]}" for i, x in enumerate(features)]
    (folder / "nodes.csv").write_text("id,u,v,w,x,y,class\n" + "\n".join(rows) + "\n")
    (folder / "edges.csv").write_text("source,target\n" + "".join(f"{a},{b}\n" for a, b in links))
    return features, np.array(links + [(b, a) for a, b in links])


def compare(what, ours, peers, tolerance=TOLERANCE):
    for name, theirs in peers.items():
        if theirs is None:
            continue
        worst = np.abs(theirs - ours).max()
        print(f"{what}: {len(ours)} rows, largest difference to {name} {worst:.2e}")
        if not worst <= tolerance:
            sys.exit(f"logits differ by more than {tolerance}")


def logits_of(text):
    header, *rows = csv.reader(text.splitlines())
    columns = [i for i, name in enumerate(header) if name.startswith("logit")]
    assert columns, header
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


def torch_forward(run, x, edges=None):
    """By torch's own layers, where torch is installed."""
    try:
        import load_weights
        import torch
    except ImportError:
        return None
    network, _ = load_weights.twin(run, None if edges is None else torch.from_numpy(edges))
    return load_weights.outputs_of(network, x)


if __name__ == "__main__":
    main(*sys.argv[1:])

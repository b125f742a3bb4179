"""A run's first network rebuilt in torch from `model.json` and `model.safetensors` alone, and its outputs compared with decay's.

    python load_weights.py RUN_DIR INPUTS.npy LOGITS.npy [--edges EDGES.npy] [--scaled]

INPUTS are `[N, features]` values as they stand in the data (images channels first), which are scaled as `model.json` says, unless
they are --scaled already. LOGITS are `[N, outputs]`. A graph network needs EDGES, `[n, 2]` pairs (source, target) listing both
directions. Prints the largest difference and fails if it exceeds 1e-4 of the largest logit.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

TOLERANCE = 1e-4
ACTIVATIONS = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "elu": nn.ELU,
}


class Mlp(nn.Module):
    def __init__(self, config, inputs, outputs):
        super().__init__()
        widths = [inputs, *config["hidden"], outputs]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        normed = config["norm"] == "batch"
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for width in config["hidden"] if normed)
        self.activation = ACTIVATIONS[config["activation"]]()

    def forward(self, x):
        for i, layer in enumerate(self.layers[:-1]):
            x = layer(x)
            x = self.activation(self.norms[i](x) if len(self.norms) else x)
        return self.layers[-1](x)


class Cnn(nn.Module):
    """Its stages are texts such as `conv3:32/2p1`; `crates/model/src/cnn/stage.rs` has the grammar."""

    def __init__(self, config, image, outputs):
        super().__init__()
        self.image, self.config = image, config
        x = torch.zeros(1, *image)
        self.stages = nn.ModuleList()
        for text in config["stages"]:
            self.stages.append(self.stage(text, x.shape).eval())
            x = self.stages[-1](x)
        self.head = nn.Linear(x.numel(), outputs)

    def stage(self, text, shape):
        name, kernel, width, stride, padding = STAGE.fullmatch(text).groups()
        if name == "global":
            return nn.AvgPool2d(shape[2:])
        if name == "dense":
            return Dense(shape.numel(), int(width), self.config)
        kernel = sides(kernel)
        same = name in ("conv", "depthwise", "res")
        stride = sides(stride) if stride else ((1, 1) if same else kernel)
        padding = sides(padding) if padding else tuple((k - 1) // 2 if same else 0 for k in kernel)
        slide = {"kernel_size": kernel, "stride": stride, "padding": padding}
        if name == "max":
            return nn.MaxPool2d(**slide)
        if name == "avg":
            return nn.AvgPool2d(**slide)
        channels = shape[1]
        if name == "depthwise":
            return Convolution(channels, channels, self.config, groups=channels, **slide)
        build = Convolution if name == "conv" else Residual
        return build(channels, int(width), self.config, **slide)

    def forward(self, x):
        x = x.reshape(-1, *self.image)
        for stage in self.stages:
            x = stage(x)
        return self.head(x.flatten(1))


STAGE = re.compile(r"([a-z]+?)((?:\d+(?:x\d+)?)?)(?::(\d+))?(?:/(\d+(?:x\d+)?))?(?:p(\d+(?:x\d+)?))?")


def sides(text):
    height, _, width = text.partition("x")
    return int(height), int(width or height)


class Convolution(nn.Module):
    def __init__(self, inputs, outputs, config, activation=None, **slide):
        super().__init__()
        normed = config["norm"] == "batch"
        self.conv = nn.Conv2d(inputs, outputs, bias=not normed, **slide)
        self.norm = nn.BatchNorm2d(outputs) if normed else nn.Identity()
        self.activation = ACTIVATIONS[activation or config["activation"]]()

    def forward(self, x):
        return self.activation(self.norm(self.conv(x)))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, config, kernel_size, stride, padding):
        super().__init__()
        slide = {"kernel_size": kernel_size, "padding": padding}
        self.first = Convolution(inputs, outputs, config, stride=stride, **slide)
        self.second = Convolution(outputs, outputs, config, "identity", **slide)
        changes = stride != (1, 1) or inputs != outputs
        one = {"kernel_size": 1, "stride": stride}
        self.shortcut = Convolution(inputs, outputs, config, "identity", **one) if changes else nn.Identity()
        self.activation = ACTIVATIONS[config["activation"]]()

    def forward(self, x):
        return self.activation(self.second(self.first(x)) + self.shortcut(x))


class Dense(nn.Module):
    def __init__(self, inputs, outputs, config):
        super().__init__()
        self.dense = nn.Linear(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs) if config["norm"] == "batch" else nn.Identity()
        self.activation = ACTIVATIONS[config["activation"]]()

    def forward(self, x):
        return self.activation(self.norm(self.dense(x.flatten(1))))


class Gcn(nn.Module):
    """Kipf & Welling 2017 with the dense matrix `D^(-1/2) (A + I) D^(-1/2)`: for graphs of some thousand nodes."""

    def __init__(self, config, inputs, outputs, edges):
        super().__init__()
        if config["layer"] != "gcn" or config.get("norm", "none") != "none" or config.get("residual", False):
            sys.exit(f"only plain gcn layers are rebuilt, not {config}")
        widths = [inputs, *config["hidden"], outputs]
        self.convs = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        self.activation = ACTIVATIONS[config["activation"]]()
        self.edges = edges

    def forward(self, x):
        adjacency = torch.eye(len(x), dtype=x.dtype)
        adjacency[self.edges[:, 1], self.edges[:, 0]] = 1
        scale = adjacency.sum(1).rsqrt()
        adjacency = scale[:, None] * adjacency * scale
        for i, layer in enumerate(self.convs):
            x = adjacency @ (x @ layer.weight.T) + layer.bias
            if i + 1 < len(self.convs):
                x = self.activation(x)
        return x


def twin(run, edges=None):
    """The first network of a run, in double precision, and the description it was built from."""
    description = json.loads((Path(run) / "model.json").read_text())
    config, inputs, outputs = (description[key] for key in ("architecture", "inputs", "outputs"))
    if config["kind"] == "mlp":
        network = Mlp(config, inputs, outputs)
    elif config["kind"] == "cnn":
        network = Cnn(config, description["schema"]["inputs"]["pixels"]["shape"], outputs)
    elif config["kind"] == "gnn" and edges is not None:
        network = Gcn(config, inputs, outputs, edges)
    else:
        sys.exit(f"a network of kind {config['kind']} cannot be rebuilt" + (" without --edges" * (edges is None)))
    found = network.load_state_dict(load_file(Path(run) / "model.safetensors"), strict=False)
    missing = [name for name in found.missing_keys if not name.endswith("num_batches_tracked")]
    if missing or found.unexpected_keys:
        sys.exit(f"model.safetensors lacks {missing} and has {found.unexpected_keys} that model.json does not explain")
    return network.double().eval(), description


def outputs_of(network, inputs):
    with torch.no_grad():
        return network(torch.from_numpy(np.asarray(inputs, np.float64))).numpy()


def scaled(values, preprocessing):
    center, scale = (np.array(preprocessing[key], np.float64) for key in ("center", "scale"))
    return np.where(np.isnan(values), preprocessing["fill"], (values - center) * scale)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run")
    parser.add_argument("inputs")
    parser.add_argument("logits")
    parser.add_argument("--edges")
    parser.add_argument("--scaled", action="store_true")
    options = parser.parse_args()
    edges = torch.from_numpy(np.load(options.edges)).long() if options.edges else None
    network, description = twin(options.run, edges)
    inputs, ours = np.load(options.inputs).astype(np.float64), np.load(options.logits)
    inputs = inputs.reshape(len(inputs), -1)
    if not options.scaled:
        inputs = scaled(inputs, description["preprocessing"])
    theirs = outputs_of(network, inputs)
    if theirs.shape != ours.shape:
        sys.exit(f"torch has outputs {theirs.shape}, {options.logits} has {ours.shape}")
    worst, largest = np.abs(theirs - ours).max(), np.abs(theirs).max()
    print(f"{description['architecture']['kind']}: {len(ours)} rows, largest difference {worst:.2e}, largest logit {largest:.2e}")
    if not worst <= TOLERANCE * largest:
        sys.exit(f"logits differ by more than {TOLERANCE} of the largest")


if __name__ == "__main__":
    main()

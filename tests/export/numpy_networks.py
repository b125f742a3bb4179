"""Exported networks computed by numpy alone, in double precision."""

import re

import numpy as np

STAGE = re.compile(r"(conv|depthwise|res|max|avg|global|dense)(\d+(?:x\d+)?)?(?::(\d+))?(?:/(\d+(?:x\d+)?))?(?:p(\d+(?:x\d+)?))?$")


def cnn(weights, stages, x):
    """Logits of images `[n, channels, height, width]` under ReLU."""
    weights = {name: value.astype(np.float64) for name, value in weights.items()}
    for index, text in enumerate(stages):
        kind, kernel, _, stride, padding = STAGE.match(text).groups()
        name, same = f"stages.{index}", kind in ("conv", "depthwise", "res")
        kernel = sides(kernel) if kernel else x.shape[2:]
        stride = sides(stride) if stride else ((1, 1) if same else kernel)
        padding = sides(padding) if padding else (tuple((k - 1) // 2 for k in kernel) if same else (0, 0))
        if kind in ("conv", "depthwise"):
            x = relu(convolution(weights, name, x, stride, padding))
        elif kind == "res":
            y = relu(convolution(weights, f"{name}.first", x, stride, padding))
            y = convolution(weights, f"{name}.second", y, (1, 1), padding)
            if f"{name}.shortcut.conv.weight" in weights:
                x = convolution(weights, f"{name}.shortcut", x, stride, (0, 0))
            x = relu(y + x)
        elif kind == "max":
            x = windows(x, kernel, stride, padding, -np.inf).max((-2, -1))
        elif kind in ("avg", "global"):
            x = windows(x, kernel, stride, padding, 0).mean((-2, -1))
        else:
            x = relu(normed(weights, name, dense(weights, f"{name}.dense", x)))
    return dense(weights, "head", x)


def gcn(weights, features, edges):
    """Logits of all nodes; `edges` are `[count, 2]`, source and target, both directions listed."""
    nodes = len(features)
    adjacency = np.eye(nodes)
    adjacency[edges[:, 1], edges[:, 0]] = 1
    degree = adjacency.sum(1)
    operator = adjacency / np.sqrt(degree[:, None] * degree[None])
    x, layers = features.astype(np.float64), sum(name.endswith(".weight") for name in weights)
    for index in range(layers):
        weight = weights[f"convs.{index}.weight"].astype(np.float64)
        x = operator @ (x @ weight.T) + weights[f"convs.{index}.bias"]
        x = relu(x) if index + 1 < layers else x
    return x


def table(weights, x, categories):
    """Outputs of rows under ReLU: embedded categories, given as slices of flags, residual layers and factors of the activation."""
    weights = {name: value.astype(np.float64) for name, value in weights.items()}
    flags = np.zeros(x.shape[1], bool)
    vectors = []
    for index, own in enumerate(categories):
        flags[own] = True
        vectors.append(x[:, own] @ weights[f"embeddings.{index}.weight"])
    x = np.hstack([x[:, ~flags], *vectors])
    layers = sum(name.startswith("layers.") and name.endswith(".weight") for name in weights)
    for index in range(layers):
        y = x @ weights[f"layers.{index}.weight"].T + weights[f"layers.{index}.bias"]
        if index + 1 < layers:
            y = y + weights[f"activations.{index}.weight"] * (relu(y) - y)
            y = y + x if index > 0 and x.shape == y.shape else y
        x = y
    return x


def sides(text):
    height, _, width = text.partition("x")
    return int(height), int(width or height)


def relu(x):
    return np.maximum(x, 0)


def windows(x, kernel, stride, padding, fill):
    pad = [(0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2]
    x = np.pad(x, pad, constant_values=fill)
    return np.lib.stride_tricks.sliding_window_view(x, kernel, (2, 3))[:, :, ::stride[0], ::stride[1]]


def convolution(weights, name, x, stride, padding):
    kernel = weights[f"{name}.conv.weight"]
    patches = windows(x, kernel.shape[2:], stride, padding, 0)
    if kernel.shape[1] == 1 and x.shape[1] == kernel.shape[0]:
        y = np.einsum("nchwij,cij->nchw", patches, kernel[:, 0])
    else:
        y = np.einsum("nchwij,ocij->nohw", patches, kernel, optimize=True)
    bias = weights.get(f"{name}.conv.bias")
    return normed(weights, name, y if bias is None else y + bias[:, None, None])


def dense(weights, name, x):
    return x.reshape(len(x), -1) @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def normed(weights, name, x):
    if f"{name}.norm.weight" not in weights:
        return x
    shape = (-1,) + (1,) * (x.ndim - 2)
    scale, shift, mean, variance = (weights[f"{name}.norm.{key}"].reshape(shape)
                                    for key in ("weight", "bias", "running_mean", "running_var"))
    return (x - mean) / np.sqrt(variance + 1e-5) * scale + shift

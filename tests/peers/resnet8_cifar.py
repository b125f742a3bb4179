"""ResNet-8 on CIFAR-10 in torch, with the settings of decay's: the accuracy that the same network must reach.

    python resnet8_cifar.py DATA_DIR [--epochs 10] [--seeds 3] [--lr 1e-3] [--decay 1e-2] [--threads 1]

DATA_DIR holds CIFAR-10 in its binary format, as one or more `*train*` or `data_batch*` and `*test*` files, plain or gz.
Prints one JSON line: test accuracy of each seed, their mean and standard deviation, the mean training loss of each seed's last
epoch, seconds. Only --mirror and --shift add augmentation.
"""

import argparse
import gzip
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

CLASSES = 10
PIXELS = 3 * 32 * 32
WIDTHS = [16, 32, 64]


class Block(nn.Module):
    """Two 3x3 convolutions and their shortcut: a 1x1 convolution where the shape changes (He et al. 2015, option B)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = convolution(inputs, outputs, 3, stride)
        self.second = convolution(outputs, outputs, 3, 1)
        changes = stride != 1 or inputs != outputs
        self.shortcut = convolution(inputs, outputs, 1, stride) if changes else nn.Identity()

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))) + self.shortcut(x))


def convolution(inputs, outputs, size, stride):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(outputs),
    )


class ResNet8(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = convolution(3, WIDTHS[0], 3, 1)
        before = [WIDTHS[0], *WIDTHS]
        blocks = [Block(before[i], width, 1 if i == 0 else 2) for i, width in enumerate(WIDTHS)]
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(WIDTHS[-1], CLASSES)
        for layer in self.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                fan_in = layer.weight[0].numel()
                nn.init.normal_(layer.weight, std=math.sqrt(2 / fan_in))
        nn.init.zeros_(self.head.bias)

    def forward(self, x):
        return self.head(self.blocks(torch.relu(self.stem(x))).mean((2, 3)))


def read(folder, patterns):
    """Images as `[N, 3, 32, 32]` bytes and labels, of all files that match a pattern, in the order of their names."""
    paths = sorted({path for pattern in patterns for path in Path(folder).glob(pattern)})
    if not paths:
        sys.exit(f"{folder} has no file like {' or '.join(patterns)}")
    records = []
    for path in paths:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if not data or len(data) % (1 + PIXELS):
            sys.exit(f"{path} has {len(data)} bytes, which is no whole number of records of {1 + PIXELS}")
        records.append(np.frombuffer(data, np.uint8).reshape(-1, 1 + PIXELS))
    records = torch.from_numpy(np.concatenate(records))
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0].long()


def augmented(x, mirror, shift):
    """Mirrored with probability `mirror`, moved by up to `shift` pixels with the mean colour moving in."""
    if mirror:
        turned = torch.rand(len(x)) < mirror
        x = torch.where(turned[:, None, None, None], x.flip(3), x)
    if shift:
        padded = functional.pad(x, [shift] * 4)
        corners = torch.randint(0, 2 * shift + 1, (len(x), 2)).tolist()
        x = torch.stack([padded[i, :, v:v + 32, h:h + 32] for i, (v, h) in enumerate(corners)])
    return x


def train(seed, x, y, options):
    torch.manual_seed(seed)
    network = ResNet8()
    matrices = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim == 1]
    groups = [{"params": matrices, "weight_decay": options.decay}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=options.lr)
    for _ in range(options.epochs):
        total = 0.0
        for rows in torch.randperm(len(x)).split(options.batch):
            loss = functional.cross_entropy(network(augmented(x[rows], options.mirror, options.shift)), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
    return network.eval(), total / len(x)


def accuracy(network, x, y):
    with torch.no_grad():
        predicted = torch.cat([network(part).argmax(1) for part in x.split(500)])
    return (predicted == y).double().mean().item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=1e-2)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--mirror", type=float, default=0.0)
    parser.add_argument("--shift", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    (x, y), (test_x, test_y) = (read(options.data, patterns) for patterns in (["*train*", "data_batch*"], ["*test*"]))
    pixels = x.double() / 255
    mean, deviation = pixels.mean((0, 2, 3)), pixels.std((0, 2, 3), correction=0)
    scaled = lambda images: ((images / 255 - mean[:, None, None]) / deviation[:, None, None]).float()
    x, test_x = scaled(x), scaled(test_x)
    start, accuracies, losses = time.perf_counter(), [], []
    for seed in range(options.seeds):
        network, loss = train(seed, x, y, options)
        accuracies.append(accuracy(network, test_x, test_y))
        losses.append(loss)
        print(f"seed {seed}: accuracy {accuracies[-1]:.4f}, loss {loss:.4f}, "
              f"{time.perf_counter() - start:.0f} s", file=sys.stderr)
    print(json.dumps({
        "accuracy": accuracies,
        "mean": float(np.mean(accuracies)),
        "sd": float(np.std(accuracies, ddof=1)) if len(accuracies) > 1 else None,
        "train_loss": losses,
        "seconds": time.perf_counter() - start,
        "torch": torch.__version__,
        **vars(options),
    }))


if __name__ == "__main__":
    main()

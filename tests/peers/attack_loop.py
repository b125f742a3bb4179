"""PGD on many networks, one after the other, in torch: the peer of benches/attacks.rs.

    python tests/peers/attack_loop.py [mlp-32] [mlp-160] [cnn-32] [--rows 1000] [--steps 20] [--repeat 3] [--threads 2]

The attack is that of torchattacks.PGD (random start, sign steps, projection, clipping). Parameters need no gradients, which torchattacks
leaves on; labels are the networks' own predictions, so that every row is attacked. Prints one JSON line for each workload.
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn


def mlp():
    return nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


def cnn():
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 49, 10),
    )


def pgd(model, x, labels, steps, radius, step):
    adversarial = (x + torch.empty_like(x).uniform_(-radius, radius)).clamp(0, 1)
    for _ in range(steps):
        adversarial.requires_grad_(True)
        loss = nn.functional.cross_entropy(model(adversarial), labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, adversarial)
        with torch.no_grad():
            moved = adversarial + step * gradient.sign()
            adversarial = (x + (moved - x).clamp(-radius, radius)).clamp(0, 1)
    with torch.no_grad():
        return model(adversarial).argmax(1) == labels


def run(name, options):
    kind, members = name.split("-")
    members = int(members)
    torch.manual_seed(0)
    models = [{"mlp": mlp, "cnn": cnn}[kind]() for _ in range(members)]
    for model in models:
        model.requires_grad_(False)
    x = torch.rand(options.rows, 784)
    with torch.no_grad():
        labels = [model(x).argmax(1) for model in models]
    radius = 8 / 255

    def attack():
        start = time.perf_counter()
        for model, own in zip(models, labels):
            for begin in range(0, options.rows, options.batch):
                part = slice(begin, begin + options.batch)
                pgd(model, x[part], own[part], options.steps, radius, radius / 8)
        return time.perf_counter() - start

    attack()
    seconds = statistics.median(attack() for _ in range(options.repeat))
    work = members * options.rows * options.steps
    print(json.dumps({
        "workload": name, "peer": "torch loop", "rows": options.rows, "steps": options.steps, "batch": options.batch,
        "threads": options.threads, "seconds": round(seconds, 4), "us_per_row_step": round(seconds / work * 1e6, 4),
    }), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("workloads", nargs="*", default=["mlp-32", "mlp-160", "cnn-32"])
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=1000)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for workload in options.workloads:
        run(workload, options)

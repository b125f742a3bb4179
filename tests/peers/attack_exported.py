"""An exported model attacked in torch by other people's attacks, beside decay's own audit of the same rows.

    python attack_exported.py DECAY MNIST_DIR OUT [--model mlp|cnn] [--rows 1000] [--radius 0.03] [--norm linf|l2]

DECAY is the program; MNIST_DIR holds the four IDX files. Trains a network with `decay fit`, audits its first weights with
`decay audit --attacks standard`, rebuilds it in torch from `model.json` and `model.safetensors`, and attacks the same test images
with torchattacks (PGD, APGD-CE, APGD-T), AutoAttack (pyautoattack) and ART (PGD). Prints one JSON line with every robust accuracy
and fails if decay's is more than one point above the lowest. Also saves the weights with `torch.save` and audits that file: the clean
accuracy must be the same.
"""

import argparse
import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from load_weights import twin

POINT = 0.01


def read_idx(path):
    data = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    axes = data[3]
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(axes)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


class Behind(torch.nn.Module):
    """The network behind its scaling: pixels in [0, 1] go in."""

    def __init__(self, run):
        super().__init__()
        self.network, description = twin(run)
        scaling = description["preprocessing"]
        self.network.float()
        self.center = torch.tensor(scaling["center"]) / 255
        self.scale = torch.tensor(scaling["scale"]) * 255

    def forward(self, x):
        return self.network((x.flatten(1) - self.center) * self.scale)


def robust_accuracy(model, adversarial, labels):
    with torch.no_grad():
        return (model(adversarial).argmax(1) == labels).float().mean().item()


def torch_attacks(model, x, y, norm, radius):
    import torchattacks

    name = {"linf": "Linf", "l2": "L2"}[norm]
    if norm == "linf":
        pgd = torchattacks.PGD(model, eps=radius, alpha=radius / 4, steps=100)
    else:
        pgd = torchattacks.PGDL2(model, eps=radius, alpha=radius / 4, steps=100)
    yield "torchattacks PGD", pgd
    yield "torchattacks APGD-CE", torchattacks.APGD(model, norm=name, eps=radius, steps=100, loss="ce")
    yield "torchattacks APGD-T", torchattacks.APGDT(model, norm=name, eps=radius, steps=100, n_classes=10)


def auto_attack(model, x, y, norm, radius):
    from pyautoattack import AutoAttack

    name = {"linf": "Linf", "l2": "L2"}[norm]
    attack = AutoAttack(model, norm=name, eps=radius, version="standard", seed=0)
    attack.verbose = False
    adversarial, _ = attack.run_standard_evaluation(x, y, batch_size=250)
    return adversarial


def art_pgd(model, x, y, norm, radius):
    from art.attacks.evasion import ProjectedGradientDescent
    from art.estimators.classification import PyTorchClassifier

    classifier = PyTorchClassifier(
        model, torch.nn.CrossEntropyLoss(), tuple(x.shape[1:]), 10, clip_values=(0.0, 1.0), device_type="cpu"
    )
    kind = {"linf": np.inf, "l2": 2}[norm]
    attack = ProjectedGradientDescent(
        classifier, norm=kind, eps=radius, eps_step=radius / 4, max_iter=100, num_random_init=1, verbose=False
    )
    return torch.tensor(attack.generate(x.numpy(), y.numpy()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("decay", type=Path)
    parser.add_argument("mnist", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", default="mlp", choices=["mlp", "cnn"])
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--radius", type=float, default=0.03)
    parser.add_argument("--norm", default="linf", choices=["linf", "l2"])
    args = parser.parse_args()
    torch.manual_seed(0)
    run, quiet = args.out / "run", ["--corruptions=false", "--certificates=false", "--quiet"]
    decay = lambda *words: subprocess.run([str(args.decay), *map(str, words)], check=True, capture_output=True, text=True)
    kind = {"mlp": ["--model.hidden", "64,64"], "cnn": ["--model", "cnn", "--model.stages", "conv5:8,max2,conv3:16,max2,dense:32"]}
    # What an earlier call left is used again.
    if not (run / "model.json").exists():
        decay("fit", "--data", args.mnist, *kind[args.model], "--epochs", 3, "--seeds", 1, "--attacks", "none", "--out", run, *quiet)
    audit = lambda out, *words: decay(
        "audit", run, "--attacks", "standard", "--norms", args.norm, "--radii", args.radius, "--audit-rows", args.rows,
        "--out", out, *quiet, *words,
    )
    if not (args.out / "own/audit.json").exists():
        audit(args.out / "own")
    own = json.loads((args.out / "own/audit.json").read_text())
    ours = own["robustness"]["norms"][0]["attacked"][0]["mean"]

    images = read_idx(next(args.mnist.glob("t10k-images*")))
    labels = read_idx(next(args.mnist.glob("t10k-labels*")))
    places = [i * len(images) // args.rows for i in range(args.rows)]
    x = torch.tensor(images[places].astype(np.float32) / 255)[:, None]
    y = torch.tensor(labels[places].astype(np.int64))
    model = Behind(run).eval()
    theirs = {}
    for name, attack in torch_attacks(model, x, y, args.norm, args.radius):
        theirs[name] = robust_accuracy(model, attack(x, y), y)
        print(name, theirs[name], file=sys.stderr, flush=True)
    theirs["AutoAttack"] = robust_accuracy(model, auto_attack(model, x, y, args.norm, args.radius), y)
    try:
        theirs["ART PGD"] = robust_accuracy(model, art_pgd(model, x, y, args.norm, args.radius), y)
    except ImportError:
        theirs["ART PGD"] = None

    torch.save({"state_dict": model.network.state_dict()}, args.out / "weights.pt")
    decay("audit", run, "--weights", args.out / "weights.pt", "--attacks", "none", "--out", args.out / "pt", *quiet)
    saved = json.loads((args.out / "pt/audit.json").read_text())["accuracy"]["mean"]
    clean = own["accuracy"]["mean"]
    lowest = min(value for value in theirs.values() if value is not None)
    print(json.dumps({
        "model": args.model, "norm": args.norm, "radius": args.radius, "rows": args.rows, "clean": clean, "from_pt": saved,
        "decay_standard": ours, **theirs,
    }))
    if ours > lowest + POINT or abs(saved - clean) > 1e-9:
        sys.exit("decay's attack is weaker, or the torch file differs")


if __name__ == "__main__":
    main()

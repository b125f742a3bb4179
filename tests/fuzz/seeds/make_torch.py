"""The seed of torch's checkpoints: the weights of a perceptron of 13 inputs, 2 hidden units and 3 outputs.

    python tests/fuzz/seeds/make_torch.py        (torch 2.15)
"""

from pathlib import Path

import torch

torch.manual_seed(0)
shapes = {"layers.0.weight": (2, 13), "layers.0.bias": (2,), "layers.1.weight": (3, 2), "layers.1.bias": (3,)}
torch.save({name: torch.randn(shape) for name, shape in shapes.items()}, Path(__file__).parent / "torch" / "perceptron.pt")

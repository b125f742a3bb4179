"""Seconds of 20 optimiser steps on 16 tensors of 1024 x 1024, for each optimiser of torch that decay has, too.

The counterpart of `cargo bench --workspace --bench peers -- update-rules`:

    python tests/peers/optimizer_steps.py [--threads 2] [--repeat 5]
"""

import argparse
import json
import time

import torch

SIDE, TENSORS, STEPS = 1024, 16, 20


def optimisers(parameters):
    """Name, bytes that a step must move per parameter, optimiser at its fastest setting."""
    decay = {"lr": 1e-3, "weight_decay": 1e-2}
    yield "sgd", 12, torch.optim.SGD(parameters, **decay, fused=True)
    yield "momentum", 20, torch.optim.SGD(parameters, **decay, momentum=0.9, fused=True)
    yield "nesterov", 20, torch.optim.SGD(parameters, **decay, momentum=0.9, nesterov=True, fused=True)
    yield "adagrad", 20, torch.optim.Adagrad(parameters, **decay, fused=True)
    yield "rmsprop", 20, torch.optim.RMSprop(parameters, **decay, foreach=True)
    yield "adamw", 28, torch.optim.AdamW(parameters, **decay, fused=True)
    yield "amsgrad", 36, torch.optim.AdamW(parameters, **decay, amsgrad=True, fused=True)
    yield "nadam", 28, torch.optim.NAdam(parameters, **decay, decoupled_weight_decay=True, foreach=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    parameters = [torch.full((SIDE, SIDE), 0.5, requires_grad=True) for _ in range(TENSORS)]
    for parameter in parameters:
        parameter.grad = torch.full_like(parameter, 0.1)
    for name, moved, optimiser in optimisers(parameters):
        seconds = []
        for _ in range(arguments.repeat + 1):
            start = time.perf_counter()
            for _ in range(STEPS):
                optimiser.step()
            seconds.append(time.perf_counter() - start)
        # The first round warms up.
        median = sorted(seconds[1:])[arguments.repeat // 2]
        rate = moved * TENSORS * SIDE * SIDE * STEPS / median / 1e9
        print(json.dumps({"optimiser": name, "seconds": round(median, 4), "gb_per_second": round(rate, 1)}))


if __name__ == "__main__":
    main()

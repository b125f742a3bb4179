"""Steps of Gymnasium's CartPole-v1: golden values of the claim's tests.

    python -m venv venv && venv/bin/pip install gymnasium==1.4.0 numpy==2.4.6
    venv/bin/python examples/exploration/golden/make_gymnasium.py     # writes gymnasium.json beside this file

States are those that the environment computes with, in double precision; what it hands out is rounded to single.
"""
import importlib.metadata
import json
import pathlib

import gymnasium
import numpy as np

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(7)


def walk(start, actions):
    """States, rewards and ends from a first state until an episode ends."""
    environment = gymnasium.make("CartPole-v1")
    environment.reset(seed=0)
    inner = environment.unwrapped
    inner.state = np.array(start)
    states, rewards, ends = [], [], []
    for action in actions:
        _, reward, ended, cut, _ = environment.step(int(action))
        states.append([float(x) for x in inner.state])
        rewards.append(float(reward))
        ends.append(bool(ended))
        if ended or cut:
            break
    return {"start": [float(x) for x in start], "actions": [int(a) for a in actions[: len(states)]],
            "states": states, "rewards": rewards, "ended": ends, "cut": bool(cut)}


def held(start, steps):
    """Actions that keep the pole up: towards the side that it falls to."""
    environment = gymnasium.make("CartPole-v1")
    environment.reset(seed=0)
    inner = environment.unwrapped
    inner.state = np.array(start)
    actions = []
    for _ in range(steps):
        x, v, angle, turn = inner.state
        actions.append(int(angle + 0.3 * turn + 0.02 * x + 0.05 * v > 0))
        environment.step(actions[-1])
    return actions


cases = []
for case in range(12):
    start = random.uniform(-0.05, 0.05, 4)
    cases.append(walk(start, random.integers(0, 2, 60)))
for speed in (-3.0, 3.0):
    # Out of the track before the pole falls.
    start = [np.copysign(2.3, speed), speed, 0.0, 0.0]
    cases.append(walk(start, [0, 1] * 10))
start = random.uniform(-0.05, 0.05, 4)
cases.append(walk(start, held(start, 500)))
for case in cases:
    print(len(case["states"]), case["ended"][-1], case["cut"])
versions = {name: importlib.metadata.version(name) for name in ("gymnasium", "numpy")}
limit = gymnasium.make("CartPole-v1").spec.max_episode_steps
lines = ",\n".join(json.dumps(case) for case in cases)
head = json.dumps({"libraries": versions, "limit": limit})[:-1]
(HERE / "gymnasium.json").write_text(head + ", \"cases\": [\n" + lines + "\n]}\n")

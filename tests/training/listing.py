"""The network of chapter 7.9 in NumPy, written from its formulas.

A layer is o = σ(x·W + b). Its error signal is carried with the opposite sign, as there:
-δ = (y - o)·o(1 - o) at the end, -δ = W·(-δ of the next layer)·o(1 - o) before. Weights move by
+lr·(-δ)·(input), one sample a step; biases are never moved.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

SIZES = (2, 25, 50, 25, 2)


def start(seed):
    """W ~ N(0, 1)·sqrt(1/units), b ~ U(0, 0.1)."""
    draws = np.random.RandomState(seed)
    params = {}
    for number, (fan_in, units) in enumerate(pairwise(SIZES), 1):
        params[f"W{number}"] = draws.randn(fan_in, units) * np.sqrt(1 / units)
        params[f"b{number}"] = draws.rand(units) * 0.1
    return params


def signals(params, x, y):
    """The outputs of all layers (the input first), and the error signals -δ."""
    outputs = [x]
    for number in range(1, len(SIZES)):
        net = np.dot(outputs[-1], params[f"W{number}"]) + params[f"b{number}"]
        outputs.append(1 / (1 + np.exp(-net)))
    signal = (y - outputs[-1]) * outputs[-1] * (1 - outputs[-1])
    found = [signal]
    for number in range(len(SIZES) - 1, 1, -1):
        error = np.dot(params[f"W{number}"], found[0])
        output = outputs[number - 1]
        found.insert(0, error * output * (1 - output))
    return outputs, found


def step(params, x, y, lr):
    """Move the weights for one sample; gives what each moved by, divided by lr."""
    outputs, found = signals(params, x, y)
    moves = {}
    for number, signal in enumerate(found, 1):
        moves[f"W{number}"] = signal * np.atleast_2d(outputs[number - 1]).T
    for name, move in moves.items():
        params[name] = params[name] + lr * move
    return moves, dict(enumerate(found, 1))

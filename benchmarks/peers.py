"""What SymPy and PyTensor make of the models of `scaling.py`, and how that is counted.

SymPy gets the model as one expression, which is what it differentiates; `cse` then looks for what
is shared. PyTensor gets it as a graph of scalars or of matrices, differentiates it with `grad`, and
rewrites it (canonicalise, stabilise, specialise; nothing is compiled). It is no dependency of
symbp: `pip install --target somewhere pytensor` and put `somewhere` on PYTHONPATH, or go without.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from math import prod
from typing import Any

import sympy

#: Whether PyTensor is there to be measured beside.
HAS_PYTENSOR = find_spec("pytensor") is not None


# -- SymPy -----------------------------------------------------------------------------------------


def sympy_chain(length: int) -> tuple[sympy.Expr, sympy.Symbol]:
    """The chain as one expression."""
    start = sympy.Symbol("x0", real=True)
    value: sympy.Expr = start
    for n in range(length):
        value = (
            sympy.sin(value) + value,
            value * sympy.Rational(3, 4) - sympy.Rational(1, 5),
            value / (1 + sympy.exp(-value)),
            sympy.sqrt(value**2 + 1),
        )[n % 4]
    return value, start


def sympy_perceptron(layers: int, width: int) -> tuple[sympy.Expr, list[sympy.Symbol]]:
    """The loss of a tanh network on one sample, entry by entry, and its weights and biases."""
    units: list[sympy.Expr] = list(sympy.symbols(f"x:{width}", real=True))
    weights: list[sympy.Symbol] = []
    for layer in range(1, layers + 1):
        matrix = [sympy.symbols(f"W{layer}_{j}_:{width}", real=True) for j in range(width)]
        biases = sympy.symbols(f"b{layer}_:{width}", real=True)
        weights += [w for row in matrix for w in row] + list(biases)
        sums = [
            sum(units[j] * matrix[j][k] for j in range(width)) + biases[k] for k in range(width)
        ]
        units = [sympy.tanh(s) if layer < layers else s for s in sums]
    targets = sympy.symbols(f"y:{width}", real=True)
    loss = sum((u - y) ** 2 for u, y in zip(units, targets, strict=True)) / width
    return loss, weights


def sympy_derivatives(loss: sympy.Expr, by: Sequence[sympy.Symbol]) -> int:
    """Differentiate, eliminate common subexpressions, and count the operations of what is left."""
    sympy.core.cache.clear_cache()
    replaced, reduced = sympy.cse([loss, *(loss.diff(symbol) for symbol in by)])
    return int(sum(e.count_ops() for e in (*(right for _, right in replaced), *reduced)))


# -- PyTensor --------------------------------------------------------------------------------------


def pytensor_chain(length: int) -> tuple[Any, list[Any]]:
    """The chain as a graph of scalars."""
    pt = import_module("pytensor.tensor")
    start = pt.dscalar("x0")
    value = start
    for n in range(length):
        value = (
            lambda v: pt.sin(v) + v,
            lambda v: v * 0.75 - 0.2,
            lambda v: v / (1 + pt.exp(-v)),
            lambda v: pt.sqrt(v**2 + 1),
        )[n % 4](value)
    return value, [start]


def pytensor_network(units: Sequence[int], samples: int) -> tuple[Any, list[Any]]:
    """A tanh network with squared error, as matrices of fixed shapes."""
    pt = import_module("pytensor.tensor")
    value = pt.tensor("x", dtype="float64", shape=(samples, units[0]))
    weights: list[Any] = []
    for layer, (rows, columns) in enumerate(pairwise(units), start=1):
        matrix = pt.tensor(f"W{layer}", dtype="float64", shape=(rows, columns))
        bias = pt.tensor(f"b{layer}", dtype="float64", shape=(columns,))
        weights += [matrix, bias]
        sums = pt.dot(value, matrix) + bias
        value = pt.tanh(sums) if layer < len(units) - 1 else sums
    target = pt.tensor("y", dtype="float64", shape=(samples, units[-1]))
    return ((value - target) ** 2).sum() / (samples * units[-1]), weights


def pytensor_derivatives(loss: Any, by: Sequence[Any]) -> int:
    """Differentiate, rewrite, and count the scalar operations of loss and gradient."""
    pytensor = import_module("pytensor")
    rewriting = import_module("pytensor.graph.rewriting.utils")
    graph = import_module("pytensor.graph.fg")
    outputs = [loss, *pytensor.grad(loss, list(by))]
    made = graph.FunctionGraph(outputs=outputs, clone=True)
    rewriting.rewrite_graph(made, include=("canonicalize", "stabilize", "specialize"))
    return sum(_operations(node) for node in made.toposort())


def _operations(node: Any) -> int:
    """Scalar operations of one node, by the conventions of `symbp/costs.py`."""
    name = type(node.op).__name__
    size = prod(node.outputs[0].type.shape)
    if name == "Elemwise":
        kind = type(node.op.scalar_op).__name__
        return int(size * (len(node.inputs) - 1 if kind in ("Add", "Mul") else 1))
    shapes = [variable.type.shape for variable in node.inputs]
    if name in ("Dot", "Dot22", "BatchedDot", "Dot22Scalar"):
        return int(2 * size * shapes[0][-1])
    if name == "Gemm":  # beta*z + alpha*x@y
        return int(2 * size * shapes[2][-1])
    if name in ("Sum", "CAReduce", "Max"):
        return int(prod(shapes[0]))
    if name in ("DimShuffle", "Alloc", "Reshape", "TensorFromScalar", "ScalarFromTensor"):
        return 0
    raise NotImplementedError(f"no count for the operation {name}")


#: What a table measures: a name, and how many operations its derivatives take.
Measured = Callable[[], int]

"""What the table of accuracy measures: rows, points, true values, errors; and how it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np

import symbp as sb
from symbp.expressions import (
    Access,
    Binder,
    Call,
    Node,
    Product,
    Reduce,
    Sum,
    Where,
    accesses,
    postorder,
    substitute,
    transform,
)
from symbp.functions import define
from symbp.indices import IndexExpr
from symbp.ledger.parts import LONGEST_READ
from symbp.measures import reading_cost
from symbp.numerics.accuracy import BAR, Tape, ulps, unit_of
from symbp.numerics.carrying import CARRIED, KEPT
from symbp.numerics.longnumbers import MPMATH
from symbp.numerics.numbers import FLOAT32, FLOAT64
from symbp.spelling import spell
from symbp.stabilising.stableforms import stable_form

#: Functions of one real variable, as a user writes them.
ACTIVATIONS = (
    *("sigmoid(z)", "tanh(z)", "softplus(z)", "logsigmoid(z)", "relu(z)", "leaky_relu(z)"),
    *("elu(z)", "selu(z)", "gelu(z)", "gelu_tanh(z)", "silu(z)", "mish(z)", "softsign(z)"),
    *("hardtanh(z)", "hardsigmoid(z)", "hardswish(z)"),
)
ELEMENTARY = (
    *("exp(z)", "ln(z)", "sqrt(z)", "sin(z)", "cos(z)", "tan(z)", "arcsin(z)", "arccos(z)"),
    *("arctan(z)", "sinh(z)", "cosh(z)", "arcsinh(z)", "arccosh(z)", "arctanh(z)", "erf(z)"),
    *("erfc(z)", "expm1(z)", "log1p(z)", "log2(z)", "log10(z)", "abs(z)"),
)
LOSSES = (
    *("-ln(sigmoid(z))", "-ln(1 - sigmoid(z))", "softplus(z) - 0.3*z", "ln(cosh(z))"),
    *("where(abs(z) <= 1, z^2/2, abs(z) - 1/2)", "max(0, 1 - z)", "max(0, 1 - z)^2"),
    *("-(1 - sigmoid(z))^2*ln(sigmoid(z))", "exp(z) - 3*z"),
)
SPELLED = (
    *("1/(1 + exp(-z))", "exp(z)/(1 + exp(z))", "(1 + tanh(z/2))/2", "ln(1 + exp(z))"),
    *("(exp(z) - exp(-z))/(exp(z) + exp(-z))", "z/(1 + exp(-z))", "exp(-z^2/2)"),
    *("exp(z) - 1", "ln(1 + z)", "1 - erf(z)", "ln(erfc(z))"),
)
ROWS = (*ACTIVATIONS, *ELEMENTARY, *LOSSES, *SPELLED)

KINDS: Mapping[str, Any] = {"float64": np.float64, "float32": np.float32}
NUMBERS = {"float64": FLOAT64, "float32": FLOAT32}
SEAT = Access("z")
#: Sizes at which formulas fail, besides 0 and the largest number.
CORNERS = (
    *(5e-324, 1e-310, 1e-45, 1e-40, 1e-8, 1, 1 - 1e-9, 13, 26.5, 37, 38, 38.5, 88, 88.7, 103),
    *(104, 709, 709.7, 710, 745, 746, 1e4),
)
#: A point is close to a zero r of the value where it lies between r/3 and 3 r.
AROUND = 3.0
#: Functions that are sums between two bounds.
CLIPPED = ("hardsigmoid", "hardswish")
#: Zeros are looked for up to here; beyond, values may be too small to be written down.
FAR = 50.0


@cache
def derivatives(text: str) -> tuple[Node, ...]:
    """The value, and the first and second derivatives as symbp derives them, in z alone."""
    system = sb.System(f"input z; L = {text}")
    found = [system.snapshot().author_equations[-1].right]
    of = "L"
    for _ in range(2):
        derivation = sb.derive(system, of=of, wrt="z")
        gradient = derivation.ledger.gradients["z"]
        if gradient.zero_because:
            break
        system, of = derivation.system, gradient.quantity
        found.append(_in_z(system.snapshot(), of))
    return tuple(found)


def _in_z(snapshot: Any, name: str) -> Node:
    rights = {e.target: e.right for e in snapshot.equations}
    node = rights[name]
    while read := [a for a in accesses(node) if a.quantity in rights]:
        node = substitute(node, nodes={a: rights[a.quantity] for a in read})
    return node


def points(dtype: str, count: int, seed: int = 0) -> np.ndarray[Any, Any]:
    """Corners, and points over the finite range: log-spaced, dense near 0 and where it bends."""
    rng = np.random.default_rng(seed)
    kind, top = KINDS[dtype], {"float64": 308, "float32": 38}[dtype]
    tenth = count // 10
    parts = [
        10.0 ** rng.uniform(-top, top, 2 * tenth),
        10.0 ** rng.uniform(-6, 3, 3 * tenth),
        rng.uniform(0, 3, 2 * tenth),
        rng.uniform(0, 40, 2 * tenth),
        rng.uniform(80, 110, tenth // 2),
        rng.uniform(650, 750, tenth // 2),
    ]
    sizes = np.concatenate(parts)
    signed = np.concatenate([sizes * np.where(rng.random(sizes.size) < 0.5, -1, 1), CORNERS])
    largest = float(np.finfo(kind).max)
    with np.errstate(all="ignore"):
        made = np.concatenate([signed, [-c for c in CORNERS], [0.0, largest, -largest]])
        made = np.append(np.unique(made.astype(kind)), kind(-0.0))
    return made[np.isfinite(made)]


def values(form: Node, dtype: str, at: np.ndarray[Any, Any]) -> list[Any]:
    """The values of a form in floating numbers, by the interpreter's functions."""
    tape = Tape(form, [SEAT], NUMBERS[dtype])
    with np.errstate(all="ignore"):
        return [tape.value([z]) for z in at]


@cache
def truths(text: str, order: int, dtype: str, count: int) -> tuple[list[Any], list[Any]]:
    """True values at the points, and the larger terms of the emitted form.

    For float32 the form in float64 is true enough: its own errors are 1e-8 units of float32, which
    the rows for float64 show.
    """
    form = stable_form(derivatives(text)[order])
    exact = Tape(form, [SEAT], MPMATH(40) if dtype == "float64" else FLOAT64)
    larger = Tape(_larger(form), [SEAT], FLOAT64)
    found: tuple[list[Any], list[Any]] = ([], [])
    with np.errstate(all="ignore"):
        for z in points(dtype, count):
            value = exact.value([exact.numbers.of_data(float(z))])
            known = value is not None and value == value  # noqa: PLR0124 - not a NaN
            if known and dtype == "float32":
                value = mpmath.mpf(float(value))
            found[0].append(value if known else None)
            found[1].append(larger.value([np.float64(z)]))
    return found


def _larger(root: Node) -> Node:
    """The size of the largest term of the sums of a form, with the factors beside them."""
    if isinstance(root, Sum):
        sizes = [_larger(term) for _, term in root.terms]
        return sizes[0] if len(sizes) == 1 else Call("max", sizes)
    if isinstance(root, Product):
        below = [Call("abs", (d,)) for d in root.denominator]
        return Product([_larger(f) for f in root.numerator], below)
    if isinstance(root, Where):
        return Where(root.condition, _larger(root.then), _larger(root.otherwise))
    opened = (*CLIPPED, CARRIED, KEPT)
    meaning = define(root) if isinstance(root, Call) and root.function in opened else None
    if meaning is not None:
        return _larger(meaning)
    return Call("abs", (root,))


@dataclass(frozen=True)
class Error:
    """The largest error of one row: in units of the value, and near zeros of the larger term."""

    worst: float
    at: float
    near: float
    zeros: tuple[float, ...]


def error(text: str, order: int, dtype: str, count: int, found: Sequence[Any]) -> Error:
    """The errors of values at the points of a type."""
    at = points(dtype, count)
    exact, larger = truths(text, order, dtype, count)
    zeros = _zeros(at, exact, clipped=text.startswith(CLIPPED))
    worst, place, near = 0.0, 0.0, 0.0
    for z, value, true, size in zip(at, found, exact, larger, strict=True):
        if true is None:
            continue
        off = ulps(value, true, NUMBERS[dtype])
        if any(1 / AROUND <= float(z) / zero <= AROUND for zero in zeros) and size > abs(true):
            near = max(near, off * _unit(true, dtype) / _unit(size, dtype))
        elif off > worst:
            worst, place = off, float(z)
    return Error(worst, place, near, zeros)


def _unit(value: Any, dtype: str) -> float:
    with np.errstate(all="ignore"):
        return unit_of(np.abs(KINDS[dtype](float(value))))


def _zeros(at: np.ndarray[Any, Any], exact: Sequence[Any], *, clipped: bool) -> tuple[float, ...]:
    """Where the true value changes sign, or begins to be 0, away from 0."""
    known = sorted((float(z), v) for z, v in zip(at, exact, strict=True) if v is not None)
    found: list[float] = []
    for (low, one), (high, other) in pairwise(known):
        changes = one * other < 0 or (clipped and (one == 0) != (other == 0))
        if changes and low * high > 0 and abs(low) < FAR:
            found.append((low + high) / 2)
    return tuple(found)


# -- kernels ---------------------------------------------------------------------------------------


def kernel_values(
    rows: Sequence[str], order: int, dtype: str, at: np.ndarray[Any, Any]
) -> dict[str, Any]:
    """Values or derivatives of many rows at once, a compiled file for each few of them."""
    found: dict[str, Any] = {}
    for few in _packed([row for row in rows if len(derivatives(row)) > order], order):
        found |= _compiled_values(few, order, dtype, at)
    return found


def _packed(rows: Sequence[str], order: int) -> list[list[str]]:
    """The rows in groups so short that none of their repeated parts gets a name of its own."""
    groups: list[list[str]] = []
    longest = LONGEST_READ // 2  # sums over the samples and signs count as well
    length = longest
    for row in rows:
        cost = reading_cost(derivatives(row)[max(order - 1, 0)]) + 2
        length += cost
        if length > longest:
            groups.append([])
            length = cost
        groups[-1].append(row)
    return groups


def _compiled_values(
    known: Sequence[str], order: int, dtype: str, at: np.ndarray[Any, Any]
) -> dict[str, Any]:
    system = sb.System("\n".join(f"input z{n}[n:N]" for n in range(len(known))))
    data = {f"z{n}": at for n in range(len(known))}
    if order == 0:
        for n, row in enumerate(known):
            system.let(f"y{n}", "n", _over(row, 0, n))
        found = system.compile(dtype).forward(**data)
        return {row: found[f"y{n}"] for n, row in enumerate(known)}
    samples = [Binder("n", IndexExpr.integer(0), IndexExpr.extent("N"))]
    terms = [Reduce("sum", samples, _over(row, order - 1, n)) for n, row in enumerate(known)]
    system.let("L", Sum([(1, term) for term in terms]))
    _, gradient = system.compile(dtype, wrt=list(data)).loss_and_gradient(**data)
    return {row: gradient[f"z{n}"] for n, row in enumerate(known)}


def _over(row: str, order: int, number: int) -> Node:
    """A derivative over the elements of an array."""
    seat = Access(f"z{number}", [IndexExpr.letter("n")])
    return substitute(derivatives(row)[order], nodes={SEAT: seat})


# -- the page --------------------------------------------------------------------------------------


def page(results: Mapping[tuple[str, int, str, str], Error], count: int) -> str:
    """The table as Markdown."""
    lines = [
        "# Accuracy of values, first and second derivatives",
        "",
        "Largest error in units in the last place of the true value (mpmath, 40 digits; for",
        "float32 the same form in float64), as `tests/numerics/test_accuracy.py` measured it: the",
        f"interpreter's numbers and compiled kernels, in both types, at {count} points over the",
        "whole finite range and at ±0, subnormal numbers, ±37, ±88, ±709, ±1e4 and the largest",
        "numbers. The derivatives are those that symbp derives, as one expression of z in its",
        "accurate form. `pytest -m full tests/numerics/test_accuracy.py` measures again, at 11000",
        "points, and writes this page.",
        "",
        "A system that stores h = f(z) computes the derivative from h, as it is printed, and from",
        "z where h has lost what that takes (1 + h of an ELU far to the left).",
        "`tests/stabilising/test_lost.py` measures every row that way: first derivatives of",
        "activations and losses at most 4 units, all others at most 8, up to |z| = 1e100 and where",
        "the true value is no subnormal number; two second derivatives are left out near zeros of",
        "theirs or far out, and the test says which.",
        "",
        f"The bar is {BAR:g} units; what misses it is bold. Where the true value crosses zero away",
        "from 0, its relative error has no bound in floating numbers: between a third and three",
        "times such a zero the error is counted in units of the larger term of the emitted form,",
        "which the last column names with that error.",
        "",
        "Where roundings add up in polynomials of z and exp(-|z|), forms are *carried* (a c behind",
        "the order): what rounding takes from the steps that count, often only from 1 + e, is",
        "computed exactly and carried beside the value to the end (Knuth's and Dekker's errors of",
        "sums and products, to first order). Which steps these are is measured when the form is",
        "chosen: the fewest that bring the form below the bar. A file has a function for each such",
        "form, `compute_carried_1`, with a line for each rest; in float32 its steps are taken in",
        "float64 instead, without rests. Functions themselves (exp, tanh, erfc) err by half a unit",
        "to two, which no form can mend.",
        "",
        "| function | order | interpreter 64 | 32 | kernel 64 | 32 | zeros: error, larger term |",
        "|---|---|---|---|---|---|---|",
    ]
    keys = dict.fromkeys((row, order) for row, order, _, _ in results)
    for row, order in keys:
        cells, near, zeros = [], 0.0, ()
        for way in ("interpreter", "kernel"):
            for dtype in KINDS:
                found = results.get((row, order, way, dtype))
                cells.append("" if found is None else _shown(found))
                if found is not None:
                    near, zeros = max(near, found.near), found.zeros or zeros
        last = f"{near:.1f}: `{_term(row, order)}`" if zeros else ""
        form = stable_form(derivatives(row)[order])
        carried = any(isinstance(n, Call) and n.function == CARRIED for n in postorder(form))
        place = f"{order} c" if carried else f"{order}"
        lines.append(f"| `{_escaped(row)}` | {place} | {' | '.join(cells)} | {last} |")
    return "\n".join([*lines, ""])


def _shown(found: Error) -> str:
    mark = "**" if found.worst > BAR else ""
    return f"{mark}{found.worst:.2f}{mark}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _unmarked(node: Node) -> Node:
    marked = isinstance(node, Call) and node.function in (CARRIED, KEPT)
    return node.children[0] if marked else node


def _term(row: str, order: int) -> str:
    """The longest sum of the emitted form: what its larger term is taken from."""
    form = transform(stable_form(derivatives(row)[order]), _unmarked)
    sums = [n for n in postorder(form) if isinstance(n, Sum) and len(n.terms) > 1]
    return _escaped(spell(max(sums, key=lambda n: n.size))) if sums else ""

"""Accurate spellings of sigmoid and tanh that a file defines once and its loops call by name.

    h[n] = (1.0 if z[n] >= 0.0 else e)/(1.0 + e)          h[n] = sigmoid_(z[n], e)
    1.0 - h[n] if h[n] <= 0.5 else e*h[n]                 one_minus_sigmoid(h[n], e)

A sigmoid or tanh whose gradient needs 1 minus its value is computed from an exponential that is
kept (`stabilising/kept.py`, whose rows are the spellings here). A loop that calls it by name reads
like its equation. What is computed is the same, to the bit: the compiler puts the body back in its
place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symbp.expressions import (
    ONE,
    Access,
    Call,
    Comparison,
    Node,
    Number,
    Power,
    Sum,
    Where,
    postorder,
    substitute,
)
from symbp.kernels.loops import Program, with_nodes
from symbp.matching import replace_nodes
from symbp.numerics.carrying import CARRIED
from symbp.stabilising.kept import KEPT

__all__ = ["SHORTHANDS", "Shorthand", "shortened"]


@dataclass(frozen=True, slots=True)
class Shorthand:
    """A spelling with a name.

    Attributes:
        letters: its arguments.
        form: the spelling, over the letters as quantities.
        about: what it is, for the docstring of the function.
    """

    letters: tuple[str, ...]
    form: Node
    about: str


_Z, _E, _H = Access("z"), Access("e"), Access("h")


def _difference(function: str) -> Node:
    """1 minus a power of a value: as it stands up to 1/2, else by what is kept."""
    row = KEPT[function]
    power = _H if row.power == 1 else Power(_H, Number(row.power))
    half = Comparison("<=", power, Number(Fraction(1, 2)))
    return Where(half, Sum(((1, ONE), (-1, power))), row.difference(_E, _H))


#: Rows by name; a row may call those above it.
SHORTHANDS: Mapping[str, Shorthand] = {
    "sigmoid_": Shorthand(
        ("z", "e"),
        KEPT["sigmoid"].value(_Z, _E),
        "sigmoid(z) from e = exp(-|z|): without overflow, to 3 units in the last place.",
    ),
    "one_minus_sigmoid": Shorthand(
        ("h", "e"),
        _difference("sigmoid"),
        "1 - h where h = sigmoid_(z, e): near h = 1 the difference would lose its digits.",
    ),
    "tanh_exp": Shorthand(
        ("z",),
        KEPT["tanh"].exponential(_Z),
        "exp(-2|z|), of which the tanh of large z is made; 0 where |z| is small: nothing reads it.",
    ),
    "tanh_": Shorthand(
        ("z", "e"),
        KEPT["tanh"].value(_Z, _E),
        "tanh(z), to 3 units in the last place, from e = tanh_exp(z), which its slope needs too.",
    ),
    "one_minus_tanh_squared": Shorthand(
        ("h", "e"),
        _difference("tanh"),
        "1 - h**2 where h = tanh_(z, e): near h = 1 the difference would lose its digits.",
    ),
}


def shortened(program: Program) -> Program:
    """The program with calls of shorthands wherever one is spelled out."""
    return replace(program, body=with_nodes(program.body, _shortened))


def _shortened(root: Node) -> Node:
    if not any(isinstance(n, Where) for n in postorder(root)):
        return root
    found = {n: call for n in _open_nodes(root) if (call := _call(n)) is not None}
    return replace_nodes(root, found) if found else root


def _open_nodes(root: Node) -> Iterator[Node]:
    """All nodes but those inside forms that carry their roundings: these are functions already."""
    stack, seen = [root], set[int]()
    while stack:
        current = stack.pop()
        if id(current) not in seen:
            seen.add(id(current))
            yield current
            if not (isinstance(current, Call) and current.function == CARRIED):
                stack.extend(current.children)


def _call(node: Node) -> Call | None:
    """The call that says the same as a node."""
    for name, row in SHORTHANDS.items():
        if type(node) is type(row.form):
            seats = _seats(row, node)
            if seats is not None and substitute(row.form, nodes=seats) == node:
                return Call(name, [seats[Access(letter)] for letter in row.letters])
    return None


def _seats(row: Shorthand, node: Node) -> dict[Node, Node] | None:
    """What would stand for each letter of a row: what stands in its place; None where none can."""
    letters = {Access(letter) for letter in row.letters}
    seats: dict[Node, Node] = {}
    pairs = [(row.form, node)]
    while pairs:
        pattern, current = pairs.pop()
        if pattern in letters:
            seats[pattern] = current
        elif len(pattern.children) != len(current.children):
            return None
        else:
            pairs.extend(zip(pattern.children, current.children, strict=True))
    return seats

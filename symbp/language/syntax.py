"""The syntax tree of the text front ends, and the loop that parsing and resolving run in.

    tree ::= Literal(q)                              2, 0.1
           | Name(name)                              x
           | Quoted(text)                            'full'                 NumPy syntax only
           | Chain(first, (sign, tree)...)           a + b - c;  a*b/c      one level, flat
           | Negation(tree)                          -x
           | Raised(base, exponent)                  x^2
           | Applied(function, tree..., keyword...)  sin(x), np.sum(x, axis=0)
           | Bracketed(base, tree...)                x[n, j]
           | Held(condition)                         [i == j]
           | Compared(sign, left, right)             x < y
           | Joined(word, tree...)                   a and b;  not a
           | Ranged(letter, extent)                  j:25, where letters are bound
           | Attribute(base, name)                   x.T                    NumPy syntax only
           | Several(tree...)                        (0, 1)                 NumPy syntax only
           | Slice(start, stop, step)                1:                     NumPy syntax only
           | SecondDerivative(of, by...)             d^2L/dz[k]dz[m]        claims only

The tree says how a text is built, not what its names stand for. Each node has a position in the
text. Functions over the tree are generators that `yield` the generator of a part they need and are
sent its value: `run` keeps them on a list, so no depth of input can exhaust the call stack.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar, Union, cast

__all__ = [
    "Applied",
    "Attribute",
    "Bracketed",
    "Chain",
    "Compared",
    "Held",
    "Joined",
    "Literal",
    "Name",
    "Negation",
    "Quoted",
    "Raised",
    "Ranged",
    "SecondDerivative",
    "Several",
    "Slice",
    "Task",
    "Tree",
    "run",
]

_Value = TypeVar("_Value")

#: A function in steps: it yields tasks and is sent their values; its own value is what it returns.
Task = Generator["Task[Any]", Any, _Value]


def run(task: Task[_Value]) -> _Value:
    """The value of a task, tasks inside it included."""
    stack: list[Task[Any]] = [task]
    value: Any = None
    while stack:
        try:
            wanted = stack[-1].send(value)
        except StopIteration as finished:
            stack.pop()
            value = finished.value
        else:
            stack.append(wanted)
            value = None
    return cast("_Value", value)


@dataclass(frozen=True, slots=True)
class Literal:
    """An exact number; `whole` where it was written without a point or exponent."""

    position: int
    value: Fraction
    whole: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A name outside a call."""

    position: int
    name: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """Text in quotes."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands of one level from the left: + and -, or * / // % @; `rest`: sign, its position."""

    position: int
    first: Tree
    rest: tuple[tuple[str, int, Tree], ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """A minus sign before an operand."""

    position: int
    operand: Tree


@dataclass(frozen=True, slots=True)
class Raised:
    """A power; `position` is that of the sign."""

    position: int
    base: Tree
    exponent: Tree


@dataclass(frozen=True, slots=True)
class Applied:
    """A call; `function` is dotted in NumPy syntax; `base` is what a method is called on.

    Attributes:
        starts, after: where each argument starts in the text, and where the last one ends.
    """

    position: int
    function: str
    arguments: tuple[Tree, ...]
    keywords: tuple[tuple[str, int, Tree], ...] = ()
    base: Tree | None = None
    starts: tuple[int, ...] = ()
    after: int = 0


@dataclass(frozen=True, slots=True)
class Bracketed:
    """Something read at indices."""

    position: int
    base: Tree
    indices: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A condition in brackets: 1 where it holds, else 0."""

    position: int
    condition: Tree


@dataclass(frozen=True, slots=True)
class Compared:
    """A relation of two operands."""

    position: int
    sign: str
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Joined:
    """`and`, `or` of several conditions, or `not` of one."""

    position: int
    word: str
    operands: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Ranged:
    """A bound letter with its extent."""

    position: int
    letter: str
    extent: Tree


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name behind a point."""

    position: int
    base: Tree
    name: str


@dataclass(frozen=True, slots=True)
class Several:
    """Values between brackets, separated by commas."""

    position: int
    values: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Positions from `start` to before `stop` in steps."""

    position: int
    start: Tree | None
    stop: Tree | None
    step: Tree | None


@dataclass(frozen=True, slots=True)
class SecondDerivative:
    """`d^2 of / d by d by`, each with its indices; `of` and `by` are names or bracketed names."""

    position: int
    of: Tree
    by: tuple[Tree, ...]


Tree = Union[
    Literal,
    Name,
    Quoted,
    Chain,
    Negation,
    Raised,
    Applied,
    Bracketed,
    Held,
    Compared,
    Joined,
    Ranged,
    Attribute,
    Several,
    Slice,
    SecondDerivative,
]

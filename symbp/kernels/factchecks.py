"""Declared facts as text that checks them on data, before anything rests on them.

Words of the vocabulary become one NumPy condition each; an identity becomes two small programs, one
for each side, that are lowered and emitted as every other program is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symbp.equations import Equation
from symbp.expressions import quantities_read
from symbp.facts import Fact, Identity, words_implied
from symbp.indices import IndexExpr
from symbp.kernels.buffers import Signature, sign
from symbp.kernels.emitter import emit_function
from symbp.kernels.host import Reader, write_shape
from symbp.kernels.lowering import lower
from symbp.kernels.naming import Namer
from symbp.kernels.pymath import Used
from symbp.kernels.reach import open_reaches
from symbp.normalisation import normalise
from symbp.quantities import Axis, Quantity
from symbp.spelling import spell
from symbp.systems import EquationSystem

__all__ = ["Checks", "spell_fact", "write_checks"]

#: Conditions on the array `{0}`; `{1}` is the axis that the fact speaks of.
_CONDITIONS: Mapping[str, str] = {
    "positive": "{0} > 0",
    "negative": "{0} < 0",
    "nonnegative": "{0} >= 0",
    "nonzero": "({0} != 0) & ({0} == {0})",
    "unit_interval": "({0} > 0) & ({0} < 1)",
    "sign": "np.abs({0}) == 1",
    "binary": "({0} == 0) | ({0} == 1)",
    "class_ids": "{0} >= 0",
    "simplex": "np.abs({0}.sum(axis={1}, dtype=np.float64) - 1) <= 1e-6",
    "symmetric": "np.abs({0} - np.swapaxes({0}, -1, -2)) <= 1e-6*(1 + np.abs({0}))",
    "spd": "np.linalg.eigvalsh({0}) > 0",
}


class Checks:
    """The text that checks the facts of one file.

    Attributes:
        functions: compiled functions, for the sides of identities.
        lines: statements that check, given arrays and extents under their names.
        quantities: names of the quantities that the lines read.
        extents: names of the extents that they read.
        sides: the quantities that hold the sides of identities.
        equations: what the sides are.
    """

    def __init__(self) -> None:
        self.sides: dict[str, Quantity] = {}
        self.equations: list[Equation] = []
        self.functions: list[str] = []
        self.lines: list[str] = []
        self.quantities: dict[str, None] = {}
        self.extents: dict[str, None] = {}

    def reader(self, system: EquationSystem, names: Namer) -> Reader:
        """Reads what the lines read: shapes, labels and places are checked before they run."""
        given = [q for q in system.given() if q.name in self.quantities]
        whole = replace(
            system,
            quantities={**system.quantities, **self.sides},
            equations=(*system.equations, *self.equations),
        )
        return Reader(whole, names, given, self.extents, open_reaches(self.equations, whole))


def write_checks(
    facts: Sequence[Fact | Identity],
    system: EquationSystem,
    names: Namer,
    used: Used,
) -> Checks:
    """The checks of some facts; `used` collects the helpers that their functions call."""
    checks = Checks()
    for number, fact in enumerate(facts, 1):
        if isinstance(fact, Fact):
            _word(fact, system, names, checks)
        else:
            _identity(fact, number, system, names, used, checks)
    return checks


def spell_fact(fact: Fact | Identity, system: EquationSystem) -> str:
    """A fact as text: `y: one_hot(k)`, `sum(k, y[n,k]) = 1`."""
    if isinstance(fact, Identity):
        return f"{spell(fact.left)} = {spell(fact.right)}"
    letters = system.quantities[fact.quantity].letters
    axes = ", ".join(letters[axis] for axis in fact.axes)
    return f"{fact.quantity}: {fact.word}({axes})" if axes else f"{fact.quantity}: {fact.word}"


def _word(fact: Fact, system: EquationSystem, names: Namer, checks: Checks) -> None:
    word = names("quantity", fact.quantity)
    text = spell_fact(fact, system)
    for implied in words_implied(fact.word):
        condition = _CONDITIONS.get(implied)
        if condition is not None:
            holds = condition.format(word, fact.axes[0] if fact.axes else 0)
            checks.lines.append(f'check_word("{text}", {holds})')
            checks.quantities[fact.quantity] = None


def _identity(
    fact: Identity,
    number: int,
    system: EquationSystem,
    names: Namer,
    used: Used,
    checks: Checks,
) -> None:
    sides = (f"fact{number}/left", f"fact{number}/right")
    axes = tuple(Axis(b.name, b.upper) for b in fact.ranges)
    at = tuple(IndexExpr.letter(b.name) for b in fact.ranges)
    quantities = dict(system.quantities) | {side: Quantity(side, axes) for side in sides}
    equations = tuple(
        Equation(side, fact.ranges, at, right)
        for side, right in zip(sides, (fact.left, fact.right), strict=True)
    )
    checks.sides |= {side: quantities[side] for side in sides}
    checks.equations += equations
    made = normalise(replace(system, quantities=quantities, equations=equations, originals={}))
    program = lower(made, sides, f"fact{number}")
    signature = sign(program, sides)
    checks.functions.append(emit_function(program, signature, names, "float64", used))
    shape = [axis.extent or IndexExpr.integer(1) for axis in axes]
    checks.lines += _comparison(program.name, signature, shape, names)
    text = spell_fact(fact, system)
    checks.lines.append(f'check_word("{text}", np.abs(left - right) <= 1e-6*size)')
    checks.quantities.update(dict.fromkeys(quantities_read(fact.left, fact.right)))
    checks.extents.update(dict.fromkeys(n for e in shape for n in e.extents))
    checks.extents.update(dict.fromkeys(signature.extents))
    for buffer in signature.workspace:
        checks.extents.update(dict.fromkeys(n for e in buffer.extents for n in e.extents))


def _comparison(
    program: str,
    signature: Signature,
    shape: Sequence[IndexExpr],
    names: Namer,
) -> list[str]:
    """Statements that compute both sides into `left` and `right`."""
    words = [names("quantity", b.name) for b in signature.given]
    words += [f"np.empty({write_shape(b.extents, names)})" for b in signature.workspace]
    words += ["left", "right"]
    words += [names("extent", name) for name in signature.extents]
    empty = f"np.empty({write_shape(shape, names)})"
    return [
        f"left, right = {empty}, {empty}",
        f"compute_{program}({', '.join(words)})",
        "size = np.maximum(1, np.maximum(np.abs(left), np.abs(right)))",
    ]

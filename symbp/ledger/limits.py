"""Limits of size that were met: what was not tried, and on what.

A search that would grow beyond its limit leaves an expression as it is. The limits are of size,
never of time, so the same input gives the same result on every machine. Each search says of an
expression why it does not look at it (`growth_limit` beside the search); the tables below say on
which expressions of a derivation each of them is asked, and what it means that it did not look.
A limit that was met may have changed the result: whether it did, only the search could tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from symbp import branching, cases, matching, preactivations, rational, recognition
from symbp.derivations import Ledger
from symbp.errors import LimitExceeded
from symbp.expressions import Call, Node, Reduce, Where, accesses, postorder, quantities_read
from symbp.simplifying import expansion, factoring, grouping, radicals, relations, vanishing
from symbp.systems import EquationSystem

__all__ = ["growth_limits"]


@dataclass(frozen=True, slots=True)
class _Search:
    """A search with a limit.

    Attributes:
        says: what it means that the search did not look; {name} is the quantity.
        limit: why it did not look at an expression; None where it did.
    """

    says: str
    limit: Callable[[Node], str | None]


def _own_value(root: Node) -> str | None:
    """Only functions have derivatives that are written in their own value."""
    calls = any(isinstance(n, Call) for n in postorder(root))
    return recognition.growth_limit(root) if calls else None


#: Asked of the body of each equation that was differentiated.
_OF_EQUATIONS = (
    _Search("derivatives of {name} not written in its own value", _own_value),
    _Search("branches of {name} not compared where they meet", cases.growth_limit),
    _Search("{name} not compared with activations", preactivations.growth_limit),
)
#: Asked of the body of each sum that has a name, and may stand elsewhere without it.
_OF_NAMED_SUMS = (
    _Search("the sum that is {name} not looked for in other orders", matching.growth_limit),
)
#: Asked of each equation whose quantity is read by others.
_OF_DEFINITIONS = (_Search("{name} not opened under sums", relations.growth_limit),)
#: Asked of each adjoint.
_OF_ADJOINTS = (_Search("{name} not tried for being 0 whatever the data", vanishing.growth_limit),)
#: Asked of each part of a printed derivative: the whole, bodies of sums, branches.
_OF_PARTS = (
    _Search("not brought over one bar", rational.growth_limit),
    _Search("no common factors looked for", factoring.growth_limit),
    _Search("not multiplied out", expansion.growth_limit),
    _Search("its terms not grouped", grouping.growth_limit),
    _Search("its branches not put in order", branching.growth_limit),
    _Search("not brought over one root", radicals.growth_limit),
)
#: Asked of what stood before each use of a rule, by the rule.
_OF_STEPS = {"group": _Search("not all ways to group its terms compared", grouping.ways_limit)}


def growth_limits(ledger: Ledger) -> Iterator[str]:
    """Which limits of size left something as it is, and where.

    First of the equations that were differentiated, then of each derivative, then of the steps on
    the way to the printed forms.
    """
    found: dict[str, None] = {}
    for text in (*_limits_of_equations(ledger.forward), *_limits_of_adjoints(ledger)):
        found[text] = None
    for text in (*_limits_of_printed(ledger), *_limits_of_steps(ledger)):
        found[text] = None
    yield from found


def _limits_of_equations(system: EquationSystem) -> Iterator[str]:
    read = {name for e in system.equations for name in quantities_read(e.right)}
    for equation in system.equations:
        right = equation.right
        body = right.body if isinstance(right, Reduce) else right
        quantity = system.quantities.get(equation.target)
        name = "a hidden piece" if quantity is None or quantity.hidden else equation.target
        yield from _met(_OF_EQUATIONS, body, name)
        if isinstance(right, Reduce):
            yield from _met(_OF_NAMED_SUMS, body, name)
        if equation.target in read and equation.plain:
            yield from _met(_OF_DEFINITIONS, right, name)


def _limits_of_adjoints(ledger: Ledger) -> Iterator[str]:
    asked = {gradient.quantity for gradient in ledger.gradients.values()}
    for equation in ledger.system.equations:
        if equation.target in asked:
            yield from _met(_OF_ADJOINTS, equation.right, equation.target)


def _met(searches: Sequence[_Search], root: Node, name: str) -> Iterator[str]:
    for search in searches:
        limit = search.limit(root)
        if limit is not None:
            yield f"{search.says.format(name=name)}: {limit}"


def _limits_of_printed(ledger: Ledger) -> Iterator[str]:
    hidden = frozenset(q.name for q in ledger.forward.quantities.values() if q.hidden)
    for gradient in ledger.gradients.values():
        if gradient.by in hidden:
            continue  # nobody prints it
        right = gradient.printed.right
        for region in _regions(right):
            for text in _met(_OF_PARTS, region, gradient.quantity):
                yield f"{gradient.quantity} left as it is, {text}"
        if any(a.quantity in hidden for a in accesses(right)):
            long = "hidden pieces keep their names: it is too long to be written out"
            yield f"{gradient.quantity} left as it is, {long}"


def _limits_of_steps(ledger: Ledger) -> Iterator[str]:
    try:
        steps = ledger.workings
    except LimitExceeded:
        return  # the report says that they are not written down
    for step in steps:
        search = _OF_STEPS.get(step.rule)
        if search is not None and step.before is not None:
            yield from _met((search,), step.before, step.about)


def _regions(root: Node) -> Iterator[Node]:
    """The parts on which the searches work: the whole, bodies of sums, branches."""
    yield root
    for current in postorder(root):
        if isinstance(current, Reduce):
            yield current.body
        elif isinstance(current, Where):
            yield from (current.then, current.otherwise)

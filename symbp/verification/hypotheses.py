"""The one further fact under which a false claim is true.

Every word of the vocabulary is tried on every given quantity that the claim reads and does not
differentiate by (there its entries are independent, whatever ties them). A point that refutes the
claim and satisfies a word rules that word out, so points at which all quantities satisfy the
strongest words are drawn first. What is left counts only with a proof that has both locks.
"""

from __future__ import annotations

from collections.abc import Iterator

from symbp.errors import LimitExceeded, MathError, NotSupportedError
from symbp.expressions import quantities_read
from symbp.facts import VOCABULARY, Fact, Identity
from symbp.quantities import Quantity
from symbp.systems import EquationSystem
from symbp.verification.benches import EXPENSIVE, Bench
from symbp.verification.claims import Statement
from symbp.verification.costs import Meter
from symbp.verification.experiments import Experiment
from symbp.verification.grounds import unshown
from symbp.verification.locks import check_forms
from symbp.verification.points import Point, holds
from symbp.verification.proofs import prove
from symbp.verification.theories import make_theory
from symbp.verification.witnesses import Difference, compare, needed_values

__all__ = ["further_fact"]

#: Words in the order in which they are tried, the weakest first.
_WORDS = (
    "nonzero",
    "positive",
    "unit_interval",
    "simplex",
    "symmetric",
    "invertible",
    "spd",
    "sign",
    "binary",
)
#: Words whose points rule out many others at once.
_STRONGEST = ("unit_interval", "one_hot", "sign", "spd")
_SCREENED = 6
#: Elements that the search may compute.
_MOST = 40_000


def further_fact(statement: Statement, refuting: Experiment) -> Fact | None:
    """A word, said of a given quantity, that makes the claim proved.

    Args:
        statement: a claim that is false.
        refuting: the experiment that shows it; for an expensive system nothing is searched.
    """
    if refuting.cost > EXPENSIVE:
        return None
    fixed = {name for d in statement.derivatives.values() for name in d.by}
    quantities = [
        q
        for q in (statement.system.quantity(name) for name in needed_values(statement))
        if q.name not in fixed and q.kind == "real"
    ]
    known, meter = [refuting.point], Meter()
    for facts in _all_at_once(statement, quantities):
        known += _refuting(statement, facts, 1, meter)
    for word in _WORDS:
        for quantity in quantities:
            for fact in _facts(word, quantity):
                if meter.spent > _MOST:
                    return None
                if fact not in statement.system.facts and _makes_true(
                    statement, fact, known, meter
                ):
                    return fact
    return None


def _all_at_once(statement: Statement, quantities: list[Quantity]) -> Iterator[tuple[Fact, ...]]:
    """The strongest words, said of every quantity that nothing is said of yet."""
    told = {name for fact in statement.system.facts for name in _spoken_of(fact)}
    for word in _STRONGEST:
        said = [list(_facts(word, q)) for q in quantities if q.name not in told]
        for place in (0, -1):
            facts = tuple(choice[place] for choice in said if choice)
            if facts and (place == 0 or word == "one_hot"):
                yield facts


def _spoken_of(fact: Fact | Identity) -> tuple[str, ...]:
    return (fact.quantity,) if isinstance(fact, Fact) else quantities_read(fact.left, fact.right)


def _facts(word: str, quantity: Quantity) -> Iterator[Fact]:
    row = VOCABULARY[word]
    if row.axes == 1:
        yield from (Fact(word, quantity.name, (axis,)) for axis in range(len(quantity.axes)))
    elif word in ("symmetric", "spd", "invertible"):
        axes = quantity.axes
        if len(axes) == 2 and axes[0].extent == axes[1].extent:
            yield Fact(word, quantity.name)
    else:
        yield Fact(word, quantity.name)


def _with(system: EquationSystem, *facts: Fact) -> EquationSystem:
    return system.with_facts((*system.facts, *facts))


def _makes_true(statement: Statement, fact: Fact, known: list[Point], meter: Meter) -> bool:
    system = _with(statement.system, fact)
    if any(holds(system, point) for point in known) or _refuting(statement, (fact,), 2, meter):
        return False
    assumed = statement.with_system(system)
    try:
        theory = make_theory(assumed)
        proof = prove(assumed, theory, system.facts)
        if proof is None or unshown(assumed, theory, system.facts):
            return False
    except (LimitExceeded, NotSupportedError, MathError):
        return False
    return check_forms(proof, assumed, Bench(system, meter)) > 0


def _refuting(
    statement: Statement, facts: tuple[Fact, ...], count: int, meter: Meter
) -> list[Point]:
    """A generic point, of that many, that satisfies the facts and refutes the claim."""
    assumed = statement.with_system(_with(statement.system, *facts))
    for experiment in Bench(assumed.system, meter).generic(count):
        places = experiment.places(assumed)
        for letters in places[:: max(1, len(places) // _SCREENED)]:
            if isinstance(compare(assumed, experiment, letters), Difference):
                return [experiment.point]
    return []

"""What is wrong with a false claim: the one edit after which it is proved.

Repairs of the claimed side (`repairs.py`), and the terms by which it falls short of the derivative
that symbp finds itself, are screened by numbers at a few places; what survives is put to the judge
like any other claim. Only a repair that is *proved* is named, the cheapest first; none is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from symbp.adjoints import adjoint_name
from symbp.arrangement import arrange
from symbp.errors import LimitExceeded, MathError, NotSupportedError, SymbpError
from symbp.expressions import Access, Node, Sum, accesses, substitute
from symbp.gradients import differentiate
from symbp.monomials import Monomial, join, terms_of
from symbp.simplifying.forms import tidy
from symbp.spelling import spell
from symbp.verification.benches import EXPENSIVE, Bench, entries_to_compare
from symbp.verification.claims import Derivative, Statement, make_statement
from symbp.verification.factors import Pool
from symbp.verification.repairs import Repair, repairs
from symbp.verification.witnesses import compare

__all__ = ["find_defect"]

#: Repairs that survive the numbers and are put to the judge.
MOST_JUDGED = 6
#: A claimed side of more nodes is not searched.
LARGEST = 150
#: Terms up to which sums are multiplied out.
MOST_TERMS = 60
_PLACES = 4

Judge = Callable[[Statement], bool]


def find_defect(statement: Statement, bench: Bench, proved: Judge) -> Mapping[str, str] | None:
    """The kind of the slip and the claimed side without it; None where no repair is proved.

    Args:
        statement: a claim that is false.
        bench: experiments of its system.
        proved: whether a claim is proved, with both locks.
    """
    right = statement.right
    if right.size > LARGEST or any(e.cost > EXPENSIVE for e in bench.generic(1)):
        return None
    candidates = [*_differing_terms(statement)]
    candidates += repairs(right, statement.ranges, Pool(statement.system, statement.quantities))
    judged = 0
    for repair in sorted(candidates, key=lambda r: r.cost):
        repaired = _repaired(statement, repair.right)
        if repaired is None or not _agrees(repaired, bench):
            continue
        for other in (_arranged(repaired), repaired):
            if other is not None and proved(other):
                return {"kind": repair.kind, "repaired": spell(other.right)}
        judged += 1
        if judged == MOST_JUDGED:
            break
    return None


def _arranged(statement: Statement) -> Statement | None:
    """The claim with its right side tidy, and written in textbook order."""
    roles = {q.name: q.role for q in statement.system.quantities.values()}
    roles.update(dict.fromkeys(statement.derivatives, "adjoint"))
    return _repaired(statement, arrange(tidy(statement.right), roles))


def _repaired(statement: Statement, right: Node) -> Statement | None:
    """The claim with another right side; None where it is no claim."""
    derivatives = dict(statement.derivatives)
    for name in dict.fromkeys(access.quantity for access in accesses(right)):
        if name not in statement.quantities:
            of, _, by = name.rpartition("/d")
            derivatives[name] = Derivative(name, of.removeprefix("d"), (by,))
    try:
        return make_statement(
            statement.system, statement.left, right, tuple(derivatives.values()), statement.ranges
        )
    except SymbpError:  # what an edit made of it has no meaning
        return None


def _agrees(statement: Statement, bench: Bench) -> bool:
    """Whether the sides agree at some places of two generic points."""
    agreed = 0
    for experiment in bench.generic(2):
        for letters in entries_to_compare(statement, experiment)[:_PLACES]:
            found = compare(statement, experiment, letters)
            if not isinstance(found, str):
                return False
            agreed += found == "agree"
    return agreed > 0


# -- against the derivative that symbp finds -------------------------------------------------------


def _differing_terms(statement: Statement) -> Iterator[Repair]:
    """Claimed sides that lack a term of the derivative, or a factor in one of its terms."""
    for truth in _derivatives(statement):
        claimed, wanted = _flat(statement.right), _flat(truth)
        lacking = [m for key, m in wanted.items() if key not in claimed]
        beyond = [m for key, m in claimed.items() if key not in wanted]
        if lacking and not beyond:
            added = Sum(((1, statement.right), *((1, join(m)) for m in lacking)))
            yield Repair("term", added, 4)
        if len(lacking) == len(beyond) == 1 and len(claimed) > 1:
            yield Repair("factor", truth, 4)


def _flat(root: Node) -> dict[tuple[Fraction, frozenset[object]], Monomial]:
    """The terms of an expression with its sums multiplied out, by what they consist of."""
    done: list[Monomial] = []
    waiting = terms_of(tidy(root))
    while waiting and len(done) + len(waiting) <= MOST_TERMS:
        monomial = waiting.pop(0)
        sums = [b for b, e in monomial.powers if e == 1 and isinstance(b, Sum)]
        if not sums:
            done.append(monomial)
            continue
        rest = tuple(p for p in monomial.powers if p[0] is not sums[0])
        outer = join(Monomial(monomial.coefficient, rest))
        waiting += terms_of(tidy(Sum(tuple((s, outer * t) for s, t in sums[0].terms))))
    return {(m.coefficient, m.key): m for m in (*done, *waiting)}


def _derivatives(statement: Statement) -> Iterator[Node]:
    """The derivative on the left side as symbp writes it, without facts and with them."""
    subject, left = statement.subject, statement.left
    if subject is None or not isinstance(left, Access):
        return
    system, of = statement.system, subject.of
    try:
        for by in subject.by[:-1]:
            system, of = differentiate(system, of, [by]).system, adjoint_name(of, by)
        gradient = differentiate(system, of, [subject.by[-1]]).gradients[subject.by[-1]]
    except (LimitExceeded, MathError, NotSupportedError):
        return
    cut = sum(len(statement.system.quantity(by).axes) for by in subject.by[:-1])
    end = cut + len(statement.system.quantity(subject.by[-1]).axes)
    places = (*left.indices[cut:end], *left.indices[:cut], *left.indices[end:])
    for equation in (gradient.unconditional, gradient.printed):
        letters = dict(zip(equation.letters, places, strict=True))
        yield substitute(equation.right, letters)

"""The logarithm of a shifted sum through what the sum has beyond its largest terms.

    t[n] = sum(l, e[n,l]), the largest is 1      c[n] = sum(l, [e[n,l] == 1])
                                                 r[n] = sum(l, where(e[n,l] == 1, 0, e[n,l]))
    ln(t[n])                                     log1p(r[n] + (c[n] - 1))

Where one term outweighs the others t is 1 + r with r tiny; ln(1 + r) keeps nothing of r, and a loss
that is nearly 0, or the probability of what is nearly certain, comes out as noise. Whether the
largest term is 1 is read off its exponent: something minus the maximum of just that, or minus its
value at the place of the maximum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from symbp.equations import Equation
from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Binder,
    Bracket,
    Call,
    Comparison,
    Node,
    Reduce,
    Sum,
    Where,
    accesses,
    postorder,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.matching import match, replace_nodes
from symbp.monomials import Monomial, join, negate, split, terms_of
from symbp.quantities import Quantity
from symbp.stabilising.equalities import proved_equal
from symbp.stabilising.hidden import Hidden, stem_of_name
from symbp.stabilising.references import wanted_extremum
from symbp.stabilising.rewrites import Rewrite
from symbp.systems import EquationSystem

__all__ = ["is_log_softmax", "largest_is_one", "split_excess", "where_one"]

_ANY = Access("·any")


@dataclass
class _Split:
    """A sum in two parts: how often its largest term occurs, and the other terms."""

    equations: list[Equation]
    ties: str
    rest: str


def split_excess(
    system: EquationSystem, closed: frozenset[str] = frozenset()
) -> tuple[EquationSystem, tuple[Rewrite, ...]]:
    """The system with logarithms of shifted sums taken beyond their largest term."""
    wanted = _under_logarithms(system)
    hidden = Hidden(system)
    splits: dict[str, _Split] = {}
    done: list[Rewrite] = []
    equations: list[Equation] = []
    originals = dict(system.originals)
    for equation in system.equations:
        made = equation
        if equation.target in wanted and equation.plain and equation.target not in closed:
            found = _split(equation, system, hidden)
            if found is not None:
                splits[equation.target] = found
                equations += found.equations
                made = replace(equation, right=_whole(equation, found))
        right = _through(made.right, splits)
        if right is not made.right:
            made = replace(made, right=right)
        if made is not equation:
            originals[made] = originals.pop(equation, equation)
            done.append(Rewrite("excess", equation, made))
        equations.append(made)
    if not done:
        return system, ()
    return hidden.rebuilt(equations, originals), tuple(done)


def _under_logarithms(system: EquationSystem) -> frozenset[str]:
    calls = (
        n
        for e in system.equations
        for n in postorder(e.right)
        if isinstance(n, Call) and n.function == "ln"
    )
    inner = (c.arguments[0] for c in calls)
    names = frozenset(a.quantity for a in inner if isinstance(a, Access))
    return frozenset(n for n in names if len(system.producers.get(n, ())) == 1)


def _split(equation: Equation, system: EquationSystem, hidden: Hidden) -> _Split | None:
    """The parts of a sum whose largest term is 1; None for any other."""
    right = equation.right
    ranges = equation.ranges
    if isinstance(right, Reduce) and right.operator == "sum" and largest_is_one(right, system):
        terms, ranges, largest = [right.body], (*ranges, *right.binders), [True]
    elif isinstance(right, Sum) and (found := _largest_terms(right, system)) is not None:
        terms, largest = [term for _, term in right.terms], found
    else:
        return None
    pairs = list(zip(terms, largest, strict=True))
    ones = [where_one(t, ONE, ZERO) if may else ZERO for t, may in pairs]
    others = [where_one(t, ZERO, None) if may else t for t, may in pairs]
    for term, one, other in zip(terms, ones, others, strict=True):
        if not _same(term, Sum(((1, one), (1, other))), ranges, hidden.quantities):
            return None
    stem = stem_of_name(equation.left)
    ties = hidden.define(f"ties/{stem}", equation.ranges, _like(right, ones))
    rest = hidden.define(f"rest/{stem}", equation.ranges, _like(right, others))
    return _Split([ties, rest], ties.target, rest.target)


def _same(
    term: Node, parts: Node, ranges: Sequence[Binder], quantities: Mapping[str, Quantity]
) -> bool:
    """Whether a term is the sum of its parts, whatever number its exponential is."""
    known = {**quantities, _ANY.quantity: Quantity(_ANY.quantity)}
    seats: dict[Node, Node] = {
        n: _ANY for n in postorder(term) if isinstance(n, Call) and n.function == "exp"
    }
    return proved_equal(replace_nodes(term, seats), replace_nodes(parts, seats), ranges, {}, known)


def _like(right: Node, terms: Sequence[Node]) -> Node:
    """A sum of other terms, over the same indices."""
    if isinstance(right, Reduce):
        return right.rebind(right.binders, terms[0])
    return Sum(tuple((1, term) for term in terms if term != ZERO))


def where_one(body: Node, then: Node, otherwise: Node | None) -> Node:
    """`where(e == 1, then, otherwise)` inside the conditions of a term; None: the term itself."""
    if isinstance(body, Where):
        return Where(body.condition, where_one(body.then, then, otherwise), ZERO)
    test = Comparison("==", body, ONE)
    if then == ONE:
        return Bracket(test)
    return Where(test, then, body if otherwise is None else otherwise)


def _whole(equation: Equation, parts: _Split) -> Node:
    return Sum(((1, Access(parts.ties, equation.at)), (1, Access(parts.rest, equation.at))))


def _through(right: Node, splits: Mapping[str, _Split]) -> Node:
    """Logarithms of sums in two parts, spelled through the parts."""
    replaced: dict[Node, Node] = {}
    for current in postorder(right):
        if isinstance(current, Call) and current.function == "ln":
            inner = current.arguments[0]
            parts = splits.get(inner.quantity) if isinstance(inner, Access) else None
            if parts is not None and isinstance(inner, Access):
                more = Sum(((1, Access(parts.ties, inner.indices)), (-1, ONE)))
                rest = Access(parts.rest, inner.indices)
                replaced[current] = Call("log1p", (Sum(((1, rest), (1, more))),))
    return replace_nodes(right, replaced) if replaced else right


# -- whether the largest term is 1


def largest_is_one(right: Reduce, system: EquationSystem) -> bool:
    """Whether a sum is over exp(x - m) with m the maximum of x over the same range."""
    body = right.body
    guards: tuple[Node, ...] = ()
    if isinstance(body, Where) and body.otherwise == ZERO:
        guards, body = (body.condition,), body.then
    exponent = _exponent(body, system)
    if exponent is None:
        return not guards and _from_its_place(body, right.binders, system)
    for operator, sign in (("max", 1), ("min", -1)):
        own = [t for s, t in exponent if s == sign]
        others = [t for s, t in exponent if s == -sign]
        if len(own) != 1 or len(others) != 1 or not isinstance(others[0], Access):
            continue
        if _definition(others[0], system) == _maximum(operator, right.binders, own[0], guards):
            return True
    return False


def _from_its_place(body: Node, binders: Sequence[Binder], system: EquationSystem) -> bool:
    """Whether a term is exp((x[l] - x[a])*c) with a the place of the largest x[l]*c."""
    call = _opened(body, system)
    if not isinstance(call, Call) or call.function != "exp" or len(binders) != 1:
        return False
    (binder,) = binders
    parts = split(call.arguments[0])
    for base, power in parts.powers:
        if power != 1 or not isinstance(base, Sum):
            continue
        scale = Monomial(parts.coefficient, tuple(p for p in parts.powers if p[0] is not base))
        own = [m for m in terms_of(base) if binder.name in join(m).free]
        scaled = [Monomial(m.coefficient * scale.coefficient, m.powers + scale.powers) for m in own]
        for place in _places(base, system):
            letters = {binder.name: IndexExpr.gather(place.quantity, place.indices)}
            largest = [negate(substitute(join(m), letters)) for m in own]
            wanted = _definition(place, system)
            if not isinstance(wanted, Reduce) or not _alike(base, [*map(join, own), *largest]):
                continue
            (other,) = wanted.binders
            told = substitute(wanted.body, {other.name: IndexExpr.letter(binder.name)})
            if other.renamed(binder.name) == binder and _alike(told, map(join, scaled)):
                return True
    return False


def _places(root: Node, system: EquationSystem) -> list[Access]:
    """The places of maxima that a value is read at."""
    found: dict[Access, None] = {}
    for access in accesses(root):
        for index in access.indices:
            gather = index.as_gather
            place = None if gather is None else Access(gather.quantity, gather.indices)
            right = None if place is None else _definition(place, system)
            if place is not None and isinstance(right, Reduce) and right.operator == "argmax":
                found[place] = None
    return list(found)


def _alike(one: Node, others: Iterable[Node]) -> bool:
    """Whether a sum has the terms of others, in any order."""
    left, right = terms_of(one), terms_of(Sum([(1, o) for o in others]))
    return Counter((m.key, m.coefficient) for m in left) == Counter(
        (m.key, m.coefficient) for m in right
    )


def _maximum(operator: str, binders: Sequence[Binder], body: Node, guards: Sequence[Node]) -> Node:
    return wanted_extremum(operator, [b for b in binders if b.name in body.free], body, guards)


def _largest_terms(right: Sum, system: EquationSystem) -> list[bool] | None:
    """Which terms are exp(a - m) with m = max(a, b, ...): one of them may be 1.

    None where there is no such term; a term with a factor is none of them.
    """
    found: list[bool] = []
    largest: dict[Node, None] = {}
    for sign, term in right.terms:
        if sign < 0:
            return None
        exponent = _exponent(term, system)
        others = [] if exponent is None else [t for s, t in exponent if s < 0]
        own = [] if exponent is None else [t for s, t in exponent if s > 0]
        maximum = _definition(others[0], system) if _one_access(others) else None
        family = maximum.arguments if _is_maximum(maximum) else ()
        found.append(len(own) < 2 and (own[0] if own else ZERO) in family)
        if found[-1]:
            largest[others[0]] = None
    return found if len(largest) == 1 else None


def _one_access(nodes: Sequence[Node]) -> TypeGuard[Sequence[Access]]:
    return len(nodes) == 1 and isinstance(nodes[0], Access)


def _is_maximum(root: Node | None) -> TypeGuard[Call]:
    return isinstance(root, Call) and root.function == "max"


def _exponent(body: Node, system: EquationSystem) -> tuple[tuple[int, Node], ...] | None:
    """The terms of u in exp(u), two at most, looked up where the exponential has a name."""
    body = _opened(body, system)
    if not isinstance(body, Call) or body.function != "exp":
        return None
    argument = body.arguments[0]
    return argument.terms if isinstance(argument, Sum) and len(argument.terms) < 3 else None


def is_log_softmax(access: Access, system: EquationSystem) -> bool:
    """Whether a name stands for x[k] - m - ln(sum(l, exp(x[l] - m))), as it is computed."""
    right = _definition(access, system)
    terms = [] if not isinstance(right, Sum) else [(s, _opened(t, system)) for s, t in right.terms]
    logs = [t for s, t in terms if s < 0 and isinstance(t, Call) and t.function == "log1p"]
    if not isinstance(right, Sum) or len(terms) != 3 or len(logs) != 1:
        return False
    ties = [a for a in accesses(logs[0]) if isinstance(_opened(a, system), Reduce)]
    for reduced in (_opened(a, system) for a in ties):
        if not isinstance(reduced, Reduce) or not isinstance(reduced.body, Bracket):
            continue
        test = reduced.body.condition
        exponent = _exponent(test.children[0], system) if isinstance(test, Comparison) else None
        if exponent is None:
            continue
        bound = frozenset(b.name for b in reduced.binders)
        rest = Sum([term for term in right.terms if _opened(term[1], system) != logs[0]])
        if match(Sum(exponent), rest, bound) is not None:
            return True
    return False


def _opened(body: Node, system: EquationSystem) -> Node:
    """What a name stands for, where it is one."""
    spelled = _definition(body, system) if isinstance(body, Access) else None
    return body if spelled is None else spelled


def _definition(access: Access, system: EquationSystem) -> Node | None:
    """The right side that defines an access, at its indices."""
    producers = system.producers.get(access.quantity, ())
    if len(producers) != 1 or not producers[0].plain:
        return None
    letters = dict(zip(producers[0].letters, access.indices, strict=True))
    return substitute(producers[0].right, letters)

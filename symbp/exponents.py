"""Powers with an exponent that is no number: x^p/x is x^(p - 1), exp(2u) the square of exp(u).

Such a power has a value for a base above 0, and where its exponent is a whole number for any base
but 0 below a bar; there exponents add up. `opened` writes every one through x^p itself, the form in
which arithmetic finds like factors, and `joined` writes those which work against each other as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm

from symbp.expressions import (
    ONE,
    ZERO,
    Call,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Sum,
    postorder,
    transform,
)
from symbp.monomials import Monomial, join, negate, split, terms_of, total

__all__ = ["common_units", "is_symbolic", "joined", "opened"]

_Powers = tuple[tuple[Node, Fraction], ...]


def is_symbolic(current: Node) -> bool:
    """Whether it is a power whose exponent is no number: x^p, x^(1 - p)."""
    return isinstance(current, Power) and not isinstance(current.exponent, Number)


def opened(root: Node) -> Node:
    """Every power of an exponent that is a sum, or a multiple, as a product of plain ones."""
    if not any(is_symbolic(n) for n in postorder(root)):
        return root
    return transform(root, lambda n: _opened(n) if isinstance(n, Power) else n)


def _opened(current: Power) -> Node:
    if not is_symbolic(current) or isinstance(current.exponent, IndexValue):
        return current
    powers: list[tuple[Node, Fraction]] = []
    for term in terms_of(current.exponent):
        if not term.powers:
            powers.append((current.base, term.coefficient))
            continue
        whole = term.coefficient.denominator == 1
        inner = join(Monomial(Fraction(1) if whole else abs(term.coefficient), term.powers))
        times = term.coefficient if whole else Fraction(1 if term.coefficient > 0 else -1)
        powers.append((Power(current.base, inner), times))
    made = [Power(b, Number(e)) for b, e in powers if e > 0]
    below = [Power(b, Number(-e)) for b, e in powers if e < 0]
    return join(split(Product(made or (ONE,), below)))


def joined(monomial: Monomial) -> Monomial:
    """The monomial with the powers of one base as one, where some stand above the bar and some not.

    A base with a plain power alone, or whose powers all stand on one side, stays as it is.
    """
    groups: dict[Node, list[tuple[Node, Fraction]]] = {}
    for base, exponent in monomial.powers:
        seat = base.base if isinstance(base, Power) and is_symbolic(base) else base
        groups.setdefault(seat, []).append((base, exponent))
    made: dict[Node, _Powers] = {}
    for seat, members in groups.items():
        sides = {exponent > 0 for _, exponent in members}
        if len(sides) == 2 and any(is_symbolic(base) for base, _ in members):
            made[members[0][0]] = _one_power(seat, members)
            made.update((base, ()) for base, _ in members[1:])
    if not made:
        return monomial
    kept = [made.get(base, ((base, exponent),)) for base, exponent in monomial.powers]
    return Monomial(monomial.coefficient, tuple(p for powers in kept for p in powers))


def _one_power(base: Node, members: Sequence[tuple[Node, Fraction]]) -> _Powers:
    """b^s·b^(-e) as b^(s - e), with what may be said of integers said of indices."""
    exponents: list[tuple[Node, Fraction]] = [
        (m.exponent, e) if isinstance(m, Power) and m != base else (ONE, e) for m, e in members
    ]
    indices = _index(exponents)
    if indices is not None:
        whole = indices.index.as_integer
        exponent: Node = indices if whole is None else Number(whole)
    else:
        terms = (Monomial(t.coefficient * e, t.powers) for s, e in exponents for t in terms_of(s))
        exponent = total(terms)
    if isinstance(exponent, Number):
        return ((base, exponent.value),) if exponent != ZERO else ()
    return ((Power(base, exponent), Fraction(1)),)


def _index(exponents: Sequence[tuple[Node, Fraction]]) -> IndexValue | None:
    """The sum of exponents that are indices and integers, as an index; None: some are not."""
    found = IndexValue(0)
    for exponent, times in exponents:
        one = exponent if isinstance(exponent, IndexValue) else IndexValue(1)
        if times.denominator != 1 or not (exponent == ONE or isinstance(exponent, IndexValue)):
            return None
        found = IndexValue(found.index + one.index * int(times))
    return found


def common_units(parts: Iterable[Node]) -> Mapping[Node, tuple[Node, int]]:
    """Exponentials whose exponents are multiples of one: each as a power of one of them.

    Args:
        parts: any nodes; what is no exponential, or stands alone, is not in the answer.
    """
    groups: dict[frozenset[object], list[tuple[Node, Monomial]]] = {}
    for part in parts:
        if isinstance(part, Call) and part.function == "exp":
            argument = split(part.arguments[0])
            turned = _turned(argument)
            if argument.key not in groups and turned.key in groups:
                argument = turned
            groups.setdefault(argument.key, []).append((part, argument))
    found: dict[Node, tuple[Node, int]] = {}
    for members in groups.values():
        shares = [argument.coefficient for _, argument in members]
        if len(shares) < 2:
            continue
        above = gcd(*(share.numerator for share in shares))
        unit = Fraction(above, lcm(*(share.denominator for share in shares)))
        base = Call("exp", (join(Monomial(unit, members[0][1].powers)),))
        for (part, _), share in zip(members, shares, strict=True):
            found[part] = base, int(share / unit)
    return found


def _turned(monomial: Monomial) -> Monomial:
    """-(b - a) for a - b, where a difference is all that it is."""
    only = monomial.powers[0] if len(monomial.powers) == 1 else None
    if only is None or not isinstance(only[0], Sum) or only[1] != 1:
        return monomial
    return Monomial(-monomial.coefficient, ((negate(only[0]), only[1]),))

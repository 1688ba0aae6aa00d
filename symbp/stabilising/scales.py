"""Expressions taken apart into an exponential scale and the rest: exp(u)·r, under conditions.

    exp(z[n,k])/s[n]     with s[n] = exp(m[n])·t[n]     is     exp(z[n,k] - m[n]) · 1/t[n]

Products add exponents, quotients subtract them, a logarithm takes the exponent out. Where two
scales *meet*, or a logarithm meets one, the expression has a spelling in which exponents are added
before any exponential is taken; where none meet it stays as its author wrote it.

The arithmetic is that of real numbers; nothing here decides what is accurate. What an access stands
for is handed in, so that a whole system can be read this way (`shifting.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symbp.expressions import (
    ONE,
    ZERO,
    Access,
    Bracket,
    Call,
    Logical,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Where,
    accesses,
    postorder,
)
from symbp.factoring import factor_sums
from symbp.monomials import Monomial, join, split, terms_of, total

__all__ = [
    "Exponent",
    "Knowledge",
    "Scaled",
    "collected",
    "compose",
    "different_exponents",
    "read_scale",
    "split_one",
]

Exponent = tuple[Monomial, ...]


@dataclass(frozen=True, slots=True)
class Scaled:
    """A value written as `where(guards, exp(exponent) * rest, 0)`.

    Attributes:
        literal: the value as it was written, scales that met inside it put together.
        exponent: the terms of the exponent; none: the value has no scale.
        rest: what the exponential is multiplied by.
        guards: conditions under which the value is not 0.
        met: whether scales met on the way: `literal` then is not the best spelling.
    """

    literal: Node
    exponent: Exponent
    rest: Node
    guards: tuple[Node, ...] = ()
    met: bool = False

    @property
    def value(self) -> Node:
        """The spelling to use."""
        return compose(self.exponent, self.rest, self.guards) if self.met else self.literal


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a reading needs to know of the quantities around it.

    Attributes:
        opened: the scale of an access; None where it has none.
        positive: whether a node is known to be > 0; a logarithm is split only there.
        tame: whether an exponent is known to be at most 0, and is 0 somewhere: such values do not
            overflow, and where they are too small to be written they are too small to matter.
        masks: conditions without which an exponential of this exponent, times this, is not taken.
    """

    opened: Callable[[Access], Scaled | None]
    positive: Callable[[Node], bool]
    tame: Callable[[Exponent], bool]
    masks: Callable[[Exponent, Node], Sequence[Node]]


def read_scale(root: Node, known: Knowledge) -> Scaled:
    """An elementwise expression as a scaled value."""
    reader = _Reader(known)
    done: dict[int, Scaled] = {}
    for current in postorder(root):
        done[id(current)] = reader.one(current, [done[id(c)] for c in current.children])
    return done[id(root)]


def collected(terms: Iterable[Monomial]) -> Exponent:
    """Like terms added, what cancels left out, in order of first appearance."""
    root = total(terms)
    return () if root == ZERO else tuple(terms_of(root))


def compose(exponent: Exponent, rest: Node, guards: Sequence[Node] = ()) -> Node:
    """`where(guards, exp(exponent) * rest, 0)` as an expression."""
    made = rest
    if exponent:
        scale = Call("exp", (factor_sums(total(exponent)),))
        made = scale if rest == ONE else join(_times(split_one(scale), split(rest)))
    if not guards:
        return made
    truth = guards[0] if len(guards) == 1 else Logical("and", tuple(guards))
    return Where(truth, made, ZERO)


def different_exponents(current: Sum) -> tuple[Exponent, ...] | None:
    """The exponents of a sum of exponentials, if they are not all multiples of one.

    Of one exponential and its powers a rational function is made elsewhere (`stableforms.py`).
    """
    parts = [_exponential(t) if _is_exponential(t) else None for _, t in current.terms]
    found = [part.exponent for part in parts if part is not None and part.exponent]
    if len(found) < max(2, len(parts)):
        return None
    first = found[0]
    same = all(_multiple(e, first) or _multiple(_negative(e), first) for e in found)
    return None if same else tuple(found)


def _is_exponential(root: Node) -> bool:
    return isinstance(root, Call) and root.function == "exp"


def split_one(base: Node) -> Monomial:
    """A node as one factor, not looked into."""
    return Monomial(Fraction(1), ((base, Fraction(1)),))


def _times(one: Monomial, other: Monomial) -> Monomial:
    powers = dict(one.powers)
    for base, exponent in other.powers:
        powers[base] = powers.get(base, Fraction(0)) + exponent
    return Monomial(one.coefficient * other.coefficient, tuple((b, e) for b, e in powers.items()))


class _Reader:
    """One reading; `one` makes the scale of a node from those of its parts."""

    def __init__(self, known: Knowledge) -> None:
        self.known = known

    def one(self, current: Node, parts: list[Scaled]) -> Scaled:
        """The scale of a node."""
        if isinstance(current, Access):
            return self.known.opened(current) or _plain(current)
        literal = _rebuilt(current, parts)
        if _is_exponential(current):
            return _exponential(literal)
        if isinstance(current, Call) and current.function == "ln" and parts[0].exponent:
            return self._logarithm(parts[0], literal)
        if isinstance(current, Call) and current.function == "sqrt" and parts[0].exponent:
            return _raised(literal, parts[0], Fraction(1, 2))
        if isinstance(current, Product):
            return self._product(current, parts, literal)
        if isinstance(current, Power) and isinstance(current.exponent, Number):
            return _raised(literal, parts[0], current.exponent.value)
        if isinstance(current, Where):
            return _branches(current, parts, literal)
        if isinstance(current, Sum):
            return self._terms(current, parts, literal)
        return _plain(literal)

    def _logarithm(self, inner: Scaled, literal: Node) -> Scaled:
        """ln(exp(u)·r) = u + ln r; of a product only factors known to be positive split off."""
        if inner.guards:
            return _plain(literal)
        rest = split(inner.rest)
        if rest.coefficient < 0:
            return _plain(literal)
        terms = list(inner.exponent)
        known = [(b, e) for b, e in rest.powers if self.known.positive(b)]
        others = [(b, e) for b, e in rest.powers if not self.known.positive(b)]
        if len(others) == 1 and others[0][1].denominator == 1 and others[0][1] % 2:
            known, others = [*known, others[0]], []
        for base, exponent in known:
            terms.append(Monomial(exponent, ((Call("ln", (base,)), Fraction(1)),)))
        left = Monomial(rest.coefficient, tuple(others))
        if others or rest.coefficient != 1:
            terms.append(split_one(Call("ln", (join(left),))))
        return _plain(factor_sums(total(terms)))

    def _product(self, current: Product, parts: list[Scaled], literal: Node) -> Scaled:
        cut = len(current.numerator)
        guards: dict[Node, None] = {}
        exponents: list[Exponent] = []
        above: list[Node] = []
        below: list[Node] = []
        for place, (factor, part) in enumerate(zip(current.children, parts, strict=True)):
            upper = place < cut
            if upper and isinstance(factor, Bracket):
                guards[part.literal.children[0]] = None
                continue
            if not upper and part.guards:
                part = _plain(part.value)  # 1/where(c, a, 0) is no number where c fails
            guards.update(dict.fromkeys(part.guards))
            if part.exponent:
                exponents.append(part.exponent if upper else _negative(part.exponent))
            (above if upper else below).append(part.rest)
        if not exponents:
            return _plain(literal)
        rest = join(split(Product(above or [ONE], below)))
        met = self._gains(exponents) or any(part.met for part in parts)
        exponent = collected(m for e in exponents for m in e)
        if met:
            guards.update(dict.fromkeys(self.known.masks(exponent, rest)))
        return Scaled(literal, exponent, rest, tuple(guards), met)

    def _terms(self, current: Sum, parts: list[Scaled], literal: Node) -> Scaled:
        """A sum, with the scale of a term taken out beside which the others cannot overflow."""
        if not parts or not all(part.exponent for part in parts):
            return _plain(literal)
        if any(part.guards for part in parts):
            return _plain(literal)
        for part in parts:
            common = part.exponent
            left = [collected((*p.exponent, *_negative(common))) for p in parts]
            if all(not e or self.known.tame(e) for e in left):
                signs = (sign for sign, _ in current.terms)
                rests = (compose(e, p.rest) for e, p in zip(left, parts, strict=True))
                rest = factor_sums(Sum(tuple(zip(signs, rests, strict=True))))
                return Scaled(literal, common, rest, (), any(p.met for p in parts))
        return _plain(literal)

    def _gains(self, exponents: Sequence[Exponent]) -> bool:
        """Whether factors may be too large or too small where their product is neither.

        Not where all are at most 1, and not where one exponent is a multiple of the other.
        """
        first = exponents[0]
        if len(exponents) < 2 or all(_multiple(e, first) for e in exponents[1:]):
            return False
        return not all(self.known.tame(e) for e in exponents)


def _negative(exponent: Exponent) -> Exponent:
    return tuple(Monomial(-m.coefficient, m.powers) for m in exponent)


def _multiple(one: Exponent, other: Exponent) -> bool:
    """Whether an exponent is a positive multiple of another."""
    known = {m.key: m.coefficient for m in other}
    ratios = {m.coefficient / known[m.key] if m.key in known else None for m in one}
    ratio = ratios.pop() if len(ratios) == 1 and len(one) == len(other) else None
    return ratio is not None and ratio > 0


def _plain(value: Node) -> Scaled:
    return Scaled(value, (), value)


def _rebuilt(current: Node, parts: Sequence[Scaled]) -> Node:
    children = [part.value for part in parts]
    same = all(a is b for a, b in zip(children, current.children, strict=True))
    return current if same else current.rebuild(children)


def _exponential(literal: Node) -> Scaled:
    """exp(u); an exponent that is a number is no scale."""
    argument = literal.children[0]
    if not accesses(argument):
        return _plain(literal)
    terms = [m for t in terms_of(argument) for m in _distributed(t)]
    return Scaled(literal, collected(terms), ONE)


def _distributed(term: Monomial) -> list[Monomial]:
    """(a - b)/c as a/c - b/c: the terms of an exponent are what cancels."""
    sums = [(b, e) for b, e in term.powers if isinstance(b, Sum) and e == 1]
    if not sums:
        return [term]
    base = sums[0][0]
    others = Monomial(term.coefficient, tuple(p for p in term.powers if p[0] is not base))
    return [_times(others, inner) for inner in terms_of(base)]


def _raised(literal: Node, part: Scaled, exponent: Fraction) -> Scaled:
    if not part.exponent or (part.guards and exponent <= 0):
        return _plain(literal)
    terms = tuple(Monomial(exponent * m.coefficient, m.powers) for m in part.exponent)
    rest: Node = ONE
    if part.rest != ONE and exponent == Fraction(1, 2):
        rest = Call("sqrt", (part.rest,))
    elif part.rest != ONE:
        rest = Power(part.rest, Number(exponent))
    return Scaled(literal, terms, rest, part.guards, part.met)


def _branches(current: Where, parts: list[Scaled], literal: Node) -> Scaled:
    condition, then, otherwise = parts[0].literal, parts[1], parts[2]
    if otherwise.literal == ZERO and then.exponent:
        guards = tuple(dict.fromkeys((condition, *then.guards)))
        return Scaled(literal, then.exponent, then.rest, guards, then.met)
    if current.then == ZERO and otherwise.exponent:
        guards = tuple(dict.fromkeys((Logical("not", (condition,)), *otherwise.guards)))
        return Scaled(literal, otherwise.exponent, otherwise.rest, guards, otherwise.met)
    return _plain(literal)

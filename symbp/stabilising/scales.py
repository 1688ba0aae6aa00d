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
from dataclasses import dataclass, replace
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
from symbp.monomials import Monomial, join, negate, split, terms_of, total
from symbp.simplifying.factoring import factor_sums
from symbp.stabilising.consequences import conjuncts

__all__ = [
    "Exponent",
    "Knowledge",
    "Scaled",
    "collected",
    "compose",
    "read_scale",
    "split_one",
]

Exponent = tuple[Monomial, ...]

#: Nodes of a product whose sums are distributed over.
MAX_DISTRIBUTED = 200
#: Sums of one expression that are distributed over: products of sums have very many terms.
MAX_DISTRIBUTIONS = 8


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
        merged: which exponents are better added before an exponential is taken, by place.
        of_one: whether exponents are those of a rational function of one exponential.
        summed: the scale of a sum with the scales of its terms; None where it has none.
        masks: conditions without which an exponential of this exponent, times this, is not taken.
    """

    opened: Callable[[Access], Scaled | None]
    positive: Callable[[Node], bool]
    tame: Callable[[Exponent], bool]
    merged: Callable[[Sequence[Exponent]], tuple[int, ...]]
    of_one: Callable[[Sequence[Exponent]], bool]
    summed: Callable[[Sum, Sequence[Scaled]], Scaled | None]
    masks: Callable[[Exponent, Node], Sequence[Node]]


def read_scale(root: Node, known: Knowledge) -> Scaled:
    """An elementwise expression as a scaled value."""
    return _Reader(known).read(root)


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
        self.done: dict[Node, Scaled] = {}
        self.left = MAX_DISTRIBUTIONS

    def read(self, root: Node) -> Scaled:
        """The scale of an expression; what was read before is not read again."""
        for current in postorder(root):
            if current not in self.done:
                self.done[current] = self.one(current, [self.done[c] for c in current.children])
        return self.done[root]

    def one(self, current: Node, parts: list[Scaled]) -> Scaled:
        """The scale of a node."""
        if isinstance(current, Access):
            return self.known.opened(current) or _plain(current)
        literal = _rebuilt(current, parts)
        if _is_exponential(current):
            return _exponential(literal)
        if isinstance(current, Call) and current.function == "ln" and parts[0].exponent:
            whole = self._apart(current.arguments[0], parts[0])
            return self._logarithm(parts[0], literal) if whole is None else _plain(whole)
        if isinstance(current, Call) and current.function == "log1p" and parts[0].exponent:
            inner = self.read(_one_plus(current.arguments[0]))
            return self._logarithm(inner, literal) if inner.exponent else _plain(literal)
        if isinstance(current, Call) and current.function == "sigmoid":
            return self._sigmoid(current, literal)
        if isinstance(current, Call) and current.function == "sqrt" and parts[0].exponent:
            root = _raised(literal, parts[0], Fraction(1, 2))
            tame = not root.exponent or self.known.tame(root.exponent)
            return root if tame else replace(root, met=True)
        if isinstance(current, Product):
            return self._product(current, parts, literal)
        if isinstance(current, Power) and isinstance(current.exponent, Number):
            return _raised(literal, parts[0], current.exponent.value)
        if isinstance(current, Where):
            return _branches(current, parts, literal)
        if isinstance(current, Sum):
            return self._terms(current, parts, literal)
        return _plain(literal)

    def _sigmoid(self, current: Call, literal: Node) -> Scaled:
        """exp(u)/(1 + exp(u)): a factor that may be too small to be written."""
        grown = self.read(Call("exp", current.arguments))
        below = self._terms(_one_plus(grown.literal), [_plain(ONE), grown], literal)
        if not grown.exponent or not below.exponent:
            return _plain(literal)
        exponent = collected((*grown.exponent, *_negative(below.exponent)))
        return Scaled(literal, exponent, Product((ONE,), (below.rest,)))

    def _apart(self, argument: Node, inner: Scaled) -> Node | None:
        """ln(q·r) as ln q + ln r, where q holds one exponential and r others; None for all else."""
        if not isinstance(argument, Product) or not self.known.of_one((inner.exponent,)):
            return None
        sides: tuple[list[Node], ...] = ([], [], [], [])
        for place, factor in enumerate(argument.children):
            grows = bool(self.read(factor).exponent)
            sides[2 * (not grows) + (place >= len(argument.numerator))].append(factor)
        sign = 1 if sides[2] else -1
        own = Product(sides[0] or [ONE], sides[1])
        others = Product(sides[2], sides[3]) if sides[2] else Product(sides[3] or [ONE])
        if not accesses(others) or not self.known.positive(others):
            return None
        return Sum(((1, Call("ln", (own,))), (sign, Call("ln", (others,)))))

    def _logarithm(self, inner: Scaled, literal: Node) -> Scaled:
        """ln(exp(u)·r) = u + ln r; of a product only factors known to be positive split off."""
        if inner.guards or self.known.of_one((inner.exponent,)):
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
        sides: list[tuple[Scaled, int]] = []
        for place, (factor, part) in enumerate(zip(current.children, parts, strict=True)):
            upper = place < cut
            if upper and isinstance(factor, Bracket):
                guards[part.literal.children[0]] = None
                continue
            if not upper and part.guards:
                part = _plain(part.value)  # 1/where(c, a, 0) is no number where c fails
            guards.update(dict.fromkeys(part.guards))
            sides.append((part, 1 if upper else -1))
        scaled = [n for n, (part, _) in enumerate(sides) if part.exponent]
        exponents = [_signed(*sides[n]) for n in scaled]
        opened = self._distributed(current, parts, exponents)
        if opened is not None or not exponents:
            return opened or _plain(literal)
        merged = [scaled[n] for n in self.known.merged(exponents)]
        met = bool(merged) or any(part.met for part, _ in sides)
        for n in scaled if merged else ():
            if n not in merged and not sides[n][0].guards:
                sides[n] = (_plain(sides[n][0].value), sides[n][1])
        exponent = collected(m for pair in sides for m in _signed(*pair))
        above = [part.rest for part, side in sides if side > 0]
        below = [part.rest for part, side in sides if side < 0]
        rest = join(split(Product(above or [ONE], below)))
        if met:
            guards.update(dict.fromkeys(self.known.masks(exponent, rest)))
        return Scaled(literal, exponent, rest, tuple(guards), met)

    def _distributed(
        self, current: Product, parts: list[Scaled], exponents: Sequence[Exponent]
    ) -> Scaled | None:
        """(A + B)·c as A·c + B·c, where the scale of A meets that of c and the sum has none."""
        if not exponents or current.size > MAX_DISTRIBUTED or not self.left:
            return None
        for place, part in enumerate(parts[: len(current.numerator)]):
            terms = [] if part.exponent else _flat(part.value)
            inner = [self.read(t) for _, t in terms] if len(terms) > 1 else []
            if any(self.known.merged([*exponents, p.exponent]) for p in inner if p.exponent):
                above = (*current.numerator[:place], *current.numerator[place + 1 :])
                products = [
                    (sign, Product((*above, *_above(term)), (*current.denominator, *_below(term))))
                    for sign, term in terms
                ]
                self.left -= 1
                return self.read(Sum(products))
        return None

    def _terms(self, current: Sum, parts: list[Scaled], literal: Node) -> Scaled:
        """A sum, with the scale of a term taken out beside which the others cannot overflow."""
        flipped = _one_minus_sigmoid(current)
        if flipped is not None:
            return replace(self._sigmoid(flipped, literal), literal=literal)
        if any(part.guards for part in parts) or not any(part.exponent for part in parts):
            return _plain(literal)
        for part in parts if all(part.exponent for part in parts) else ():
            common = part.exponent
            left = [collected((*p.exponent, *_negative(common))) for p in parts]
            if all(not e or self.known.tame(e) for e in left):
                signs = (sign for sign, _ in current.terms)
                rests = (compose(e, p.rest) for e, p in zip(left, parts, strict=True))
                rest = factor_sums(Sum(tuple(zip(signs, rests, strict=True))))
                return Scaled(literal, common, rest, (), any(p.met for p in parts))
        made = self.known.summed(current, parts)
        if made is None:
            return _plain(literal)
        return Scaled(literal, made.exponent, made.rest)


def _one_minus_sigmoid(current: Sum) -> Call | None:
    """1 - sigmoid(u) as sigmoid(-u); None for everything else."""
    signs = {term: sign for sign, term in current.terms}
    other = next((t for t in signs if isinstance(t, Call) and t.function == "sigmoid"), None)
    if other is None or len(current.terms) != 2 or (signs.get(ONE), signs[other]) != (1, -1):
        return None
    return Call("sigmoid", (negate(other.arguments[0]),))


def _signed(part: Scaled, side: int) -> Exponent:
    """The exponent of a factor above the bar, side 1, or below, side -1."""
    return part.exponent if side > 0 else _negative(part.exponent)


def _one_plus(root: Node) -> Sum:
    return Sum(((1, ONE), *(root.terms if isinstance(root, Sum) else ((1, root),))))


def _flat(root: Node) -> list[tuple[int, Node]]:
    """The terms of a sum of sums with their signs; none of everything else."""
    found: list[tuple[int, Node]] = []
    stack = list(reversed(root.terms)) if isinstance(root, Sum) else []
    while stack:
        sign, term = stack.pop()
        if isinstance(term, Sum):
            stack += [(sign * inner, t) for inner, t in reversed(term.terms)]
        else:
            found.append((sign, term))
    return found


def _above(term: Node) -> tuple[Node, ...]:
    return term.numerator if isinstance(term, Product) else (term,)


def _below(term: Node) -> tuple[Node, ...]:
    return term.denominator if isinstance(term, Product) else ()


def _negative(exponent: Exponent) -> Exponent:
    return tuple(Monomial(-m.coefficient, m.powers) for m in exponent)


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
        guards = tuple(dict.fromkeys((*conjuncts(condition), *then.guards)))
        return Scaled(literal, then.exponent, then.rest, guards, then.met)
    if current.then == ZERO and otherwise.exponent:
        own = conjuncts(condition, truth=False)
        guards = tuple(dict.fromkeys((*own, *otherwise.guards)))
        return Scaled(literal, otherwise.exponent, otherwise.rest, guards, otherwise.met)
    return _plain(literal)

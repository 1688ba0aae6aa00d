"""What is subtracted from an exponent before the exponential is taken: the largest one, by name.

    exp(z[n,l])        max/z[n] = max(l, z[n,l])                          exp(z[n,l] - max/z[n])
    exp(-z[n,l])       min/z[n] = min(l, z[n,l])                          exp(-z[n,l] + min/z[n])
    exp(z[n,l]/T)      argmax/z[n] = argmax(l, z[n,l]/T) = a              exp((z[n,l] - z[n,a])/T)
    exp(z[n,l])·w[l]   the same where w[l] != 0: what is masked does not count

The sign of 1/T need not be known: the place of the maximum is, and equal numbers are subtracted
before they are scaled, so that nothing is rounded at the size of z. A maximum that the author has
already named is used under that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Binder,
    Call,
    Comparison,
    Constant,
    IndexComparison,
    Logical,
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
from symbp.monomials import Monomial, join, terms_of, total
from symbp.simplifying.factoring import factor_sums
from symbp.stabilising.hidden import stem_of_name
from symbp.stabilising.scales import Exponent, collected

__all__ = [
    "Mark",
    "References",
    "free_letters",
    "light",
    "map_bases",
    "one_base",
    "paired",
    "scaled_by",
    "stem_of",
    "wanted_extremum",
]

#: Nodes of a term that may stand in several equations.
MAX_LIGHT = 30
_ENDS = {"min": Constant("inf"), "max": Constant("-inf"), "argmax": Constant("-inf")}


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a reference.

    Attributes:
        equation: its definition.
        sign: the sign that it has in an exponent which is at most 0.
        whole: whether it is the largest exponent itself, not a quantity in it.
        masked: whether places with weight 0 were left out.
        family: the exponents that it is the largest of, where these are named one by one.
        others: exponents of which it is the largest under conditions only.
        letters: the indices of its definition, which these are written in.
    """

    equation: Equation
    sign: int
    whole: bool = False
    masked: bool = False
    family: tuple[Exponent, ...] = ()
    others: tuple[Exponent, ...] = ()
    letters: tuple[str, ...] = ()


class References:
    """The maxima of one system, those of its author and those that were added."""

    def __init__(self, equations: Sequence[Equation]) -> None:
        self.named = [e for e in equations if e.plain and _is_extremum(e.right)]
        self.marks: dict[str, Mark] = {}
        for equation in equations:
            right = equation.right
            if equation.plain and isinstance(right, Call) and right.function == "max":
                self.enter(equation)

    def known(self, wanted: Reduce) -> Access | None:
        """The name of a maximum, if it has one."""
        for equation in self.named:
            found = match(equation.right, wanted, frozenset(equation.letters))
            if found is not None and all(name in found for name in equation.letters):
                return Access(equation.target, [found[name] for name in equation.letters])
        return None

    def definition(self, name: str) -> Equation:
        """The equation of a maximum."""
        return next(e for e in self.named if e.target == name)

    def mark(self, term: Monomial) -> Mark | None:
        """What is known of the reference that a term of an exponent is."""
        for base, _ in term.powers:
            if isinstance(base, Access):
                names = (base.quantity, *(n for i in base.indices for n in i.gathered))
                for name in names:
                    if name in self.marks:
                        return self.marks[name]
        return None

    def enter(self, definition: Equation) -> None:
        """Take a maximum of exponents that are named one by one for a reference."""
        sure: list[Exponent] = []
        others: list[Exponent] = []
        for member in definition.right.children:
            under = isinstance(member, Where)
            (others if under else sure).append(
                collected(terms_of(member.children[1] if under else member))
            )
        self.marks[definition.target] = Mark(
            definition,
            -1,
            whole=True,
            family=tuple(sure),
            others=tuple(others),
            letters=definition.letters,
        )

    def family(self, term: Monomial, *, every: bool = False) -> tuple[Exponent, ...]:
        """The exponents of which a term is the largest; none where it is no such reference.

        Args:
            term: a term of an exponent.
            every: whether those count that are under conditions.
        """
        for base, _ in term.powers:
            mark = self.marks.get(base.quantity) if isinstance(base, Access) else None
            if mark is not None and isinstance(base, Access):
                at = dict(zip(mark.letters, base.indices, strict=False))
                members = (*mark.family, *mark.others) if every else mark.family
                return tuple(tuple(map_bases(m, at) for m in e) for e in members)
        return ()

    def tame(self, exponent: Exponent) -> bool:
        """Whether an exponent is at most 0, its reference subtracted from what it is the most of.

        Of data as they are meant: a term is taken to be one of those that the maximum is over.
        """
        marks = [(m, self.mark(m)) for m in exponent]
        others = [m for m, mark in marks if mark is None]
        found = [(m, mark) for m, mark in marks if mark is not None]
        if not found or not others:
            return False
        return all(
            (m.coefficient > 0) == (mark.sign > 0)
            and (mark.whole or _partner(m, others) is not None)
            for m, mark in found
        )


def wanted_extremum(
    operator: str, binders: Sequence[Binder], body: Node, guards: Sequence[Node]
) -> Reduce:
    """A maximum over the binders, of what the guards admit, `not a <= b` told as `a > b`."""
    if guards:
        told = tuple(dict.fromkeys(_told(g) for g in guards))
        truth = told[0] if len(told) == 1 else Logical("and", told)
        body = Where(truth, body, _ENDS[operator])
    return Reduce(operator, binders, body)


_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def _told(guard: Node) -> Node:
    """A condition without a `not` before a comparison: any reference will do, but one, not two."""
    if isinstance(guard, Logical) and guard.operator == "not":
        inner = guard.operands[0]
        if isinstance(inner, Comparison):
            return Comparison(_OPPOSITE[inner.relation], inner.left, inner.right)
        if isinstance(inner, IndexComparison):
            return IndexComparison(_OPPOSITE[inner.relation], inner.left, inner.right)
    return guard


def paired(root: Node, references: References) -> Node:
    """Each reference beside the term that it belongs to: (z - m) - (w - r), not z - m - w + r."""
    replaced: dict[Node, Node] = {}
    for current in postorder(root):
        if isinstance(current, Sum):
            made = _paired(current, references)
            if made != current:
                replaced[current] = made
    return replace_nodes(root, replaced) if replaced else root


def _paired(current: Sum, references: References) -> Node:
    terms = list(collected(terms_of(current)))
    found = [m for m in terms if references.mark(m) is not None]
    if len(terms) < 3 or not found:
        return current
    pairs: list[tuple[Monomial, Monomial]] = []
    for reference in found:
        partner = _partner(reference, [m for m in terms if references.mark(m) is None])
        if partner is not None:
            pairs.append((partner, reference))
            terms = [m for m in terms if m not in (partner, reference)]
    if not pairs:
        return current
    made: list[tuple[int, Node]] = []
    for partner, reference in pairs:
        ordered = (partner, reference) if partner.coefficient > 0 else (reference, partner)
        pair = factor_sums(total(ordered))
        made += pair.terms if isinstance(pair, Sum) and not made else ((1, pair),)
    for m in terms:
        made.append((1 if m.coefficient > 0 else -1, join(Monomial(abs(m.coefficient), m.powers))))
    return Sum(tuple(made))


def _partner(reference: Monomial, others: Sequence[Monomial]) -> Monomial | None:
    """The term with the opposite coefficient and the same factors but for one."""
    for other in others:
        if other.coefficient == -reference.coefficient and len(other.powers) == len(
            reference.powers
        ):
            own = frozenset(reference.powers)
            if len(own - frozenset(other.powers)) == 1:
                return other
    return None


def _is_extremum(right: Node) -> bool:
    return isinstance(right, Reduce) and right.operator in ("max", "min", "argmax")


# -- terms of exponents


def free_letters(monomial: Monomial) -> frozenset[str]:
    """The running indices that a term uses."""
    return frozenset(name for base, _ in monomial.powers for name in base.free)


def one_base(inner: Sequence[Monomial], bound: frozenset[str]) -> tuple[Access | None, Monomial]:
    """c·w·b[l] as b[l] and c·w; no base where the exponent is anything else."""
    nothing = Monomial(Fraction(1), ())
    if len(inner) != 1:
        return None, nothing
    moving = [(b, e) for b, e in inner[0].powers if b.free & bound]
    if len(moving) != 1 or moving[0][1] != 1 or not isinstance(moving[0][0], Access):
        return None, nothing
    others = tuple(p for p in inner[0].powers if p != moving[0])
    return moving[0][0], Monomial(inner[0].coefficient, others)


def scaled_by(factor: Monomial, base: Node) -> Monomial:
    """A term with one more factor."""
    return Monomial(factor.coefficient, (*factor.powers, (base, Fraction(1))))


def stem_of(exponent: Sequence[Monomial]) -> str:
    """A name for what an exponent is about: the first quantity in it."""
    found = (a for m in exponent for b, _ in m.powers for a in accesses(b))
    return next(map(stem_of_name, found), "u")


def map_bases(monomial: Monomial, at: Mapping[str, IndexExpr]) -> Monomial:
    """A term at other indices."""
    powers = tuple((substitute(b, at), e) for b, e in monomial.powers)
    return Monomial(monomial.coefficient, powers)


def light(monomial: Monomial) -> bool:
    """Whether it is written again without work: no function and no sum over indices in it."""
    size = sum(base.size for base, _ in monomial.powers)
    heavy = (n for base, _ in monomial.powers for n in postorder(base))
    return size <= MAX_LIGHT and not any(isinstance(n, Call | Reduce) for n in heavy)

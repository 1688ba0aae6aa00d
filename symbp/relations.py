"""Relations that the forward equations state, as rewrites of adjoints.

Five kinds, all read off the system, none looked up by a layer's name:

* *values*: an equation `p = e·c` in which exactly one factor e is an exponential says e = p/c;
  softmax gives exp(z[n,k]) = p[n,k]·s[n], with s the hidden name of its denominator;
* *differences*: q[n] = (z[n] - m)/r says z[n] - m = q[n]·r: what was normalised keeps its name;
* *roots*: r[n] = √u, with u compound, says u = r²: a norm, or a deviation, stays under its name;
* *names*: a sum over indices that equals the right side of an equation is that equation's target,
  and with m[n] = Σ_k x[n,k]/K the hidden sum is K·m[n];
* *lemmas*: Σ_k p[n,k] = 1 is found by putting the definition of p under the sum and seeing it
  become free of sums.

In an index-free chain only exponentials are solved for: of (√C)' the author wants 1/(2√C), not
1/(2D).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Call,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    accesses,
    postorder,
    quantities_read,
    substitute,
    transform,
)
from symbp.facts import Identity
from symbp.indices import IndexExpr
from symbp.intervals import Interval, interval_of, intervals
from symbp.matching import match, replace_matches
from symbp.monomials import Monomial, join, split, terms_of, total
from symbp.systems import EquationSystem

__all__ = ["Relation", "Relations", "apply_identity", "unfold", "unfold_all"]

#: A definition larger than this is not put in the place of its name when a lemma is sought.
MAX_UNFOLDED = 60
#: Nodes of a formula, shared ones counted each time, beyond which hidden names are kept.
MAX_WRITTEN_OUT = 20_000


@dataclass(frozen=True, slots=True)
class Relation:
    """`pattern = value` for all values of the letters, because of `equation`."""

    pattern: Node
    value: Node
    letters: frozenset[str]
    equation: Equation

    def apply(self, root: Node) -> Node:
        """Use it from left to right wherever it matches."""
        return replace_matches(
            root, self.pattern, self.letters, lambda found: substitute(self.value, found)
        )


class Relations:
    """The relations of one system, found again by what they read."""

    def __init__(self, system: EquationSystem) -> None:
        self.system = system
        exponentials = _exponential_quantities(system)
        logarithms = {
            e.target: e
            for e in system.equations
            if e.plain and isinstance(e.right, Call) and e.right.function == "ln"
        }
        known = intervals(system)
        self.values: dict[tuple[str, frozenset[str]], list[Relation]] = {}
        self.sums: dict[tuple[str, frozenset[str]], list[Relation]] = {}
        self.differences: dict[tuple[str, frozenset[str]], list[Relation]] = {}
        self.roots: dict[tuple[str, frozenset[str]], list[Relation]] = {}
        self.means: dict[str, Relation] = {}
        #: names of sums over indices
        self.totals: dict[str, None] = {}
        for equation in system.equations:
            opened = _without_logarithms(equation, logarithms)
            value = _value(opened, exponentials, known) or _mobius(equation, exponentials)
            if value is not None:
                self.values.setdefault(_key(value.pattern), []).append(value)
            difference = _difference(equation)
            if difference is not None:
                self.differences.setdefault(_key(difference.pattern), []).append(difference)
            root = _root(equation, system)
            if root is not None:
                self.roots.setdefault(_key(root.pattern), []).append(root)
            mean = _mean(equation, system)
            if mean is not None and isinstance(mean.pattern, Access):
                self.means[mean.pattern.quantity] = mean
                self.totals[equation.target] = None
            if isinstance(equation.right, Reduce) and equation.plain:
                letters = frozenset(equation.letters)
                name = Relation(equation.right, equation.left, letters, equation)
                self.sums.setdefault(_key(equation.right), []).append(name)
                if equation.right.operator == "sum":
                    self.totals[equation.target] = None

    def may_apply(self, root: Node) -> bool:
        """Whether something occurs for which a relation has another name."""
        if any(_key(n) in self.values for n in _candidates(root)):
            return True
        return bool(self.roots or self.differences or self.means) and any(
            (isinstance(n, Access) and n.quantity in self.means)
            or (isinstance(n, Sum) and _key(n) in self.differences)
            or (isinstance(n, Call | Power) and _key(n.children[0]) in self.roots)
            for n in postorder(root)
        )

    def in_values(self, root: Node) -> Node:
        """Exponentials written through the quantities that they define."""
        keys = dict.fromkeys(_key(n) for n in _candidates(root))
        for relation in (r for key in keys for r in self.values.get(key, ())):
            root = relation.apply(root)
        return root

    def in_differences(self, root: Node) -> Node:
        """Differences written through the quotients that name them."""
        if not self.differences:
            return root
        keys = dict.fromkeys(_key(n) for n in postorder(root) if isinstance(n, Sum))
        for relation in (r for key in keys for r in self.differences.get(key, ())):
            root = relation.apply(root)
        return root

    def in_roots(self, root: Node) -> Node:
        """Powers of a radicand written through the name of its root: 1/(2√u) is 1/(2r)."""
        if not self.roots:
            return root
        return transform(root, self._through_root)

    def _through_root(self, current: Node) -> Node:
        if isinstance(current, Call) and current.function == "sqrt":
            base, exponent = current.arguments[0], Fraction(1, 2)
        elif isinstance(current, Power) and isinstance(current.exponent, Number):
            base, exponent = current.base, current.exponent.value
        else:
            return current
        for relation in self.roots.get(_key(base), ()):
            found = match(relation.pattern, base, relation.letters)
            if found is not None and (2 * exponent).denominator == 1:
                name = substitute(relation.value, found)
                return join(Monomial(Fraction(1), ((name, 2 * exponent),)))
        return current

    def in_names(self, root: Node, *, hidden: bool = True) -> Node:
        """Sums over indices that an equation defines, replaced by its target, hidden or not."""
        keys = dict.fromkeys(_key(n) for n in postorder(root) if isinstance(n, Reduce))
        for relation in (r for key in keys for r in self.sums.get(key, ())):
            if hidden or not self.system.quantities[relation.equation.target].hidden:
                root = relation.apply(root)
        named = (a.quantity for a in accesses(root) if a.quantity in self.means)
        for name in dict.fromkeys(named):
            root = self.means[name].apply(root)
        return root


def _candidates(root: Node) -> Iterator[Node]:
    """Nodes that may be an exponential: calls of exp, and accesses."""
    for current in postorder(root):
        if isinstance(current, Access) or (isinstance(current, Call) and current.function == "exp"):
            yield current


def _key(current: Node) -> tuple[str, frozenset[str]]:
    """What two nodes must share to match: the head, and the quantities read."""
    return _head(current), frozenset(quantities_read(current))


def _head(current: Node) -> str:
    if isinstance(current, Call):
        return f"call {current.function}"
    if isinstance(current, Access):
        return f"access {current.quantity}"
    if isinstance(current, Reduce):
        return f"{current.operator} {len(current.binders)}"
    return type(current).__name__


def _exponential_quantities(system: EquationSystem) -> frozenset[str]:
    """Quantities defined as exp(...): solving for them is solving for the exponential."""
    return frozenset(
        e.target
        for e in system.equations
        if isinstance(e.right, Call) and e.right.function == "exp" and e.plain
    )


def _without_logarithms(equation: Equation, logarithms: Mapping[str, Equation]) -> Equation:
    """An exponential with the logarithms in its exponent spelled out: exp(z - s) with s = ln(u)."""
    right = equation.right
    if not (isinstance(right, Call) and right.function == "exp"):
        return equation
    for name in dict.fromkeys(a.quantity for a in accesses(right)):
        if name in logarithms:
            right = unfold(right, logarithms[name])
    return replace(equation, right=right)


def _value(
    equation: Equation, exponentials: frozenset[str], known: Mapping[str, Interval]
) -> Relation | None:
    if not equation.plain or isinstance(equation.right, Access):
        return None
    monomial = split(equation.right)
    found = [(b, e) for b, e in monomial.powers if _is_exponential(b, exponentials)]
    others = [b for b, _ in monomial.powers if not _is_exponential(b, exponentials)]
    divided = [b for b, e in monomial.powers if e > 0 and b in others]
    if any(not interval_of(b, known).nonzero for b in divided):
        return None  # solving for the exponential would divide by what may be 0
    if len(found) != 1 or found[0][1] != 1 or monomial.coefficient == 0:
        return None
    if not others or any(_holds_exponential(b) for b in others):
        return None  # e itself is named by the equation, or there is no quotient to solve
    base = found[0][0]
    if base.free != frozenset(equation.letters):
        return None
    powers = ((equation.left, Fraction(1)), *((b, -e) for b, e in monomial.powers if b is not base))
    value = join(Monomial(1 / monomial.coefficient, powers))
    return Relation(base, value, frozenset(equation.letters), equation)


def _root(equation: Equation, system: EquationSystem) -> Relation | None:
    """`r = √u` says u = r². A radicand that has a name of its own stays under its root sign."""
    monomial = split(equation.right)
    if not equation.plain or monomial.coefficient != 1 or len(monomial.powers) != 1:
        return None
    base, exponent = monomial.powers[0]
    if exponent != Fraction(1, 2) or (isinstance(base, Access) and not _hidden(base, system)):
        return None
    letters = frozenset(equation.letters)
    if not letters and not any(_hidden(a, system) for a in accesses(base)):
        return None
    return Relation(base, equation.left, letters, equation) if base.free == letters else None


def _difference(equation: Equation) -> Relation | None:
    """`q = (z - m)/r` in an indexed equation: one sum above the bar, nothing beside it."""
    monomial = split(equation.right)
    above = [b for b, e in monomial.powers if e > 0]
    if not equation.letters or not equation.plain or len(above) != 1 or len(monomial.powers) < 2:
        return None
    base = above[0]
    if not isinstance(base, Sum) or dict(monomial.powers)[base] != 1:
        return None
    summed = any(isinstance(n, Reduce) for n in postorder(base))
    if summed or base.free != frozenset(equation.letters):
        return None
    powers = ((equation.left, Fraction(1)), *((b, -e) for b, e in monomial.powers if b is not base))
    value = join(Monomial(1 / monomial.coefficient, powers))
    return Relation(base, value, frozenset(equation.letters), equation)


def _mean(equation: Equation, system: EquationSystem) -> Relation | None:
    """`m[n] = s[n]/K` with s hidden says s[n] = K·m[n]: s has no other name."""
    monomial = split(equation.right)
    found = [b for b, e in monomial.powers if e == 1 and isinstance(b, Access)]
    others = [b for b, _ in monomial.powers if b not in found]
    if len(found) != 1 or not equation.plain or not all(isinstance(b, IndexValue) for b in others):
        return None
    base = found[0]
    plain = tuple(i.as_letter for i in base.indices) == equation.letters
    if not plain or not _hidden(base, system) or monomial.coefficient == 0:
        return None
    powers = ((equation.left, Fraction(1)), *((b, -e) for b, e in monomial.powers if b is not base))
    value = join(Monomial(1 / monomial.coefficient, powers))
    return Relation(base, value, frozenset(equation.letters), equation)


def _hidden(access: Access, system: EquationSystem) -> bool:
    return system.quantities[access.quantity].hidden


def _mobius(equation: Equation, exponentials: frozenset[str]) -> Relation | None:
    """`o = 1/(1+u)` with u = exp(...) says u = (1-o)/o, and so for any (a·u+b)/(c·u+d)."""
    read = accesses(equation.right)
    if len(read) != 1 or read[0].quantity not in exponentials or not equation.plain:
        return None
    if tuple(i.as_letter for i in read[0].indices) != equation.letters:
        return None
    monomial = split(equation.right)
    above, below = (Fraction(0), monomial.coefficient), (Fraction(0), Fraction(1))
    for base, exponent in monomial.powers:
        line = _linear(base, read[0])
        if line is None or abs(exponent) != 1:
            return None
        if exponent > 0 and above[0] == 0:
            above = (above[1] * line[0], above[1] * line[1])
        elif exponent < 0 and below[0] == 0:
            below = (below[1] * line[0], below[1] * line[1])
        else:
            return None
    (a, b), (c, d) = above, below
    if a * d == b * c or c == 0:
        return None
    o = equation.left
    value = total((Monomial(b, ()), *_scaled(-d, o))), total((*_scaled(c, o), Monomial(-a, ())))
    letters = frozenset(equation.letters)
    return Relation(read[0], Product((value[0],), (value[1],)), letters, equation)


def _scaled(factor: Fraction, base: Node) -> tuple[Monomial, ...]:
    return (Monomial(factor, ((base, Fraction(1)),)),) if factor else ()


def _linear(root: Node, variable: Access) -> tuple[Fraction, Fraction] | None:
    """The slope and the constant of a linear function of one variable with numbers around it."""
    slope = constant = Fraction(0)
    for monomial in terms_of(root):
        if not monomial.powers:
            constant += monomial.coefficient
        elif monomial.powers == ((variable, Fraction(1)),):
            slope += monomial.coefficient
        else:
            return None
    return slope, constant


def _is_exponential(base: Node, exponentials: frozenset[str]) -> bool:
    if isinstance(base, Call):
        return base.function == "exp"
    return isinstance(base, Access) and base.quantity in exponentials


def _holds_exponential(base: Node) -> bool:
    return any(isinstance(n, Call) and n.function == "exp" for n in postorder(base))


def unfold(root: Node, equation: Equation) -> Node:
    """The definition of a quantity in the place of each access to it."""
    if not equation.plain or equation.right.size > MAX_UNFOLDED:
        return root
    return replace_matches(
        root,
        equation.left,
        frozenset(equation.letters),
        lambda found: substitute(equation.right, found),
    )


def unfold_all(root: Node, system: EquationSystem, names: frozenset[str]) -> Node:
    """All accesses to the named quantities replaced by what defines them, repeatedly.

    Where the result would be longer than anybody reads, the names stay.
    """
    opened = root
    for equation in reversed(system.equations):
        reads = any(a.quantity == equation.target for a in accesses(opened))
        if equation.target in names and reads:
            opened = unfold(opened, equation)
            if opened.size > MAX_WRITTEN_OUT:
                return root
    return opened


def apply_identity(root: Node, identity: Identity) -> Node:
    """A declared identity used from left to right wherever its left side occurs."""
    letters = frozenset(b.name for b in identity.ranges)

    def build(found: Mapping[str, IndexExpr]) -> Node:
        return substitute(identity.right, found)

    return replace_matches(root, identity.left, letters, build)

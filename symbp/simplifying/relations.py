"""Relations that the forward equations state, as rewrites of adjoints.

Five kinds, all read off the system, none looked up by a layer's name:

* *values*: an equation `p = e·c` in which exactly one factor e is an exponential says e = p/c;
  softmax gives exp(z[n,k]) = p[n,k]·s[n], with s the hidden name of its denominator, and its
  logarithm q[n,k] = z[n,k] - ln s[n] gives exp(z[n,k]) = exp(q[n,k])·s[n]; where a mask m
  that may be 0 stands beside it, m·e = p·s (`masked.py`);
* *differences*: q[n] = (z[n] - m)/r says z[n] - m = q[n]·r, and u[k] = x[k]/r that x[k] = u[k]·r:
  what was normalised keeps its name; a hidden sum S in c = S/(s·t) is c·s·t;
* *roots*: r[n] = √u, with u compound, says u = r²: a norm, or a deviation, stays under its name,
  and so does r[n] = 1/√u (`roots.py`);
* *names*: a sum over indices that equals the right side of an equation is that equation's target,
  and with m[n] = Σ_k x[n,k]/K the hidden sum is K·m[n];
* *lemmas*: Σ_k p[n,k] = 1 is found by putting the definition of p under the sum and seeing it
  become free of sums.

In an index-free chain only exponentials are solved for: of (√C)' the author wants 1/(2√C), not
1/(2D).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Call,
    Comparison,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    accesses,
    postorder,
    quantities_read,
    substitute,
    transform,
)
from symbp.facts import Identity
from symbp.indices import IndexExpr
from symbp.intervals import intervals
from symbp.matching import replace_matches, replace_nodes
from symbp.monomials import split, terms_of, total
from symbp.simplifying.inversions import (
    Relation,
    by_difference,
    by_logarithm,
    by_mean,
    by_mobius,
    by_reciprocal,
    by_total,
    by_value,
    supports,
)
from symbp.simplifying.masked import Masked, beside_zero, by_mask
from symbp.simplifying.roots import Root, by_root, power_of
from symbp.systems import EquationSystem

__all__ = ["Relation", "Relations", "apply_identity", "growth_limit", "unfold", "unfold_all"]

#: A definition larger than this is not put in the place of its name when a lemma is sought.
MAX_UNFOLDED = 60
#: Nodes of a formula, shared ones counted each time, beyond which hidden names are kept.
MAX_WRITTEN_OUT = 20_000


class Relations:
    """The relations of one system, found again by what they read."""

    def __init__(self, system: EquationSystem) -> None:
        self.system = system
        exponentials = _quantities_of(system, "exp")
        bounded = _quantities_of(system, "tanh", "sigmoid")
        self.logarithms = {
            e.target: e for e in system.equations if e.plain and _is_logarithm(e.right)
        }
        known = intervals(system)
        self.values: dict[tuple[str, frozenset[str]], list[Relation]] = {}
        self.sums: dict[tuple[str, frozenset[str]], list[Relation]] = {}
        self.differences: dict[tuple[str, frozenset[str]], list[Relation]] = {}
        self.roots: dict[tuple[str, frozenset[str]], list[Root]] = {}
        self.masks: dict[tuple[str, frozenset[str]], list[Masked]] = {}
        self.means: dict[str, Relation] = {}
        #: names of reciprocals, by what is below the bar
        self.reciprocals: dict[str, Relation] = {}
        #: conditions outside which a quantity is 0
        self.supports = supports(system)
        #: names of sums over indices
        self.totals: dict[str, None] = {}
        for equation in system.equations:
            opened = self.without_logarithms(equation)
            value = by_value(opened, exponentials, known) or by_mobius(
                equation, exponentials, bounded
            )
            value = value or by_logarithm(opened, exponentials, known)
            if value is not None:
                self.values.setdefault(_key(value.pattern), []).append(value)
            elif (masked := by_mask(equation)) is not None:
                self.masks.setdefault(_key(masked.exponential), []).append(masked)
            for found in (by_difference(equation, system, known), by_total(equation, system)):
                if found is not None:
                    self.differences.setdefault(_key(found.pattern), []).append(found)
            turned = by_reciprocal(equation)
            if turned is not None and isinstance(turned.pattern, Access):
                self.reciprocals[turned.pattern.quantity] = turned
            root = by_root(equation, system)
            if root is not None:
                self.roots.setdefault(_key(root.pattern), []).append(root)
            mean = by_mean(equation, system)
            if mean is not None and isinstance(mean.pattern, Access):
                self.means[mean.pattern.quantity] = mean
                self.totals[equation.target] = None
            if isinstance(equation.right, Reduce) and equation.plain:
                letters = frozenset(equation.letters)
                name = Relation(equation.right, equation.left, letters, equation)
                self.sums.setdefault(_key(equation.right), []).append(name)
                if equation.right.operator == "sum":
                    self.totals[equation.target] = None

    def without_logarithms(self, equation: Equation) -> Equation:
        """A difference, or an exponent, with logarithms spelled out: z - s with s = ln(u)."""
        right = equation.right
        exponential = isinstance(right, Call) and right.function == "exp"
        if not exponential and not isinstance(right, Sum):
            return equation
        names = dict.fromkeys(a.quantity for a in accesses(right))
        if not any(name in self.logarithms for name in names):
            return equation
        for name in (n for n in names if n in self.logarithms):
            right = unfold(right, self.logarithms[name])
        return replace(equation, right=right if exponential else total(terms_of(right)))

    def may_apply(self, root: Node) -> bool:
        """Whether something occurs for which a relation has another name."""
        if any(_key(n) in self.values or _key(n) in self.masks for n in _candidates(root)):
            return True
        if self.supports and any(isinstance(n, Where) for n in postorder(root)):
            return True
        return bool(self.roots or self.differences or self.means) and any(
            (isinstance(n, Access) and n.quantity in self.means)
            or (isinstance(n, Sum | Access) and _key(n) in self.differences)
            or (isinstance(n, Call | Power) and _key(n.children[0]) in self.roots)
            for n in postorder(root)
        )

    def in_values(self, root: Node) -> Node:
        """Exponentials written through the quantities that they define."""
        keys = dict.fromkeys(_key(n) for n in _candidates(root))
        for relation in (r for key in keys for r in self.values.get(key, ())):
            root = relation.apply(root)
        for masked in (m for key in keys for m in self.masks.get(key, ())):
            root = masked.apply(root)
        return root

    def in_differences(self, root: Node) -> Node:
        """Differences, and what else was divided, written through the quotients that name them."""
        if not self.differences:
            return root
        keys = dict.fromkeys(_key(n) for n in postorder(root) if isinstance(n, Sum | Access))
        for relation in (r for key in keys for r in self.differences.get(key, ())):
            single = isinstance(relation.pattern, Access)
            root = _outside_calls(root, relation.apply) if single else relation.apply(root)
        return root

    def in_supports(self, root: Node) -> Node:
        """A condition left out where a factor is 0 without it: where(c, x·f, 0) = x·f."""
        return transform(root, self._without_condition) if self.supports else root

    def _without_condition(self, current: Node) -> Node:
        branch = beside_zero(current)
        if branch is None:
            return current
        asked, body = branch
        monomial = split(body)
        for base, exponent in monomial.powers:
            held = self.supports.get(base.quantity) if isinstance(base, Access) else None
            if held is None or not isinstance(base, Access) or exponent < 1:
                continue
            letters, condition = held
            here = substitute(condition, dict(zip(letters, base.indices, strict=True)))
            divided = self._divided(base)
            others = (p for p in monomial.powers if p[0] not in divided)
            if here == asked and all(map(_defined, others)):
                return body
        return current

    def _divided(self, access: Access) -> frozenset[Node]:
        """What the equation of an access divides by: it has a value wherever the access has one."""
        equations = self.system.producers.get(access.quantity, ())
        if len(equations) != 1 or not equations[0].plain:
            return frozenset()
        places = dict(zip(equations[0].letters, access.indices, strict=True))
        powers = split(equations[0].right).powers
        return frozenset(substitute(b, places) for b, e in powers if e < 0)

    def in_roots(self, root: Node) -> Node:
        """Powers of a radicand written through the name of its root: 1/(2√u) is 1/(2r)."""
        return transform(root, self._through_root) if self.roots else root

    def _through_root(self, current: Node) -> Node:
        if isinstance(current, Product):
            roots = (root for found in self.roots.values() for root in found if root.product)
            return next((m for r in roots if (m := r.beside(current)) is not None), current)
        power = power_of(current)
        if power is None:
            return current
        made = (root.written(*power) for root in self.roots.get(_key(power[0]), ()))
        return next((found for found in made if found is not None), current)

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


def _outside_calls(root: Node, change: Callable[[Node], Node]) -> Node:
    """The node with factors and terms changed; what stands inside a function stays as it is."""
    found: dict[Node, None] = {}
    stack, seen = [root], set[int]()
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        inside = isinstance(current, Call) and current.function != "sqrt"
        if inside or isinstance(current, Comparison):
            found[current] = None
        else:
            stack.extend(current.children)
    if not found:
        return change(root)
    seats: dict[Node, Node] = {n: Access(f"·inside{place}") for place, n in enumerate(found)}
    changed = change(replace_nodes(root, seats))
    return replace_nodes(changed, {seat: n for n, seat in seats.items()})


def _defined(power: tuple[Node, Fraction]) -> bool:
    """Whether a factor has a value also where the condition does not hold."""
    base, exponent = power
    plain = Access | Sum | Product | Number | IndexValue | Reduce
    return exponent > 0 and all(
        isinstance(n, plain) and not (isinstance(n, Product) and n.denominator)
        for n in postorder(base)
    )


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


def _quantities_of(system: EquationSystem, *functions: str) -> frozenset[str]:
    """Quantities defined as values of these functions: solving for them is solving for those."""
    return frozenset(
        e.target
        for e in system.equations
        if isinstance(e.right, Call) and e.right.function in functions and e.plain
    )


def _is_logarithm(right: Node) -> bool:
    """Whether it is ln(s), or with a shift m + ln(s)."""
    terms = [(1, right)] if not isinstance(right, Sum) else right.terms
    return any(sign > 0 and isinstance(t, Call) and t.function == "ln" for sign, t in terms)


def growth_limit(right: Node) -> str | None:
    """Why a definition is not put in: a limit of size, never of time; None: it is."""
    return f"more than {MAX_UNFOLDED} nodes" if right.size > MAX_UNFOLDED else None


def unfold(root: Node, equation: Equation) -> Node:
    """The definition of a quantity in the place of each access to it."""
    if not equation.plain or growth_limit(equation.right) is not None:
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

"""One-edit neighbours of a claimed side: the slips that people make, undone.

Each repair has a kind, a word of `KINDS`, and a cost, by which repairs are ranked:

* `sign`: of a term, or of the whole; `factor`: a number, an extent, or a quantity in scope that was
  added, forgotten, put on the wrong side of the bar or taken for another; `power`; `term`: one too
  many or too few;
* `transpose`: the two indices of an access exchanged, or only one of A and its transpose written;
* `index`: one index in place of another, a bracket forgotten or one too many, one entry for a sum;
* `activation`: the local derivative of a forward equation forgotten, a function in place of its
  derivative or of its argument; `relation`: of a comparison; `doubled_function`: f(f(x)) for f(x).

Nothing here knows whether a repair is true; `defects.py` proves that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symbp.expressions import (
    ONE,
    Access,
    Binder,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    IndexValue,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Where,
    accesses,
    fresh_letter,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.partials import partial
from symbp.simplifying.forms import tidy
from symbp.verification.factors import Pool, Scope, alike

__all__ = ["KINDS", "Repair", "repairs"]

KINDS = (
    *("sign", "factor", "term", "index", "transpose", "activation", "power", "relation"),
    "doubled_function",
)
_RELATIONS: Mapping[str, Sequence[str]] = {
    ">": ("<", ">="),
    "<": (">", "<="),
    ">=": ("<=", ">"),
    "<=": (">=", "<"),
    "==": ("!=",),
    "!=": ("==",),
}
_HALF = Fraction(1, 2)
#: Repairs of one claim that are looked at.
MOST = 2000


@dataclass(frozen=True, slots=True)
class Repair:
    """Another right side; cheap repairs are the likelier slips."""

    kind: str
    right: Node
    cost: int = 1


def repairs(right: Node, ranges: Sequence[Binder], pool: Pool) -> list[Repair]:
    """The neighbours of an expression, each once, cheap ones first.

    Args:
        right: the claimed side.
        ranges: the free indices of the claim.
        pool: what repairs may use.
    """
    found: dict[Node, Repair] = {}
    editor = _Editor(pool)
    scope: Scope = {b.name: b.upper for b in ranges}
    for made in editor.of_whole(right, scope):
        if made.right != right:
            found.setdefault(made.right, made)
    for place, known in _places(right, scope):
        for made in editor.of_place(place.node, known):
            whole = place.put(made.right)
            cheaper = found.get(whole)
            if whole != right and (cheaper is None or made.cost < cheaper.cost):
                found[whole] = Repair(made.kind, whole, made.cost)
        if len(found) >= MOST:
            break
    return sorted(found.values(), key=lambda repair: repair.cost)


# -- places in a tree ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A node, and where it stands below its parent."""

    node: Node
    parent: _Place | None = None
    number: int = 0

    def put(self, changed: Node) -> Node:
        """The whole tree with another node here."""
        place: _Place = self
        while place.parent is not None:
            above = place.parent
            children = list(above.node.children)
            children[place.number] = changed
            changed = above.node.rebuild(children)
            place = above
        return changed


def _places(root: Node, scope: Scope) -> Iterator[tuple[_Place, Scope]]:
    """Every place with the letters in scope, from the top down."""
    waiting: list[tuple[_Place, Scope]] = [(_Place(root), scope)]
    while waiting:
        place, known = waiting.pop(0)
        yield place, known
        if isinstance(place.node, Reduce):
            known = {**known, **{b.name: b.upper for b in place.node.binders}}
        waiting += (
            (_Place(child, place, number), known)
            for number, child in enumerate(place.node.children)
        )


# -- edits -----------------------------------------------------------------------------------------


class _Editor:
    """The edits of one place."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def of_whole(self, root: Node, scope: Scope) -> Iterator[Repair]:
        """Edits that are made at the top, or at every occurrence."""
        yield Repair("sign", -root, 1)
        yield from self._missing(root, scope)
        named: dict[str, Access] = {}
        for access in accesses(root):
            named.setdefault(access.quantity, access)
        for name, access in named.items():
            for other in self.pool.others(access):
                swaps: dict[Node, Node] = {
                    a: Access(other.quantity, a.indices)
                    for a in accesses(root)
                    if a.quantity == name
                }
                kind = "activation" if self.pool.applied(name, other.quantity) else "factor"
                yield Repair(kind, substitute(root, nodes=swaps), 3)
        yield from self._entry_for_sum(root)

    def _entry_for_sum(self, root: Node) -> Iterator[Repair]:
        """x[0]*y[0] where the sum over that index was meant."""
        letter = fresh_letter("n", root.free)
        fixed: dict[tuple[int, IndexExpr], dict[Node, Node]] = {}
        for access in accesses(root):
            for place, axis in enumerate(self.pool.quantities[access.quantity].axes):
                number = access.indices[place].as_integer
                if number is not None and axis.extent is not None:
                    indices = list(access.indices)
                    indices[place] = IndexExpr.letter(letter)
                    changed = Access(access.quantity, indices)
                    fixed.setdefault((number, axis.extent), {})[access] = changed
        for (_, extent), swaps in fixed.items():
            binder = Binder(letter, IndexExpr.integer(0), extent)
            yield Repair("index", Reduce("sum", (binder,), substitute(root, nodes=swaps)), 3)

    def of_place(self, current: Node, scope: Scope) -> Iterator[Repair]:
        """Edits of one node; under a sum and in a term, factors may be missing as well."""
        if isinstance(current, Sum):
            yield from self._of_sum(current, scope)
        elif isinstance(current, Product):
            yield from self._of_product(current, scope)
        elif isinstance(current, Access):
            yield from self._of_access(current, scope)
        elif isinstance(current, Reduce):
            yield from self._of_reduction(current, scope)
        elif isinstance(current, IndexValue):
            yield from (Repair("factor", other, 1) for other in self.pool.extents(scope))
        elif isinstance(current, Call):
            yield from _of_call(current)
        elif isinstance(current, Number):
            yield from _of_number(current)
        elif isinstance(current, Power):
            yield from _of_power(current)
        else:
            yield from _of_condition(current)

    def _missing(self, current: Node, scope: Scope) -> Iterator[Repair]:
        """Factors that may have been forgotten."""
        for number in (2, _HALF, 3, 4):
            yield Repair("factor", Number(number) * current, 1)
        for extent in self.pool.extents(scope):
            yield Repair("factor", current / extent, 1)
            yield Repair("factor", extent * current, 1)
            yield Repair("factor", current / Call("sqrt", (extent,)), 2)
        yield from (Repair("activation", current * s, 2) for s in self.pool.slopes_in(scope))
        yield from (Repair("index", bracket * current, 2) for bracket in self.pool.brackets(scope))
        for access in self.pool.accesses(scope):
            yield Repair("factor", current * access, 3)
            yield Repair("factor", current / access, 3)

    def _of_reduction(self, current: Reduce, scope: Scope) -> Iterator[Repair]:
        inner = {**scope, **{b.name: b.upper for b in current.binders}}
        for repair in self._missing(current.body, inner):
            made = Reduce(current.operator, current.binders, repair.right)
            yield Repair(repair.kind, made, repair.cost + 1)
        if len(current.binders) == 1:  # a sum where one entry was meant
            for letter in alike(current.binders[0].upper, scope):
                index = {current.binders[0].name: IndexExpr.letter(letter)}
                yield Repair("index", substitute(current.body, index), 3)

    def _of_sum(self, current: Sum, scope: Scope) -> Iterator[Repair]:
        for place, (sign, term) in enumerate(current.terms):
            before, after = current.terms[:place], current.terms[place + 1 :]
            yield Repair("sign", Sum((*before, (-sign, term), *after)), 1)
            if before or after:
                yield Repair("term", Sum((*before, *after)), 3)
            replaced = [Repair("factor", Number(n) * term, 2) for n in (2, _HALF)]
            if isinstance(term, Number | Access):  # 1 - p for [k = l] - p; p - 1 for p - y
                replaced += (Repair("index", b, 3) for b in self.pool.brackets(scope))
                replaced += (Repair("factor", term * a, 3) for a in self.pool.accesses(scope))
            for made in replaced:
                yield Repair(made.kind, Sum((*before, (sign, made.right), *after)), made.cost)

    def _of_product(self, current: Product, scope: Scope) -> Iterator[Repair]:
        above, below = current.numerator, current.denominator
        for place, factor in enumerate(above):
            rest = above[:place] + above[place + 1 :]
            yield Repair("factor", Product(rest or (ONE,), below) if rest or below else ONE, 2)
            yield Repair("factor", Product(rest or (ONE,), (*below, factor)), 4)
            if isinstance(factor, Access):
                for other in self.pool.accesses(scope):
                    made = Product((*above[:place], other, *above[place + 1 :]), below)
                    yield Repair("factor", made, 4)
        for place, factor in enumerate(below):
            rest = below[:place] + below[place + 1 :]
            yield Repair("factor", Product(above, rest), 2)
            yield Repair("factor", Product((*above, factor), rest), 3)

    def _of_access(self, current: Access, scope: Scope) -> Iterator[Repair]:
        axes, indices = self.pool.quantities[current.quantity].axes, current.indices
        if len(indices) == 2 and axes[0].extent == axes[1].extent and indices[0] != indices[1]:
            turned = Access(current.quantity, indices[::-1])
            yield Repair("transpose", turned, 1)
            yield Repair("transpose", current + turned, 2)
            yield Repair("transpose", (current + turned) / 2, 2)
        for place, index in enumerate(indices):
            for letter in alike(axes[place].extent, scope):
                if index.as_letter != letter:
                    changed = [*indices[:place], IndexExpr.letter(letter), *indices[place + 1 :]]
                    yield Repair("index", Access(current.quantity, changed), 2)
        yield Repair("power", Power(current, Number(2)), 2)
        yield Repair("power", Call("sqrt", (current,)), 3)
        for other in self.pool.others(current):
            applied = self.pool.applied(current.quantity, other.quantity)
            yield Repair("activation" if applied else "factor", other, 3)
        if current.quantity in self.pool.slopes:
            yield Repair("activation", self.pool.slope(current.quantity, indices), 2)


def _of_call(current: Call) -> Iterator[Repair]:
    inside = current.arguments[0]
    if isinstance(inside, Call) and inside.function == current.function:
        yield Repair("doubled_function", inside, 1)
    if len(current.arguments) == 1:
        yield Repair("activation", inside, 3)
        yield Repair("sign", Call(current.function, (-inside,)), 2)
        place = Access("·argument")
        slope = tidy(partial(Call(current.function, (place,)), place))
        yield Repair("activation", substitute(slope, nodes={place: inside}), 2)


def _of_number(current: Number) -> Iterator[Repair]:
    for value in (current.value + 1, current.value - 1, 2 * current.value, current.value / 2):
        yield Repair("factor", Number(value), 2)


def _of_power(current: Power) -> Iterator[Repair]:
    yield Repair("power", current.base, 1)
    if isinstance(current.exponent, Number):
        for step in (1, -1, _HALF, -_HALF):
            yield Repair("power", Power(current.base, Number(current.exponent.value + step)), 1)


def _of_condition(current: Node) -> Iterator[Repair]:
    if isinstance(current, Comparison):
        for relation in _RELATIONS.get(current.relation, ()):
            yield Repair("relation", Comparison(relation, current.left, current.right), 1)
    elif isinstance(current, IndexComparison):
        for relation in _RELATIONS.get(current.relation, ()):
            yield Repair("relation", IndexComparison(relation, current.left, current.right), 1)
    elif isinstance(current, Where):
        yield Repair("relation", Where(current.condition, current.otherwise, current.then), 2)
    elif isinstance(current, Bracket):
        yield Repair("index", ONE, 2)
        yield Repair("relation", ONE - current, 2)

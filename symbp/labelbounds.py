"""Below which extents labels have to lie: those of the axes that they index.

    L = -sum(n, ln(p[n, t[n]]))             t[n] < K, the extent of the second axis of p
    L = -sum(n, k, [k == t[n]]*ln(p[n,k]))  t[n] < K, if t are class ids: where k ends

A label outside would be a wild read in compiled code, and would count nowhere in a bracket.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from symbp.equations import Equation
from symbp.expressions import Access, IndexComparison, Node, Reduce, postorder
from symbp.facts import Fact
from symbp.indices import Gather, IndexExpr
from symbp.spelling import name_letters
from symbp.systems import EquationSystem

__all__ = ["label_bounds"]


def label_bounds(
    system: EquationSystem, names: Iterable[str]
) -> Mapping[str, tuple[IndexExpr, ...]]:
    """The extents that each integer quantity indexes; class ids also where they are compared."""
    wanted = dict.fromkeys(names)
    found: dict[str, dict[IndexExpr, None]] = {name: {} for name in wanted}
    ids = {f.quantity for f in system.facts if isinstance(f, Fact) and f.word == "class_ids"}

    def limit(index: IndexExpr, bound: IndexExpr | None) -> None:
        gather = index.as_gather
        if gather is not None and bound is not None and gather.quantity in wanted:
            found[gather.quantity][bound] = None

    for equation in system.equations:
        right = name_letters(equation.right, frozenset(equation.letters))
        for current in postorder(right):
            for name, indices in _places(current):
                for index, axis in zip(indices, system.quantities[name].axes, strict=True):
                    limit(index, axis.extent)
            if isinstance(current, IndexComparison) and current.relation == "==":
                for one, other in ((current.left, current.right), (current.right, current.left)):
                    if one.as_gather is not None and one.as_gather.quantity in ids:
                        for end in _ends(equation, right, other.as_letter):
                            limit(one, end)
    return {name: tuple(bounds) for name, bounds in found.items() if bounds}


def _places(current: Node) -> Iterator[tuple[str, tuple[IndexExpr, ...]]]:
    """Every use of a quantity at indices: the access itself, and gathers inside indices."""
    if isinstance(current, Access):
        yield current.quantity, current.indices
    for index in current.own_indices:
        for atom in index.atoms():
            if isinstance(atom, Gather):
                yield atom.quantity, atom.indices


def _ends(equation: Equation, right: Node, letter: str | None) -> list[IndexExpr]:
    """How far a letter runs, where that depends on no other letter."""
    binders = [*equation.ranges]
    for current in postorder(right):
        if isinstance(current, Reduce):
            binders += current.binders
    uppers = [b.upper for b in binders if b.name == letter and b.upper is not None]
    return list(dict.fromkeys(u for u in uppers if not u.letters and not u.gathered))

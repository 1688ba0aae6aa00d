"""Sums over indices that disappear once a quantity under them is opened: Σ_k p[n,k] = 1.

The definition of a named quantity, or of an error signal found so far, is put under the sum; where
arithmetic then leaves no sum at all, and nothing longer, that is its value. So Σ_k p = 1 and
Σ_i x̂ = 0 (and what follows: shift invariance, gradients that vanish, the three terms of layer norm)
come out of the system itself.

    Σ_k p[n,k]·(v[k] - V)      multiplied out, the lemma used on each term: Σ_k p v - V
    Σ_o Σ_j c_j d_oj           the lemma used on what depends on o alone

In a deep network the same sums come back under other letters, layer after layer: what was opened in
vain once is not opened again, and neither is a sum that stays for sure (`pinning.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Node,
    Reduce,
    Sum,
    accesses,
    postorder,
    substitute,
)
from symbp.indices import IndexExpr
from symbp.matching import replace_nodes
from symbp.measures import reading_cost
from symbp.monomials import Monomial, join, split
from symbp.simplifying.moves import tidy
from symbp.simplifying.pinning import Pins
from symbp.simplifying.relations import Relations, unfold

__all__ = ["Lemmas"]


class Lemmas:
    """The search for such sums, in one system."""

    def __init__(self, relations: Relations, in_names: Callable[[Node], Node]) -> None:
        """Of the relations of a system; `in_names` writes sums under the names that they have."""
        self.relations = relations
        self._in_names = in_names
        self._pins = Pins(relations)
        #: equations of error signals found so far; a lemma may open them like named quantities
        self.signals: dict[str, Equation] = {}
        self._definitions: dict[str, Equation | None] = {}
        #: sums, letters numbered, that no definition does away with; `deep` or not
        self._in_vain: set[tuple[bool, Node]] = set()

    def value(self, reduction: Reduce) -> Node | None:
        """What a sum is without the sums that disappear in it; None where none does."""
        if reduction.operator != "sum" or not self._opens(reduction):
            return None
        value = self._without_sum(reduction)
        return self._without_inner(reduction) if value is None else value

    def multiplied_out(self, root: Node) -> Node:
        """The node with its sums multiplied out, where that is shorter with what disappears."""
        if self._stays_longer(root):
            return root
        spread = self._spread(root)
        return spread if reading_cost(spread) < reading_cost(root) else root

    def least(self, root: Node) -> int:
        """A bound from below for the reading cost of each form; 0 where nothing is known."""
        found = (self._definition(a.quantity) for a in accesses(root))
        known = [equation for equation in found if equation is not None]
        bound = self._pins.least(root, opened=bool(known))
        if not bound:
            return 0
        sums = [n for n in postorder(root) if isinstance(n, Reduce)] if known else []
        held = all(self._pins.hold(s, equation) for s in sums for equation in known)
        return bound if held else 0

    def _without_inner(self, reduction: Reduce) -> Node | None:
        """Σ_o Σ_j c_j d_oj, and sums of such: the lemma is used on what depends on one index."""
        if not self._opens(reduction):
            return None
        body = reduction.body
        terms = body.terms if isinstance(body, Sum) else ((1, body),)
        made = [(s, self._one_term(tidy(Reduce("sum", reduction.binders, t)))) for s, t in terms]
        if all(t is None for _, t in made):
            return None
        kept = [
            (sign, value if value is not None else Reduce("sum", reduction.binders, term))
            for (sign, value), (_, term) in zip(made, terms, strict=True)
        ]
        spread = tidy(Sum(kept))
        return spread if reading_cost(spread) < reading_cost(reduction) else None

    def _one_term(self, root: Node, *, deep: bool = True) -> Node | None:
        """A product of sums in which the lemma does away with one."""
        if not self._opens(root):
            return None
        monomial = split(root)
        for reduction, exponent in monomial.powers:
            if exponent == 1 and isinstance(reduction, Reduce) and reduction.operator == "sum":
                value = self._without_sum(reduction, deep=deep)
                value = self._without_binder(reduction) if value is None and deep else value
                if value is not None:
                    rest = tuple(p for p in monomial.powers if p[0] is not reduction)
                    powers = (*rest, (value, Fraction(1)))
                    return tidy(join(Monomial(monomial.coefficient, powers)))
        return None

    def _without_binder(self, reduction: Reduce) -> Node | None:
        """Σ_o Σ_j c_j d_oj = Σ_j c_j Σ_o d_oj, where the inner sum disappears."""
        if len(reduction.binders) < 2:
            return None
        inner = split(reduction.body)
        for binder in reduction.binders:
            own = tuple(p for p in inner.powers if binder.name in p[0].free)
            others = tuple(b for b in reduction.binders if b is not binder)
            if any(binder.name in b.letters for b in others):
                continue
            value = self._without_sum(Reduce("sum", (binder,), join(Monomial(Fraction(1), own))))
            if value is not None:
                left = tuple(p for p in inner.powers if p not in own)
                body = join(Monomial(inner.coefficient, (*left, (value, Fraction(1)))))
                return Reduce("sum", others, body)
        return None

    def _without_sum(self, reduction: Reduce, *, deep: bool = True) -> Node | None:
        """The sum without any sum in it; what was tried in vain is not tried again."""
        found = (self._definition(a.quantity) for a in accesses(reduction.body))
        known = [e for e in found if e is not None and not self._pins.hold(reduction, e)]
        key = (deep, _numbered(reduction)) if known else None
        if key is None or key in self._in_vain:
            return None
        for equation in known:
            value = self._opened(reduction, equation, deep=deep)
            if value is not None:
                return value
        self._in_vain.add(key)
        return None

    def _opened(self, reduction: Reduce, equation: Equation, *, deep: bool) -> Node | None:
        """The sum with one quantity opened under it, if no sum is left and it is not longer."""
        opened = tidy(self.relations.in_names(tidy(unfold(reduction, equation))))
        candidates: list[Node | None] = [opened]
        if deep:
            candidates += [self._spread(opened), self._one_term(opened, deep=False)]
        for candidate in candidates:
            if candidate is None or any(isinstance(n, Reduce) for n in postorder(candidate)):
                continue
            if reading_cost(candidate) <= reading_cost(reduction):
                return candidate
        return None

    def _spread(self, root: Node) -> Node:
        """Σ_l a_l (v_l - V) multiplied out, the lemma used on each sum: Σ_l a_l v_l - V."""
        replaced: dict[Node, Node] = {}
        seen: set[int] = set()
        stack = [root]
        while stack:  # what stands inside a sum that is multiplied out goes with it
            current = stack.pop()
            if id(current) in seen:
                continue
            seen.add(id(current))
            spread = self._spread_sum(current) if isinstance(current, Reduce) else None
            if spread is None:
                stack.extend(current.children)
            else:
                replaced[current] = spread
        return tidy(replace_nodes(root, replaced)) if replaced else root

    def _stays_longer(self, root: Node) -> bool:
        """Whether one sum, with plain factors beside it, is longer when it is multiplied out.

        Where sums stand beside sums, or below a bar, they may cancel once they are multiplied out,
        and so may what is left of a sum that disappeared.
        """
        monomial = split(root)
        sums = [(b, e) for b, e in monomial.powers if b.height]
        if len(sums) != 1 or sums[0][1] != 1 or not isinstance(sums[0][0], Reduce):
            return False
        spread = self._spread_sum(sums[0][0])
        if spread is None or not all(term.height for _, term in spread.terms):
            return False
        return reading_cost(spread) >= reading_cost(sums[0][0])

    def _spread_sum(self, reduction: Reduce) -> Sum | None:
        inner = split(reduction.body)
        sums = [b for b, e in inner.powers if e == 1 and isinstance(b, Sum)]
        if reduction.operator != "sum" or len(sums) != 1:
            return None
        rest = join(Monomial(inner.coefficient, tuple(p for p in inner.powers if p[0] != sums[0])))
        terms: list[tuple[int, Node]] = []
        for sign, term in sums[0].terms:
            single = self._in_names(tidy(Reduce("sum", reduction.binders, rest * term)))
            value = self._one_term(single, deep=False)
            terms.append((sign, single if value is None else value))
        return Sum(terms)

    def _opens(self, root: Node) -> bool:
        """Whether something is read whose definition may make a sum disappear."""
        return any(self._definition(a.quantity) is not None for a in accesses(root))

    def _definition(self, name: str) -> Equation | None:
        """What a name stands for, where a sum over it may disappear."""
        if name not in self._definitions:
            found = self.signals.get(name)
            producers = self.relations.system.producers.get(name, ())
            if found is None and len(producers) == 1 and not isinstance(producers[0].right, Reduce):
                found = self.relations.without_logarithms(producers[0])
            opens = found and (self._may_cancel(found.right) or self._reads_one(found.right))
            self._definitions[name] = found if opens else None
        return self._definitions[name]

    def _reads_one(self, right: Node) -> bool:
        """Whether a factor is what v - Σ a v is the name of: q = d/r with d = x - m."""
        named = [b.quantity for b, e in split(right).powers if e == 1 and isinstance(b, Access)]
        found = [p for name in named for p in self.relations.system.producers.get(name, ())]
        return any(not isinstance(p.right, Reduce) and self._may_cancel(p.right) for p in found)

    def _may_cancel(self, right: Node) -> bool:
        """Whether a sum over indices is subtracted (v - Σ a v), or divided by (e/Σ e)."""
        return any(
            (exponent < 0 or isinstance(base, Sum)) and self._holds_sum(base)
            for base, exponent in split(right).powers
        )

    def _holds_sum(self, root: Node) -> bool:
        return any(isinstance(n, Reduce) for n in postorder(root)) or any(
            a.quantity in self.relations.totals for a in accesses(root)
        )


def _numbered(root: Node) -> Node:
    """The node with its free letters numbered as they are read; nodes alike become one."""
    found = (name for n in postorder(root) for index in n.own_indices for name in index.letters)
    free = [name for name in dict.fromkeys(found) if name in root.free]
    return substitute(root, {name: IndexExpr.letter(f"·{n}·") for n, name in enumerate(free)})

"""Notation of one derivation: names, derivatives, index letters, decided once for all its rows.

A derivative inside an expression is an access with a telling name. The adjoint of `z` is the
quantity `dL/dz` of the derived system, indexed by the axes of `z`, then those of `L`. A *local
partial*, one equation's right side differentiated by one access, is `local_partial(of, by)`: an
access to `∂p/∂z`, indexed by the axes of `p`, then those of `z`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from symbp.adjoints import adjoint_name
from symbp.derivations import Ledger, Partial
from symbp.errors import impossible
from symbp.expressions import (
    Abstraction,
    Access,
    Binder,
    Call,
    Constant,
    Node,
    Number,
    Reduce,
    postorder,
    quantities_read,
    substitute,
    transform,
)
from symbp.indices import IndexExpr
from symbp.printers.naming import Named, literal, name_parts, read_latex_name
from symbp.quantities import Quantity
from symbp.systems import EquationSystem

__all__ = ["Derivative", "Notation", "local_partial", "rename_letters"]

_LOCAL, _LOCAL_BY = "∂", "/∂"
_DOT = "·"
_ALPHABET = "ijklmnopqrstuvwabcdefgh"

Range = tuple[IndexExpr, IndexExpr | None]


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative read off an access.

    Attributes:
        of: what is differentiated; itself a derivative where it is differentiated again.
        by: by what.
        local: a local partial, not an adjoint.
        held: of a local partial that could be taken for the whole derivative: what is held fixed.
    """

    of: Access
    by: Access
    local: bool
    held: tuple[str, ...] = ()


def local_partial(of: Access, by: Access) -> Access:
    """The local partial of one access by another, as a factor for expressions."""
    name = f"{_LOCAL}{of.quantity}{_LOCAL_BY}{by.quantity}"
    return Access(name, (*of.indices, *by.indices))


def _adjoints(ledger: Ledger) -> dict[str, Quantity]:
    """Derived quantities that are derivatives in this ledger, not already in the forward system."""
    return {
        q.name: q
        for q in ledger.system.quantities.values()
        if q.adjoint_of is not None and q.name not in ledger.forward.quantities
    }


class Notation:
    """What the rows of a ledger share.

    Attributes:
        ledger: the derivation.
        index_free: no quantity has indices.
        upright: derivatives are d, not ∂: a chain of functions of one variable.
        error_signals: names of error signals, with whether they have indices.
        ranges: usual range of each index letter.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        shown = [q for q in ledger.forward.quantities.values() if not q.hidden]
        self.index_free = all(not q.axes for q in shown)
        self.upright = self.index_free and _one_path(ledger)
        self._adjoints: dict[str, tuple[str, str]] = {
            name: q.adjoint_of for name, q in _adjoints(ledger).items() if q.adjoint_of is not None
        }
        for by, gradient in ledger.gradients.items():
            self._adjoints.setdefault(gradient.quantity, (gradient.of, by))
        self._adjoint_names = {pair: name for name, pair in self._adjoints.items()}
        self._names = _name_table(shown)
        pi = repr(name_parts("pi", indexed=False))
        self._own_pi = any(not q.axes and repr(self._names.get(q.name)) == pi for q in shown)
        self._axis_letters = frozenset(letter for q in shown for letter in q.letters)
        self._printed = {repr(named) for named in self._names.values()}
        self._known = frozenset(ledger.forward.quantities) | frozenset(ledger.system.quantities)
        self.error_signals = {
            alias: self._has_axes(name)
            for name, alias in ledger.aliases.items()
            if alias not in ledger.forward.quantities and not self.taken(alias)
        }
        self.ranges: dict[str, Range] = {}
        forward = ledger.forward.author_equations
        for equation in (*forward, *(g.printed for g in ledger.gradients.values())):
            self.note_ranges(equation.ranges, equation.right)

    @classmethod
    def empty(cls) -> Notation:
        """The notation of nothing in particular: names print as they are spelled."""
        nothing = EquationSystem({}, ())
        return cls(Ledger(nothing, nothing, "", (), {}))

    # -- names ------------------------------------------------------------------------------------

    def named(self, name: str, *, indexed: bool) -> Named:
        """The printed form of a name of the forward system, of an extent, letter or alias."""
        known = self._names.get(name)
        return known if known is not None else name_parts(name, indexed=indexed)

    def alias(self, name: str) -> str | None:
        """The name under which an adjoint quantity prints, where it has one that is free."""
        alias = self.ledger.aliases.get(name)
        return alias if alias in self.error_signals else None

    def taken(self, name: str) -> bool:
        """Whether a quantity of the author prints like this name."""
        return repr(name_parts(name, indexed=False)) in self._printed

    def with_own_constants(self, root: Node) -> Node:
        """The constant π as arccos(-1) where the author has a scalar of that name."""
        if not self._own_pi:
            return root
        return substitute(root, nodes={Constant("pi"): Call("arccos", (Number(-1),))})

    # -- derivatives ------------------------------------------------------------------------------

    def derivative(self, access: Access) -> Derivative | None:
        """What an access is the derivative of, None for a quantity of the author."""
        name = access.quantity
        if name.startswith(_LOCAL) and _LOCAL_BY in name:
            # the name of a derivative of a derivative holds the mark twice; each side is known
            of, by = self._split_local(name)
            cut = self._axes(of)
            places = Access(of, access.indices[:cut]), Access(by, access.indices[cut:])
            return Derivative(*places, local=True, held=self.held(of, by))
        pair = self._adjoints.get(name) or self._forward_adjoint(name) or self._unlisted(name)
        if pair is None:
            return None
        cut = self._axes(pair[1])
        return Derivative(
            Access(pair[0], access.indices[cut:]),
            Access(pair[1], access.indices[:cut]),
            local=False,
        )

    def adjoint(self, partial: Partial) -> Access | None:
        """The access to the adjoint quantity that a left side means, None for a local partial."""
        of, by = partial.of, partial.by
        if partial.local:
            return None
        name = self._adjoint_names.get((of.quantity, by.quantity))
        if name is None and of.quantity == self.ledger.of:
            name = adjoint_name(of.quantity, by.quantity)
        return None if name is None else Access(name, (*by.indices, *of.indices))

    def meant(self, side: Partial) -> Derivative:
        """The derivative that a left side is."""
        local = self.adjoint(side) is None
        held = self.held(side.of.quantity, side.by.quantity) if local else ()
        return Derivative(side.of, side.by, local, held)

    def held(self, of: str, by: str) -> tuple[str, ...]:
        """What a local partial of the output holds fixed although it depends on `by`, too."""
        if of != self.ledger.of:
            return ()
        moved = {by}
        for equation in self.ledger.forward.author_equations:
            if equation.target != of and moved & set(quantities_read(equation.right)):
                moved.add(equation.target)
        read = (
            name
            for equation in self.ledger.forward.author_equations
            if equation.target == of
            for name in quantities_read(equation.right)
        )
        return tuple(name for name in dict.fromkeys(read) if name in moved and name != by)

    def is_chain_statement(self, value: Node) -> bool:
        """Whether it multiplies local partials: then adjoints are written out as fractions too."""
        return any(name.startswith(_LOCAL) for name in quantities_read(value))

    def _unlisted(self, name: str) -> tuple[str, str] | None:
        """The pair of an adjoint that rows mention and the derived system has no equation for."""
        start = adjoint_name(self.ledger.of, "")
        by = name.removeprefix(start)
        known = by != name and by in self.ledger.forward.quantities
        return (self.ledger.of, by) if known else None

    def _forward_adjoint(self, name: str) -> tuple[str, str] | None:
        known = self.ledger.forward.quantities.get(name)
        return None if known is None else known.adjoint_of

    def _has_axes(self, adjoint: str) -> bool:
        pair = self._adjoints.get(adjoint)
        return pair is not None and self._axes(pair[1]) + self._axes(pair[0]) > 0

    def _axes(self, name: str) -> int:
        known = self.ledger.forward.quantities.get(name) or self.ledger.system.quantities.get(name)
        if known is None:
            impossible(f"a derivative mentions {name!r}, which no system declares")
        return len(known.axes)

    def _split_local(self, name: str) -> tuple[str, str]:
        body = name[len(_LOCAL) :]
        place = body.find(_LOCAL_BY)
        while place >= 0:
            of, by = body[:place], body[place + len(_LOCAL_BY) :]
            if of in self._known and by in self._known:
                return of, by
            place = body.find(_LOCAL_BY, place + 1)
        return impossible(f"a row mentions {name!r}, and no system declares its two sides")

    # -- letters ----------------------------------------------------------------------------------

    def is_usual(self, binder: Binder) -> bool:
        """Whether a binder runs over the range that the header states for its letter."""
        known = self.ranges.get(binder.name)
        return binder.upper is None or known == (binder.lower, binder.upper)

    def note_ranges(self, ranges: Sequence[Binder], root: Node) -> None:
        """Take the ranges of letters that no equation had before as their usual ones."""
        for binder in (*ranges, *_binders(root)):
            if _DOT not in binder.name and binder.upper is not None:
                self.ranges.setdefault(binder.name, (binder.lower, binder.upper))

    def plain_letters(
        self, roots: Sequence[Node], ranges: Sequence[Binder] = ()
    ) -> dict[str, IndexExpr]:
        """Letters for those that symbp made (with a dot in them), for all nodes of a row alike."""
        used: dict[str, Range | None] = {}
        for binder in (*ranges, *(b for root in roots for b in _binders(root))):
            used.setdefault(binder.name, (binder.lower, binder.upper))
        for root in roots:
            for name in sorted(root.free):
                used.setdefault(name, None)
        chosen: dict[str, IndexExpr] = {}
        if not any(_DOT in name for name in used):
            return chosen
        names = set(used) | self._known
        for name, span in used.items():
            if _DOT in name:
                letter = self._choose(name, span, names)
                names.add(letter)
                chosen[name] = IndexExpr.letter(letter)
                if span is not None:
                    self.ranges.setdefault(letter, span)
        return chosen

    def unhidden(self, root: Node, scope: frozenset[str]) -> Node:
        """Bound letters that hide one of `scope` replaced, by a letter of the same range if any."""

        def change(current: Node) -> Node:
            if not isinstance(current, Reduce | Abstraction):
                return current
            taken = {b.name for b in _binders(current)} | scope | current.body.free
            taken |= self._known
            letters: dict[str, IndexExpr] = {}
            for binder in current.binders:
                if binder.name in scope:
                    name = self._choose(binder.name, (binder.lower, binder.upper), taken)
                    taken.add(name)
                    letters[binder.name] = IndexExpr.letter(name)
            return _rebound(current, letters) if letters else current

        return transform(root, change)

    def _choose(self, dotted: str, span: Range | None, taken: set[str]) -> str:
        stem = dotted.split(_DOT, maxsplit=1)[0] or "i"
        candidates = [stem] if span is None or self.ranges.get(stem, span) == span else []
        # a letter of an axis has a meaning (input units), even where another axis is as long
        same = [letter for letter, known in self.ranges.items() if known == span]
        candidates += [letter for letter in same if letter not in self._axis_letters]
        start = _ALPHABET.find(stem[:1]) + 1
        around = _ALPHABET[start:] + _ALPHABET[:start]
        candidates += [letter for letter in around if letter not in self.ranges]
        candidates += same
        candidates += [f"{stem}{number}" for number in range(2, len(taken) + 3)]
        return next(letter for letter in candidates if letter not in taken)


def rename_letters(root: Node, letters: Mapping[str, IndexExpr]) -> Node:
    """Put letters for free and bound letters alike; the new ones occur nowhere in the node."""
    if not letters:
        return root

    def change(current: Node) -> Node:
        return _rebound(current, letters) if isinstance(current, Reduce | Abstraction) else current

    return substitute(transform(root, change), letters)


def _rebound(binding: Reduce | Abstraction, letters: Mapping[str, IndexExpr]) -> Node:
    """The same node with other letters at its own binders."""
    binders = [_renamed(b, letters) for b in binding.binders]
    inner = {b.name: letters[b.name] for b in binding.binders if b.name in letters}
    body = substitute(binding.body, inner)
    if isinstance(binding, Reduce):
        return Reduce(binding.operator, binders, body)
    return Abstraction(binders, body)


def _renamed(binder: Binder, letters: Mapping[str, IndexExpr]) -> Binder:
    name = letters[binder.name].as_letter if binder.name in letters else binder.name
    return binder.renamed(name or binder.name)


def _binders(root: Node) -> Iterator[Binder]:
    for current in postorder(root):
        if isinstance(current, Reduce | Abstraction):
            yield from current.binders


def _one_path(ledger: Ledger) -> bool:
    """Whether each equation reads one quantity: functions of one variable inside one another."""
    given = [q for q in ledger.forward.quantities.values() if q.given and q.role != "constant"]
    return len(given) == 1 and all(
        len(quantities_read(e.right)) <= 1 for e in ledger.forward.author_equations
    )


def _name_table(shown: Sequence[Quantity]) -> dict[str, Named]:
    """Printed forms; a name that would print like a shorter, or earlier, one is left as it is."""
    found: dict[str, Named] = {}
    seen: set[tuple[bool, str]] = set()
    for quantity in sorted(shown, key=lambda q: len(q.name)):
        if quantity.adjoint_of is not None:
            continue
        indexed = bool(quantity.axes)
        if quantity.latex is not None:
            found[quantity.name] = read_latex_name(quantity.latex)
            continue
        named = name_parts(quantity.name, indexed=indexed)
        key = (indexed, repr(named))
        found[quantity.name] = literal(quantity.name) if key in seen else named
        seen.add(key)
    return found

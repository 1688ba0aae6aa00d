"""What the names of a text stand for.

Quantities and indices share one namespace; extents are symbols of their own. A declared name wins
over a constant or function of that name. In an index-free text names that nobody declares are
inputs (the scope is *open*); elsewhere they are unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symbp.errors import DeclarationError, NameCollisionError, ParseError, UnknownNameError
from symbp.indices import IndexExpr
from symbp.language.sources import Source
from symbp.names import suggest
from symbp.quantities import Axis, Quantity

__all__ = ["CONSTANTS", "Scope", "Signature"]

#: Constants of the language; a declared quantity of that name hides one.
CONSTANTS = ("pi",)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a use of a quantity needs to know of it."""

    axes: tuple[Axis, ...] = ()
    kind: str = "real"


class Scope:
    """The names that a text may use.

    Attributes:
        source: the text, for messages.
        quantities: those that are declared, or defined anywhere in the text.
        extents: names of symbolic extents.
        letters: letters of indices that occur anywhere.
        sizes: how far a declared letter runs, for a mean whose body does not show it.
        open: whether a name that nobody declares is an input.
        derivatives: whether dL/dz is read as a derivative.
        undefined: names found to be inputs, in order of appearance.
    """

    def __init__(
        self,
        source: Source,
        quantities: Iterable[Quantity] = (),
        extents: Iterable[str] = (),
        *,
        open_: bool = False,
        derivatives: bool = False,
    ) -> None:
        self.source = source
        self.quantities: dict[str, Signature] = {}
        self.extents: dict[str, None] = dict.fromkeys(extents)
        self.letters: dict[str, None] = {}
        self.sizes: dict[str, IndexExpr] = {}
        self.open = open_
        self.derivatives = derivatives
        self.undefined: dict[str, int] = {}
        for quantity in quantities:
            self.declare(quantity.name, Signature(quantity.axes, quantity.kind))

    def declare(self, name: str, signature: Signature) -> None:
        """Make a quantity known, with the letters and extents of its axes."""
        self.quantities[name] = signature
        for axis in signature.axes:
            self.letters.setdefault(axis.letter)
            if axis.extent is not None:
                self.extents.update(dict.fromkeys(axis.extent.extents))

    def unknown(self, name: str, position: int) -> UnknownNameError:
        """The error for a name that stands for nothing."""
        shown = [known for known in self.quantities if not known.startswith("_")]
        hint = suggest(name, [*shown, *self.extents])
        message = f"there is nothing called `{name}`; {hint}"
        return self.source.fail(UnknownNameError, message, position)

    def unbound(self, letter: str, position: int) -> DeclarationError:
        """The error for an index letter that nothing makes run."""
        message = f"index `{letter}` is not bound: put it on the left, or write sum({letter}, ...)"
        return self.source.fail(DeclarationError, message, position)

    def signature(self, name: str, position: int) -> Signature:
        """The signature of a quantity that is read at indices.

        Raises:
            ParseError: the name is something else, or unknown in an open scope.
            UnknownNameError: it is unknown.
        """
        known = self.quantities.get(name)
        if known is not None:
            return known
        if name in self.extents:
            raise self.source.fail(ParseError, f"`{name}` is an extent, not a quantity", position)
        if self.open:
            message = f"`{name}` has no axes; declare them first, for example input {name}[i:3]"
            raise self.source.fail(ParseError, message, position)
        raise self.unknown(name, position)

    def check_letter(self, letter: str, position: int) -> None:
        """Refuse an index letter that is the name of something else."""
        for what, names in (("a quantity", self.quantities), ("an extent", self.extents)):
            if letter in names:
                message = f"`{letter}` is {what}; an index needs a name of its own"
                raise self.source.fail(NameCollisionError, message, position)

    def axis_extent(self, quantity: str, place: int) -> IndexExpr | None:
        """How far an axis runs, where that is known."""
        known = self.quantities.get(quantity)
        return known.axes[place].extent if known and place < len(known.axes) else None

    @staticmethod
    def is_indexed(quantities: Mapping[str, Quantity]) -> bool:
        """Whether one of the quantities has an axis."""
        return any(quantity.axes for quantity in quantities.values())

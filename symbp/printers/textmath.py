"""Expressions as text in the notation of a derivation: `delta[n,k]`, `dL/dz[n,k]`.

The text language of `symbp.spelling`, with derivatives and aliases spelled as a reader expects.
Names pass through `terminal_text`: a control character in a name never reaches a terminal.
"""

from __future__ import annotations

from symbp.derivations import Partial
from symbp.expressions import Access, Node
from symbp.facts import Fact, Identity, identity_of
from symbp.printers.escaping import terminal_text
from symbp.printers.notation import Derivative, Notation
from symbp.printers.setting import refuse_huge
from symbp.spelling import spell

__all__ = ["TextSetter"]


class TextSetter:
    """Spells nodes; `adjoint` is `alias`, `fraction` or `bar`, as in `setting.Face`."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation

    def formula(self, root: Node, adjoint: str = "alias") -> str:
        """An expression.

        Raises:
            LimitExceeded: it is too large for a page.
        """
        refuse_huge(root, self.notation)
        root = self.notation.with_own_constants(root)
        decimals = self.notation.ledger.forward.decimals
        text = spell(root, lambda access: self._special(access, adjoint), decimals=decimals)
        return terminal_text(text)

    def left(self, side: Access | Partial, adjoint: str = "alias") -> str:
        """A left side."""
        if isinstance(side, Access):
            return self.formula(side, adjoint)
        known = self.notation.adjoint(side)
        if known is not None and adjoint != "fraction":
            return self.formula(known, adjoint)
        return terminal_text(self.quotient(self.notation.meant(side)))

    def name(self, name: str) -> str:
        """A bare name."""
        derivative = self.notation.derivative(Access(name)) if "/" in name else None
        return terminal_text(name if derivative is None else self.quotient(derivative))

    def name_quotient(self, of: str, by: str) -> str:
        """A derivative of bare names: `dL/dW`."""
        return terminal_text(self.quotient(Derivative(Access(of), Access(by), local=False)))

    def quotient(self, derivative: Derivative) -> str:
        """A derivative: `dL/dz[n,k]`; one of a derivative holds the inner one in brackets.

        A local one that could be taken for the whole says what is held fixed: `(dE/dX)_{A,B}`.
        """
        of = self._inner(derivative.of)
        by = self._inner(derivative.by)
        held = derivative.held
        if not held:
            return f"d{of}/d{by}"
        return f"(d{of}/d{by})_" + (held[0] if len(held) == 1 else f"{{{','.join(held)}}}")

    def _inner(self, access: Access) -> str:
        nested = self.notation.derivative(access)
        chain: list[Derivative] = []
        while nested is not None:
            chain.append(nested)
            access = nested.of
            nested = self.notation.derivative(access)
        text = spell(access)
        for level in reversed(chain):
            text = f"(d{text}/d{spell(level.by)})"
        return text

    def _special(self, access: Access, adjoint: str) -> str | None:
        derivative = self.notation.derivative(access)
        if derivative is None:
            return None
        alias = self.notation.alias(access.quantity)
        if derivative.local or adjoint == "fraction":
            return self.quotient(derivative)
        if adjoint == "bar":
            name = derivative.by.quantity
            name = f"({name})_bar" if "/" in name else f"{name}_bar"
            return spell(Access(name, derivative.by.indices))
        if alias is None:
            return self.quotient(derivative)
        return spell(Access(alias, access.indices))

    def fact(self, statement: Fact | Identity) -> str:
        """A fact: its identity where it states one, else its word."""
        if isinstance(statement, Fact):
            quantity = self.notation.ledger.forward.quantities[statement.quantity]
            identity = identity_of(statement, quantity)
            if identity is None or "one_hot" in statement.word:
                axes = ",".join(quantity.letters[place] for place in statement.axes)
                return terminal_text(
                    f"{statement.quantity}: {statement.word}" + (f"({axes})" if axes else "")
                )
            statement = identity
        return f"{self.formula(statement.left)} = {self.formula(statement.right)}"

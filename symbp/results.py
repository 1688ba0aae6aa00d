"""`Derivation`: what `derive` gives back. It reads a ledger, and the pipeline prints it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from symbp import pipeline
from symbp.costs import Cost
from symbp.derivations import Gradient, Ledger, Problem
from symbp.equations import Equation
from symbp.errors import OutputPathError, UnknownNameError
from symbp.expressions import Node
from symbp.files import check_path, write_text
from symbp.ledger.reports import Report
from symbp.models import System
from symbp.names import meant, suggest
from symbp.printers.text import Step

__all__ = ["Derivation", "Formula"]

#: What `save` writes, by suffix.
SUFFIXES = {
    ".tex": "latex",
    ".md": "markdown",
    ".html": "html",
    ".txt": "text",
    ".json": "json",
    ".svg": "svg",
}


class Formula:
    """One derivative: it prints as one line, `dL/dW[j,k] = sum(n, delta[n,k]*x[n,j])`."""

    def __init__(self, ledger: Ledger, gradient: Gradient) -> None:
        self._ledger = ledger
        self._gradient = gradient

    @property
    def equation(self) -> Equation:
        """The equation that is printed."""
        return self._gradient.printed

    @property
    def unconditional(self) -> Equation:
        """The equation before facts that tie data were used; what is differentiated again."""
        return self._gradient.unconditional

    @property
    def node(self) -> Node:
        """The right side of the equation."""
        return self._gradient.printed.right

    @property
    def conditions(self) -> tuple[str, ...]:
        """What it needs, as text."""
        return pipeline.print_conditions(self._ledger, self._gradient.conditions)

    def latex(self) -> str:
        """The line as LaTeX, without delimiters."""
        return pipeline.print_formula(self._ledger, self._gradient, "latex")

    def __str__(self) -> str:
        return pipeline.print_formula(self._ledger, self._gradient, "text")

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


class Derivation(Mapping[str, Formula]):
    """Derivatives of one output, with the way to them.

    A mapping from names of quantities to formulas: `d["W"]`. Iteration gives what was asked for;
    error signals on the way (`d["z"]`) can be read as well.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    # -- reading ----------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Formula:
        """The derivative by a quantity.

        Raises:
            UnknownNameError: it was not asked for, and is not on the way.
        """
        known = self._ledger.gradients
        folded = meant(str(name))
        if folded not in known:
            raise UnknownNameError(
                f"there is no derivative by {str(name)[:60]!r} here; {suggest(folded, known)}"
            )
        return Formula(self._ledger, known[folded])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and meant(name) in self._ledger.gradients

    def __iter__(self) -> Iterator[str]:
        return iter(self._ledger.wrt)

    def __len__(self) -> int:
        return len(self._ledger.wrt)

    @property
    def ledger(self) -> Ledger:
        """The record of the derivation: what printers and checkers read."""
        return self._ledger

    @property
    def of(self) -> str:
        """Name of the output."""
        return self._ledger.of

    @property
    def wrt(self) -> tuple[str, ...]:
        """Names of the quantities that were asked for."""
        return self._ledger.wrt

    @property
    def system(self) -> System:
        """Forward and adjoint equations as one system."""
        return System.from_snapshot(self._ledger.system)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The rows of the derivation, as text, read-only."""
        return pipeline.print_steps(self._ledger)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What the derivatives need, as text."""
        return pipeline.print_conditions(self._ledger, self._ledger.conditions)

    @property
    def numbers(self) -> Mapping[str, Any]:
        """Values of all scalars at the sample point, if one was given."""
        return self._ledger.values

    # -- printing ---------------------------------------------------------------------------------

    def text(self, **options: Any) -> str:
        """The derivation as plain text.

        Args:
            options: `level` (result, textbook, full), `style` (index, matrix), `lang` (en, zh),
                `numbering` ("7." numbers the rows 7.1, 7.2, ...), `check` (True: prove every
                formula again by other code, compare it with differences, and say so below).
        """
        return self._printed("text", options)

    def latex(self, **options: Any) -> str:
        """The derivation as LaTeX; `document=True` for a file that compiles; see `text`."""
        return self._printed("latex", options)

    def markdown(self, **options: Any) -> str:
        """The derivation as Markdown with formulas in LaTeX; see `text`."""
        return self._printed("markdown", options)

    def html(self, **options: Any) -> str:
        """The derivation as HTML; see `text`."""
        return self._printed("html", options)

    def json(self, **options: Any) -> str:
        """The derivation as JSON; see `text`."""
        return self._printed("json", options)

    def graph(self, **options: Any) -> Any:
        """The graph of the system with its derivatives."""
        return pipeline.print_graph(self._ledger, **options)

    def save(self, path: str | os.PathLike[str], **options: Any) -> Path:
        """Write the derivation to a file; its suffix decides what is written.

        Raises:
            OutputPathError: an unknown suffix, or a place that may not be written.
        """
        place = check_path(path)
        form = SUFFIXES.get(place.suffix.lower())
        if form is None:
            raise OutputPathError(
                f"{place.name!r} has no suffix that says what to write; use {', '.join(SUFFIXES)}"
            )
        if form == "latex":
            options = {"document": True, **options}
        if form == "svg":
            return write_text(place, str(self.graph(**options)))
        return write_text(place, self._printed(form, options))

    def _printed(self, form: str, options: Mapping[str, Any]) -> str:
        shown = {name: value for name, value in options.items() if name != "check"}
        ledger = self._checked if options.get("check") else self._ledger
        return pipeline.print_derivation(ledger, form, **shown)

    @cached_property
    def _checked(self) -> Ledger:
        return pipeline.with_check(self._ledger)

    def __str__(self) -> str:
        return self.text()

    def cost(self) -> Cost:
        """The operations of the forward and adjoint equations: a polynomial in the extents."""
        return pipeline.count(self._ledger.system)

    def report(self, extents: Mapping[str, int] | None = None) -> Report:
        """What each pass did: operations before and after, time, limits of size that were met.

        Args:
            extents: sizes, for numbers in place of polynomials: `{"N": 1400}`.

        Raises:
            ShapeError: extents are given, and one is missing or is no positive integer.
        """
        return pipeline.report_passes(self._ledger, extents)

    def spellings(self) -> str:
        """How the values and derivatives are computed: which equations, in which stable spelling.

        What is printed and proved is the author's spelling; numbers come from an equal one that
        neither overflows nor cancels.
        """
        return pipeline.print_spellings(self._ledger.system)

    def check(self) -> list[Problem]:
        """Check every derivative by other code than derived it: by proof, and by numbers.

        Returns:
            What was not confirmed, each with its reason; an empty list if all of it was.
        """
        return pipeline.check_derivation(self._ledger)

    def __repr__(self) -> str:
        return f"<Derivation of {self.of} by {', '.join(self.wrt)}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html(), "text/latex": self.latex(), "text/plain": self.text()}

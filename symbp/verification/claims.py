"""A claim with everything that a verdict needs: sides, running indices, derivatives, shapes.

`left = right` is claimed for all values of the free indices of the left side, all sizes, and all
values of the given quantities that satisfy the system's facts and at which the left side is defined
(a derivative: at which what is differentiated is differentiable). A derivative in a claim is an
access to a quantity of its own, `dL/dz[n,k]`; derivatives are ambient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbp.equations import Equation
from symbp.errors import DeclarationError, NotSupportedError, ShapeError
from symbp.expressions import Access, Binder, Node, Product, Sum, quantities_read
from symbp.extents import infer_extents
from symbp.indices import IndexExpr
from symbp.language.text import Claim, parse_claim
from symbp.quantities import Axis, Quantity
from symbp.spelling import spell
from symbp.systems import EquationSystem

__all__ = ["Derivative", "MismatchError", "Statement", "make_statement", "read_statement"]

_CLAIM = "·claim"


class MismatchError(ShapeError):
    """The extents of a claim disagree: it was understood, and it is false."""


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative that a claim speaks of, as a quantity.

    Attributes:
        name: of the quantity that stands for it: `dL/dz`, `d^2L/dzdz`.
        of: what is differentiated.
        by: by what: one quantity, or two.
    """

    name: str
    of: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """`left = right` for all values of the ranges.

    Attributes:
        system: what the sides speak of, with its facts.
        left, right: the sides, every range filled in.
        ranges: the free indices.
        derivatives: the derivatives that occur, by the names of their quantities.
        quantities: those of the system, and one for each derivative.
    """

    system: EquationSystem
    left: Node
    right: Node
    ranges: tuple[Binder, ...]
    derivatives: Mapping[str, Derivative]
    quantities: Mapping[str, Quantity]

    @property
    def text(self) -> str:
        """The claim in the text language."""
        return f"{spell(self.left)} = {spell(self.right)}"

    @property
    def extents(self) -> tuple[str, ...]:
        """Names of the symbolic extents of the system, each once."""
        return self.system.extents

    @property
    def subject(self) -> Derivative | None:
        """The derivative that the left side consists of, if it does."""
        return self.derivatives.get(self.left.quantity) if isinstance(self.left, Access) else None

    def with_system(self, system: EquationSystem) -> Statement:
        """The same claim under other facts."""
        return Statement(
            system, self.left, self.right, self.ranges, self.derivatives, self.quantities
        )


def read_statement(system: EquationSystem, left: str, right: str | None = None) -> Statement:
    """Read a claim about a system.

    Raises:
        ParseError, UnknownNameError, NameCollisionError, MathError, LimitExceeded: see the text
            language.
        DeclarationError: an index that nothing binds, or whose range nothing gives.
        ShapeError: an access with the wrong number of indices.
        MismatchError: extents disagree.
        NotSupportedError: a derivative by something that has none.
    """
    claim = parse_claim(left, system, right)
    found = tuple(
        Derivative(access.quantity, ref.of, ref.by) for access, ref in claim.derivatives.items()
    )
    ranges = tuple(Binder(letter) for letter in _letters(claim))
    return make_statement(system, claim.left, claim.right, found, ranges)


def make_statement(
    system: EquationSystem,
    left: Node,
    right: Node,
    derivatives: tuple[Derivative, ...],
    ranges: tuple[Binder, ...],
) -> Statement:
    """A statement from its sides; ranges that are open are inferred; raises as `read_statement`."""
    found: dict[str, Derivative] = {}
    for derivative in derivatives:
        if found.setdefault(derivative.name, derivative) != derivative:
            raise NotSupportedError(f"{derivative.name} stands for two derivatives; rename one")
    quantities = dict(system.quantities)
    for derivative in found.values():
        if derivative.name in system.quantities:
            raise NotSupportedError(
                f"{derivative.name} is a quantity of this system; "
                "verify the claim against the system that was differentiated"
            )
        _check_differentiable(system, derivative)
        quantities[derivative.name] = _derivative_quantity(system, derivative)
    target = Quantity(_CLAIM, tuple(Axis(b.name, b.upper) for b in ranges))
    at = tuple(IndexExpr.letter(b.name) for b in ranges)
    both = Product((Sum(((1, left),)), Sum(((1, right),))))
    try:
        inferred = infer_extents(
            {**quantities, _CLAIM: target},
            [Equation(_CLAIM, ranges, at, both)],
            describe=lambda number: f"the claim `{spell(left)} = {spell(right)}`",
        )
    except ShapeError as error:
        raise MismatchError(str(error)) from None
    equation = inferred.equations[0]
    _check_ranges(system, equation.ranges, inferred.names)
    sides = [side.terms[0][1] for side in equation.right.children if isinstance(side, Sum)]
    return Statement(system, sides[0], sides[1], equation.ranges, found, quantities)


def _letters(claim: Claim) -> tuple[str, ...]:
    """The free indices of the left side; the right side may use no others."""
    for letter in claim.letters:
        if letter in claim.right.free and letter not in claim.left.free:
            raise DeclarationError(
                f"index {letter} is free on the right side of the claim only; "
                f"put it on the left side or write sum({letter}, ...)"
            )
    return tuple(letter for letter in claim.letters if letter in claim.left.free)


def _check_differentiable(system: EquationSystem, derivative: Derivative) -> None:
    for name in (derivative.of, *derivative.by):
        quantity = system.quantity(name)
        if quantity.kind != "real":
            raise NotSupportedError(
                f"{name} is {quantity.kind}: there is no derivative of it or by it"
            )
    if len(derivative.by) == 2:
        _check_independent(system, *derivative.by)


def _check_independent(system: EquationSystem, first: str, second: str) -> None:
    """∂²L/∂a∂b with b computed from a has no one meaning: a free keeps b fixed, and b keeps a."""
    for one, other in ((first, second), (second, first)):
        reached = {one}
        for equation in system.equations:
            if any(name in reached for name in quantities_read(equation.right)):
                reached.add(equation.target)
        if one != other and other in reached:
            raise NotSupportedError(
                f"a second derivative by {first} and {second}, of which {other} depends on {one}"
            )


def _derivative_quantity(system: EquationSystem, derivative: Derivative) -> Quantity:
    quantities = [system.quantity(name) for name in (*derivative.by, derivative.of)]
    axes = tuple(axis for quantity in quantities for axis in quantity.axes)
    return Quantity(derivative.name, axes, role="intermediate")


def _check_ranges(
    system: EquationSystem, ranges: tuple[Binder, ...], names: tuple[str, ...]
) -> None:
    """Inference names what it cannot find; in a claim nothing may be left open."""
    known = [a.extent for q in system.quantities.values() for a in q.axes if a.extent is not None]
    extents = {name for extent in known for name in extent.extents}
    for name in names:
        if name not in extents:
            letters = [b.name for b in ranges if b.upper is not None and name in b.upper.extents]
            shown = letters[0] if letters else name.lower()
            raise DeclarationError(
                f"nothing says how far the index {shown} of the claim runs; use it at an axis"
            )
    for binder in ranges:
        if binder.upper is None:
            raise ShapeError(f"nothing says how far the index {binder.name} of the claim runs")

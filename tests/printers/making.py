"""Systems read from text and derived, for tests that print what the passes make."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from symbp.declarations import Builder
from symbp.derivations import Gradient, Ledger
from symbp.equations import Equation
from symbp.expressions import Access, Node
from symbp.gradients import differentiate
from symbp.language.text import parse_system
from symbp.quantities import Quantity
from symbp.systems import EquationSystem


def derived(text: str, of: str, *wrt: str, at=None) -> Ledger:
    """The derivation of a system written in the text language."""
    builder = Builder()
    parse_system(text, builder)
    return differentiate(builder.snapshot(), of, wrt, at=at)


def bare(*quantities: Quantity) -> Ledger:
    """A ledger without rows over quantities: a notation for single formulas."""
    system = EquationSystem({q.name: q for q in quantities}, ())
    return Ledger(system, system, "", (), {})


def one_equation(name: str, right: Node, *given: str) -> Ledger:
    """A ledger about one scalar equation, the derivative of its target being its right side."""
    quantities = {n: Quantity(n, role="input") for n in given}
    quantities[name] = Quantity(name, role="output")
    equation = Equation(name, (), (), right)
    system = EquationSystem(quantities, (equation,))
    made = Equation(f"d{name}/d{given[0]}", (), (), right)
    gradient = Gradient(name, given[0], made.target, None, made, made)
    return Ledger(system, system, name, (given[0],), {given[0]: gradient})


def scalar(name: str) -> Access:
    """An access without indices."""
    return Access(name)


def parsed(text: str) -> ET.Element:
    """XML that we wrote ourselves."""
    return ET.fromstring(text)  # noqa: S314  # not untrusted: the text under test

"""The table of one claim or document: a store with all its laws, and what is declared.

This is the one place that knows which law looks after which kind of atom, and how an atom of each
kind is rebuilt when its arguments coincide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symbp.canonical import (
    brackets,
    conditionlaws,
    conditions,
    declarations,
    exponentials,
    functions,
    powers,
    primes,
    reductions,
    sums,
    symbolicpowers,
)
from symbp.canonical.budgets import Budget
from symbp.canonical.heads import Builder, Law, Poly, Rules, Store
from symbp.canonical.polynomials import product
from symbp.errors import UnknownNameError
from symbp.facts import Fact
from symbp.indices import IndexExpr
from symbp.quantities import Quantity

__all__ = ["Table"]

_LAWS: dict[str, Law] = {
    "above": conditionlaws.above_law,
    "abs": powers.absolute_law,
    "atmost": brackets.at_most_law,
    "equal": brackets.equal_law,
    "function": functions.function_law,
    "poly": powers.denominator_law,
    "power": symbolicpowers.power_law,
    "prime": primes.prime_law,
    "quantity": declarations.quantity_law,
    "root": powers.denominator_law,
    "zero": conditionlaws.zero_law,
}

_BUILDERS: dict[str, Builder] = {
    "above": lambda store, head, body, letters: conditions.above_zero(store, body),
    "abs": lambda store, head, body, letters: powers.absolute(store, body),
    "exp": lambda store, head, body, letters: exponentials.exponential(store, body),
    "function": lambda store, head, body, letters: functions.apply(store, head.name, body),
    "log": lambda store, head, body, letters: exponentials.logarithm(store, body),
    "max": lambda store, head, body, letters: reductions.maximum_over_letters(store, body, letters),
    "poly": lambda store, head, body, letters: body,
    "power": lambda store, head, body, letters: symbolicpowers.symbolic_power(
        store, *symbolicpowers.split_body(store, body)
    ),
    "prod": lambda store, head, body, letters: reductions.product_over_letter(
        store, body, letters[0]
    ),
    "root": lambda store, head, body, letters: body,
    "sum": lambda store, head, body, letters: sums.sum_letters(store, body, letters),
    "zero": lambda store, head, body, letters: conditions.is_zero_bracket(store, body),
}


class Table(Store):
    """Interned heads, memo tables, facts and the budget of one claim or document.

    Polynomials of two tables do not mix. A table holds one extent for each free letter at a time
    (`declare`); facts are given at the start, before anything is read.

    Attributes:
        quantities: the quantities whose axes are known, by name.
    """

    def __init__(
        self,
        quantities: Mapping[str, Quantity] | None = None,
        facts: Iterable[Fact] = (),
        budget: Budget | None = None,
    ) -> None:
        super().__init__(
            Rules(
                _LAWS,
                _BUILDERS,
                brackets.build_index,
                symbolicpowers.divisor,
                product,
                powers.power,
            ),
            budget,
        )
        self.quantities = dict(quantities or {})
        for quantity in self.quantities.values():
            self.axes[quantity.name] = tuple(axis.extent for axis in quantity.axes)
            if quantity.kind != "real":
                head = declarations.quantity_head(self, quantity.name, len(quantity.axes))
                head.known["integer"] = ()
        for fact in facts:
            self.declare_fact(fact)

    def declare_fact(self, fact: Fact) -> None:
        """Say a word of the vocabulary of a quantity whose axes are known.

        Raises:
            UnknownNameError: the quantity is not known to the table.
        """
        quantity = self.quantities.get(fact.quantity)
        if quantity is None:
            raise UnknownNameError(f"a fact about {fact.quantity!r}, which is not declared")
        extents = tuple(axis.extent for axis in quantity.axes)
        rank = len(quantity.axes)
        declarations.declare_fact(self, fact.quantity, fact.word, rank, fact.axes, extents)

    def declare_value(self, left: Poly, right: Poly, reason: str) -> None:
        """Say that a sum has a value for all values of its letters: `sum(k, y[n,k]) = 1`."""
        declarations.declare_value(self, left, right, reason)

    def bound_values(self, quantity: str, bound: IndexExpr) -> None:
        """Say that an integer quantity takes values in 0..bound-1."""
        self.value_bounds[quantity] = bound
        self.memo.clear()

    def restart(self) -> None:
        """Begin a new question: nothing relied on yet, the whole budget of steps before us."""
        self.used.clear()
        self.memo.clear()
        self.budget.restart()

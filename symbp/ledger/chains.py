"""A chain told as chapter 1.3 tells it: forward, local derivatives, backward, result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symbp.adjoints import Sweep, adjoint_name
from symbp.derivations import Condition, Ledger, Partial, StepRecord
from symbp.domains import needs
from symbp.equations import Equation
from symbp.expressions import ONE, Access, Node, Number, Product, Sum, accesses, substitute
from symbp.intervals import intervals
from symbp.ledger.reasons import reason_for
from symbp.ledger.rows import Rows, forward_rows, local_name
from symbp.measures import reading_cost
from symbp.monomials import split
from symbp.partials import partial
from symbp.simplification import Simplifier
from symbp.simplifying.forms import tidy

__all__ = ["narrate_chain"]

#: A result is written in the given quantities alone where that is at most this long.
LONGEST_SUBSTITUTED = 60


def narrate_chain(ledger: Ledger, swept: Sweep, simplifier: Simplifier) -> tuple[StepRecord, ...]:
    """The rows of an index-free system."""
    teller = _Chain(ledger, swept, simplifier)
    teller.forward()
    teller.local()
    teller.backward()
    for name in ledger.wrt:
        teller.result(name)
    return tuple(teller.rows.made)


class _Chain:
    """One derivation being told."""

    def __init__(self, ledger: Ledger, swept: Sweep, simplifier: Simplifier) -> None:
        self.ledger = ledger
        self.system = ledger.forward
        self.swept = swept
        self.simplifier = simplifier
        self.rows = Rows(decimals=ledger.forward.decimals)
        self.definitions: dict[str, list[int]] = {}
        self.local_rows: dict[tuple[str, str], int] = {}
        self.partials: dict[tuple[str, str], Node] = {}
        self.backward_rows: dict[str, int] = {}
        self.known = intervals(self.system)

    @property
    def equations(self) -> tuple[Equation, ...]:
        """Author's equations whose target and at least one argument are on the way."""
        active = self.swept.adjoints
        return tuple(e for e in self.system.author_equations if e.target in active)

    def forward(self) -> None:
        """A definition for each equation."""
        self.definitions = forward_rows(self.rows, self.ledger)

    def local(self) -> None:
        """One row for each arrow of the graph."""
        for equation in self.equations:
            asked = needs(equation.right, self.known, strict=True)
            for access in accesses(equation.right):
                if access.quantity not in self.swept.adjoints:
                    continue
                result = tidy(partial(equation.right, access, value=equation.left))
                rule, args = reason_for(equation.right, access, result, equation.left)
                pair = (equation.target, access.quantity)
                conditions = tuple(Condition("domain", s, rule) for s in asked)
                self.partials[pair] = result
                self.local_rows[pair] = self.rows.add(
                    access.quantity,
                    "local",
                    Partial(equation.left, access, local=True),
                    result,
                    rule,
                    args,
                    conditions=conditions,
                    premises=tuple(self.definitions.get(equation.target, ())),
                )

    def backward(self) -> None:
        """x̄ = Σ ȳ ∂y/∂x, from the output back."""
        for name, adjoint in self.swept.adjoints.items():
            if name == self.swept.of or adjoint.quantity.hidden:
                continue
            readers = self.system.author_readers.get(name, ())
            pairs = [(e.target, name) for e in readers if (e.target, name) in self.partials]
            statement = _statement(self.swept.of, pairs)
            rows = [self.local_rows[p] for p in pairs]
            after = self.simplifier.result(name).printed
            rule, args = self._chain_reason(pairs, rows, after)
            self.backward_rows[name] = self.rows.add(
                name,
                "backward",
                Partial(Access(self.swept.of), Access(name)),
                after,
                rule,
                args,
                before=statement,
                premises=tuple(rows),
                certificate=self.simplifier.certificate(name),
            )

    def _chain_reason(
        self, pairs: list[tuple[str, str]], rows: list[int], after: Node
    ) -> tuple[str, Mapping[str, Any]]:
        if len(pairs) != 1:
            return "chain_paths", {"rows": rows}
        gone = self._cancelled([self._outer(pairs[0][0]), self.partials[pairs[0]]], after)
        if gone is not None:
            return "chain_cancel", {"rows": rows, "c": gone}
        return "chain", {"rows": rows}

    def _outer(self, name: str) -> Node:
        return ONE if name == self.swept.of else self.simplifier.result(name).printed

    def _cancelled(self, factors: list[Node], after: Node) -> Node | None:
        """The one number that stood above and below the bar and is gone."""
        above = {f.value for n in factors for f in _numbers(n, above=True)}
        below = {f.value for n in factors for f in _numbers(n, above=False)}
        left = {f.value for f in (*_numbers(after, above=True), *_numbers(after, above=False))}
        gone = [v for v in sorted(above & below) if v not in left]
        return Number(gone[0]) if len(gone) == 1 else None

    # -- result

    def result(self, name: str) -> None:
        """The product of all factors, the factors put in, and what remains."""
        left = Partial(Access(self.swept.of), Access(name))
        gradient = self.ledger.gradients[name]
        after = gradient.printed.right
        if gradient.zero_because == "zero_unused" or name not in self.swept.adjoints:
            rule = gradient.zero_because or "zero_unused"
            names = {"x": name, "output": self.swept.of} if rule != "zero_cancels" else {}
            self.rows.add(name, "result", left, after, rule, names, level=1)
            return
        path = self._path(name)
        if path:
            self._factors(name, left, path, after)
        else:
            premises = tuple(self.backward_rows[n] for n in (name,) if n in self.backward_rows)
            rule = "insert" if premises else "result"
            args: dict[str, Any] = {"rows": list(premises)} if premises else {}
            self.rows.add(name, "result", left, after, rule, args, level=1, premises=premises)
        self._substituted(name, left, after)

    def _path(self, name: str) -> list[tuple[str, str]]:
        """The arrows from the quantity to the output, if there is exactly one way."""
        path: list[tuple[str, str]] = []
        current = name
        while current != self.swept.of:
            readers = self.system.author_readers.get(current, ())
            nexts = [(e.target, current) for e in readers if (e.target, current) in self.partials]
            if len(nexts) != 1 or len(path) > 24:
                return []
            path.append(nexts[0])
            current = nexts[0][0]
        return path[::-1]

    def _factors(self, name: str, left: Partial, path: list[tuple[str, str]], after: Node) -> None:
        statement = _joined([Access(local_name(*pair)) for pair in path])
        rows = [self.local_rows[p] for p in path]
        if len(path) > 1:
            self.rows.add(name, "result", left, statement, "chain_all", premises=tuple(rows))
            factors = [self.partials[p] for p in path]
            inserted = _joined(factors)
            self.rows.add(
                name,
                "result",
                left,
                inserted,
                "insert",
                {"rows": rows},
                before=statement,
                premises=tuple(rows),
            )
            gone = self._cancelled(factors, after)
            rule, args = ("simplify", {}) if gone is None else ("cancel", {"c": gone})
            self.rows.add(name, "result", left, after, rule, args, before=inserted, level=1)
            return
        self.rows.add(
            name, "result", left, after, "insert", {"rows": rows}, level=1, premises=tuple(rows)
        )

    def _substituted(self, name: str, left: Partial, after: Node) -> None:
        """The result in the given quantities alone."""
        root, used = after, []
        for equation in reversed(self.system.author_equations):
            target = Access(equation.target)
            if target in accesses(root):
                root = substitute(root, nodes={target: equation.right})
                used.append(self.definitions[equation.target][0])
            if root.size > 4 * LONGEST_SUBSTITUTED:
                return
        if not used:
            return
        made = self.simplifier.forms.best(root).node
        if reading_cost(made) > LONGEST_SUBSTITUTED:
            return
        self.rows.add(
            name,
            "result",
            left,
            made,
            "substitute",
            {"rows": sorted(used)},
            before=after,
            premises=tuple(sorted(used)),
        )


def _statement(of: str, pairs: list[tuple[str, str]]) -> Node | None:
    terms: list[Node] = [
        Product((Access(adjoint_name(of, y)), Access(local_name(y, x)))) for y, x in pairs
    ]
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else Sum(tuple((1, t) for t in terms))


def _joined(factors: list[Node]) -> Node:
    return factors[0] if len(factors) == 1 else Product(factors)


def _numbers(root: Node, *, above: bool) -> list[Number]:
    coefficient = abs(split(root).coefficient)
    value = coefficient.numerator if above else coefficient.denominator
    return [Number(value)] if value != 1 else []

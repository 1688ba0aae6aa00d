"""A network told from the loss back: error signals get names, gradients are written in them.

For each adjoint x̄, in order of evaluation:

* where x couples its reader (a softmax), the reader's Jacobian gets a row, ∂p_k/∂z_m = p_k([k=m] -
  p_m);
  where the reader applies a function, its local derivative does, ∂h/∂z = h(1-h);
* the chain rule: ∂L/∂x = Σ ∂L/∂y ∂y/∂x over the author's equations that read x, with every index
  over
  which x acts on more than one element of y summed;
* what comes of it, then what the declared facts make of that;
* an error signal is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symbp.adjoints import Sweep, adjoint_name
from symbp.derivations import Certificate, Condition, Ledger, Partial, StepRecord
from symbp.equations import Equation
from symbp.expressions import (
    Access,
    Binder,
    Node,
    Product,
    Reduce,
    accesses,
    fresh_letter,
    postorder,
)
from symbp.indices import IndexExpr
from symbp.ledger.pieces import flat_sum, jacobian, own_share
from symbp.ledger.reasons import reason_for
from symbp.ledger.rows import Rows, forward_rows, local_name
from symbp.partials import partial
from symbp.simplification import Simplified, Simplifier
from symbp.simplifying.forms import tidy
from symbp.systems import EquationSystem

__all__ = ["narrate_network"]


@dataclass(frozen=True, slots=True)
class _Reading:
    """How an author's equation reads a quantity.

    Attributes:
        equation: the reader, in letters apart from those of the adjoint.
        tied: letters of the adjoint that fix a letter of the reader, by axis.
        summed: ranges of the reader that remain: over these the chain rule sums.
        coupled: whether x acts on elements of y beyond its own (a softmax).
    """

    equation: Equation
    place: Access
    summed: tuple[Binder, ...]
    coupled: bool


def narrate_network(ledger: Ledger, swept: Sweep, simplifier: Simplifier) -> tuple[StepRecord, ...]:
    """The rows of an indexed system."""
    teller = _Network(ledger, swept, simplifier)
    teller.tell()
    return tuple(teller.rows.made)


class _Network:
    """One derivation being told."""

    def __init__(self, ledger: Ledger, swept: Sweep, simplifier: Simplifier) -> None:
        self.ledger = ledger
        self.system: EquationSystem = ledger.forward
        self.swept = swept
        self.simplifier = simplifier
        self.rows = Rows(decimals=ledger.forward.decimals)
        self.definitions: dict[str, list[int]] = {}
        self.told: dict[str, int] = {}
        self.deltas_seen = 0

    def tell(self) -> None:
        """All rows."""
        self.definitions = forward_rows(self.rows, self.ledger)
        order = self._order()
        for name in order:
            if name != self.swept.of and not self.system.quantity(name).hidden:
                self._adjoint(name)
        for name in self.ledger.wrt:
            if name not in self.swept.adjoints:
                self._zero(name)

    def _order(self) -> list[str]:
        """Adjoints as they are computed; a gradient follows the error signal it is written in."""
        computed = [n for n in self.swept.adjoints if not self.system.quantity(n).given]
        waiting = [n for n in self.swept.adjoints if self.system.quantity(n).given]
        order: list[str] = []
        done: dict[str, None] = {}
        for name in computed:
            order.append(name)
            done[name] = None
            for other in list(waiting):
                readers = {c.reader.target for c in self.swept.adjoints[other].contributions}
                if readers <= set(done):
                    order.append(other)
                    waiting.remove(other)
        return order + waiting

    def _section(self, name: str) -> str:
        if name in self.simplifier.deltas:
            self.deltas_seen += 1
        if not self.simplifier.deltas:
            return "result" if self.system.quantity(name).given else "backward"
        return "output" if self.deltas_seen < 2 and not self._behind(name) else "hidden"

    def _behind(self, name: str) -> bool:
        """Whether the derivative of an activation opens the next layer."""
        return (
            self.deltas_seen == 1
            and not self.system.quantity(name).given
            and (name not in self.simplifier.deltas)
        )

    # -- one adjoint

    def _adjoint(self, name: str) -> None:
        forms = self.simplifier.result(name)
        section = self._section(name)
        left = Partial(self._of_access(forms), Access(name, forms.adjoint.at[: self._axes(name)]))
        readings = self._readings(name, forms)
        if self.swept.adjoints[name].contributions == ():
            return
        delta = name in self.simplifier.deltas
        premises = self._locals(name, section, readings) if delta else ()
        statement = self._statement(forms, readings)
        rule, args = self._reason(name, forms, readings)
        at_once = delta and forms.unconditional == forms.printed and rule == "chain_plain"
        number = -1
        if not at_once:
            asked = name in self.ledger.wrt and not delta
            number = self._derived(
                name, section, left, forms, (rule, args), statement, premises, asked=asked
            )
        if delta:
            before = [
                self.told[r.equation.target] for r in readings if r.equation.target in self.told
            ]
            args = {"name": self.ledger.aliases[forms.adjoint.name]}
            if at_once and len(before) == 1 and len(premises) == 1:
                args["then"] = (("times", {"rows": before[0], "other": premises[0]}),)
            number = self.rows.add(
                name,
                section,
                left,
                forms.printed,
                "definition_of_delta",
                args,
                premises=(*before, *premises) if at_once else (number,),
                level=1,
                ranges=forms.adjoint.ranges,
                certificate=self.simplifier.certificate(name) if at_once else None,
            )
        self.told[name] = number

    def _derived(
        self,
        name: str,
        section: str,
        left: Partial,
        forms: Simplified,
        reason: tuple[str, Mapping[str, Any]],
        statement: Node | None,
        premises: tuple[int, ...],
        *,
        asked: bool,
    ) -> int:
        """The chain rule and what comes of it; then what the declared facts make of that."""
        ranges = forms.adjoint.ranges
        has_fact = forms.unconditional != forms.printed
        number = self.rows.add(
            name,
            section,
            left,
            forms.unconditional,
            *reason,
            before=statement,
            premises=premises,
            level=1 if asked and not has_fact else 2,
            ranges=ranges,
            certificate=self.simplifier.certificate(name),
        )
        if not has_fact:
            return number
        conditions = tuple(Condition("fact", f, "hyp") for f in forms.facts)
        return self.rows.add(
            name,
            section,
            left,
            forms.printed,
            "hyp",
            {"fact": forms.facts[0]},
            before=forms.unconditional,
            premises=(number,),
            conditions=conditions,
            level=1 if asked else 2,
            ranges=ranges,
            certificate=Certificate(forms.unconditional, forms.printed, (), conditions),
        )

    def _axes(self, name: str) -> int:
        return len(self.system.quantity(name).axes)

    def _of_access(self, forms: Simplified) -> Access:
        outer = forms.adjoint.at[self._axes(forms.adjoint.quantity.name) :]
        return Access(self.swept.of, outer)

    def _zero(self, name: str) -> None:
        gradient = self.ledger.gradients[name]
        equation = gradient.printed
        cut = self._axes(name)
        left = Partial(Access(self.swept.of, equation.at[cut:]), Access(name, equation.at[:cut]))
        rule = gradient.zero_because or "zero_unused"
        args = {} if rule == "zero_cancels" else {"x": name, "output": self.swept.of}
        self.rows.add(
            name, "result", left, equation.right, rule, args, level=1, ranges=equation.ranges
        )

    # -- how x is read

    def _readings(self, name: str, forms: Simplified) -> list[_Reading]:
        found = []
        for equation in self.system.author_readers.get(name, ()):
            places = [a for a in accesses(equation.right) if a.quantity == name]
            if equation.target in self.swept.adjoints:
                found.append(self._reading(equation, places, forms))
        return found

    def _reading(self, equation: Equation, places: Sequence[Access], forms: Simplified) -> _Reading:
        cut = self._axes(forms.adjoint.quantity.name)
        own = [b.name for b in forms.adjoint.ranges[:cut]]
        taken = {b.name for b in forms.adjoint.ranges} | {
            b.name for n in postorder(equation.right) if isinstance(n, Reduce) for b in n.binders
        }
        tied: dict[str, IndexExpr] = {}
        free = set(equation.letters)
        for axis, letter in enumerate(own):
            letters = {place.indices[axis].as_letter for place in places}
            only = next(iter(letters)) if len(letters) == 1 else None
            if only is not None and only in free and only not in tied:
                tied[only] = IndexExpr.letter(letter)
        coupled = len(places) > 1 and any(b.name not in tied for b in equation.ranges)
        letters_apart: dict[str, IndexExpr] = dict(tied)
        summed: list[Binder] = []
        for binder in equation.ranges:
            if binder.name not in tied:
                fresh = fresh_letter(binder.name, taken)
                taken.add(fresh)
                letters_apart[binder.name] = IndexExpr.letter(fresh)
                summed.append(binder.renamed(fresh))
        at = tuple(i.substitute(letters_apart) for i in equation.at)
        return _Reading(equation, Access(equation.target, at), tuple(summed), coupled)

    def _statement(self, forms: Simplified, readings: Sequence[_Reading]) -> Node | None:
        cut = self._axes(forms.adjoint.quantity.name)
        own, outer = forms.adjoint.at[:cut], forms.adjoint.at[cut:]
        terms: list[Node] = []
        for reading in readings:
            target = reading.equation.target
            local = Access(
                local_name(target, forms.adjoint.quantity.name), (*reading.place.indices, *own)
            )
            if target == self.swept.of and len(readings) > 1:
                terms.append(
                    own_share(
                        self.system, reading.equation, forms.adjoint.quantity.name, forms.adjoint.at
                    )
                )
                continue
            body: Node = local
            if target != self.swept.of:
                seat = Access(adjoint_name(self.swept.of, target), (*reading.place.indices, *outer))
                body = Product((seat, local))
            terms.append(Reduce("sum", reading.summed, body) if reading.summed else body)
        if not terms or (len(terms) == 1 and readings[0].equation.target == self.swept.of):
            return None
        return terms[0] if len(terms) == 1 else flat_sum(terms)

    # -- local derivatives

    def _locals(self, name: str, section: str, readings: Sequence[_Reading]) -> tuple[int, ...]:
        """The row of the activation's derivative, or of the softmax's Jacobian."""
        found: list[int] = []
        for reading in readings:
            equation = reading.equation
            if equation.target == self.swept.of:
                continue
            if reading.coupled:
                found.extend(self._jacobian(name, section, equation))
                continue
            places = [a for a in accesses(equation.right) if a.quantity == name]
            inside_sum = any(isinstance(n, Reduce) for n in postorder(equation.right))
            if len(places) != 1 or inside_sum:
                continue
            result = tidy(partial(equation.right, places[0], value=equation.left))
            rule, args = reason_for(equation.right, places[0], result, equation.left)
            found.append(
                self.rows.add(
                    name,
                    section,
                    Partial(equation.left, places[0]),
                    result,
                    rule,
                    args,
                    premises=tuple(self.definitions.get(equation.target, ())),
                    ranges=equation.ranges,
                )
            )
        return tuple(found)

    def _jacobian(self, name: str, section: str, equation: Equation) -> list[int]:
        """The row of the derivative along the indices that are coupled."""
        left, right, ranges = jacobian(self.system, equation, name)
        return [
            self.rows.add(
                name,
                section,
                left,
                right,
                "quotient",
                premises=tuple(self.definitions.get(equation.target, ())),
                ranges=ranges,
            )
        ]

    # -- reasons

    def _reason(
        self, name: str, forms: Simplified, readings: Sequence[_Reading]
    ) -> tuple[str, Mapping[str, Any]]:
        own = Access(name, forms.adjoint.at[: self._axes(name)])
        if not readings:
            return "chain_plain", {}
        if len(readings) > 1:
            return "chain_shared", {"x": own}
        reading = readings[0]
        if reading.equation.target == self.swept.of:
            return self._direct(name)
        if self.system.quantity(name).given:
            return "only_through", {"w": own, "output": self.swept.of, "z": reading.place}
        if reading.coupled:
            return "chain_sum", {"every": reading.place, "by": own}
        if reading.summed:
            return "feeds", {"source": own, "target": reading.place}
        return "chain_plain", {}

    def _direct(self, name: str) -> tuple[str, Mapping[str, Any]]:
        """The rule that differentiates the output itself."""
        contributions = self.swept.adjoints[name].contributions
        if len(contributions) != 1:
            return "sum_rule", {}
        only = contributions[0]
        right = only.reader.right
        body = right.body if isinstance(right, Reduce) else right
        return reason_for(body, only.access, only.local, only.reader.left)

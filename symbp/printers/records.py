r"""The ledger as JSON: every row with its rule, premises, conditions and certificate.

Schema `symbp.derivation/1`, all formulas in the text language:

    schema       the string above
    of, wrt      name of the output; names of what it is differentiated by
    quantities   [{name, role, kind, axes: [{letter, extent}]}], those of the author
    equations    [text], the author's
    facts        [text]
    gradients    {name: {quantity, delta, equation, unconditional, latex, conditions,
                  zero_because}}
    steps        [{id, number, about, form, section, level, parent, left, before, after, latex,
                   rule, because: {en, zh}, premises, conditions, certificate, ranges}]
    conditions   [condition] of the whole derivation: {kind, statement, asked_by}
    at, values   numbers at the sample point; empty without one
    check        null, or what a checker found: {formulas, points: [{extent: size}], largest,
                  problems: [{about, kind, formula, reason}]}

`certificate` is null or {before, after, instances: [[access, definition]], conditions}; it may
read hidden quantities (`_1`), as the machine that checks it does. A number that JSON has no word
for is a string (`nan`, `inf`). `</` is written `<\/`, so that the text may stand inside a script
element.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from symbp.derivations import Certificate, Condition, Gradient, Ledger, StepRecord
from symbp.equations import Equation
from symbp.expressions import Binder
from symbp.facts import Fact, Identity
from symbp.printers.documents import LEVELS
from symbp.printers.inline import piece_text
from symbp.printers.latexmath import math_latex
from symbp.printers.layout import Layout
from symbp.printers.rows import row_box
from symbp.printers.setting import Setter
from symbp.printers.textmath import TextSetter
from symbp.spelling import spell, spell_equation

__all__ = ["SCHEMA", "to_json"]

SCHEMA = "symbp.derivation/1"


def to_json(ledger: Ledger, numbering: str = "1.") -> str:
    """The whole ledger, all levels, as JSON."""
    text = json.dumps(_Writer(ledger, numbering).whole(), ensure_ascii=False, indent=1)
    return text.replace("</", "<\\/") + "\n"


class _Writer:
    """One visit of a ledger."""

    def __init__(self, ledger: Ledger, numbering: str) -> None:
        self.ledger = ledger
        self.layouts = {
            lang: Layout(ledger, LEVELS["full"], lang, numbering) for lang in ("en", "zh")
        }
        notation = self.layouts["en"].notation
        self.texts = TextSetter(notation)
        self.setter = Setter(notation)

    def whole(self) -> dict[str, Any]:
        """The document."""
        ledger = self.ledger
        return {
            "schema": SCHEMA,
            "of": ledger.of,
            "wrt": list(ledger.wrt),
            "quantities": [
                {
                    "name": q.name,
                    "role": q.role,
                    "kind": q.kind,
                    "axes": [
                        {"letter": a.letter, "extent": None if a.extent is None else str(a.extent)}
                        for a in q.axes
                    ],
                }
                for q in ledger.forward.quantities.values()
                if not q.hidden
            ],
            "equations": [spell_equation(e) for e in ledger.forward.author_equations],
            "facts": [self.texts.fact(fact) for fact in ledger.forward.facts],
            "gradients": {name: self._gradient(g) for name, g in ledger.gradients.items()},
            "steps": [self._step(step) for step in ledger.steps],
            "conditions": self._conditions(ledger.conditions),
            "at": _numbers(ledger.at),
            "values": _numbers(ledger.values),
            "check": None if ledger.check is None else asdict(ledger.check),
        }

    def _equation(self, equation: Equation) -> str:
        return f"{self.texts.formula(equation.left)} = {self.texts.formula(equation.right)}"

    def _gradient(self, gradient: Gradient) -> dict[str, Any]:
        left = self.setter.formula(gradient.printed.left)
        right = self.setter.formula(gradient.printed.right)
        return {
            "quantity": gradient.quantity,
            "delta": gradient.delta,
            "equation": self._equation(gradient.printed),
            "unconditional": self._equation(gradient.unconditional),
            "latex": f"{math_latex(left)} = {math_latex(right)}",
            "conditions": self._conditions(gradient.conditions),
            "zero_because": gradient.zero_because,
        }

    def _step(self, step: StepRecord) -> dict[str, Any]:
        rows = {lang: layout.row(step) for lang, layout in self.layouts.items()}
        row = rows["en"]
        texts = self.texts
        left = "" if row.left is None else texts.left(row.left, row.opening.adjoint)
        because = {
            lang: "".join(piece_text(p, texts) for p in made.reason) for lang, made in rows.items()
        }
        return {
            "id": step.id,
            "number": row.number,
            "about": step.about,
            "form": step.form,
            "section": step.section,
            "level": step.level,
            "parent": step.parent,
            "left": left,
            "before": None if step.before is None else texts.formula(step.before),
            "after": texts.formula(step.after),
            "latex": math_latex(row_box(row, self.setter)),
            "rule": step.rule,
            "because": because,
            "premises": list(step.premises),
            "conditions": self._conditions(step.conditions),
            "certificate": self._certificate(step.certificate),
            "ranges": [_range(b) for b in step.ranges],
        }

    def _conditions(self, conditions: Iterable[Condition]) -> list[dict[str, str]]:
        return [
            {"kind": c.kind, "statement": self._statement(c), "asked_by": c.asked_by}
            for c in conditions
        ]

    def _statement(self, condition: Condition) -> str:
        statement = condition.statement
        if isinstance(statement, Fact | Identity):
            return self.texts.fact(statement)
        return self.texts.formula(statement)

    def _certificate(self, certificate: Certificate | None) -> dict[str, Any] | None:
        if certificate is None:
            return None
        return {
            "before": spell(certificate.before),
            "after": spell(certificate.after),
            "instances": [[spell(a), spell(b)] for a, b in certificate.instances],
            "conditions": self._conditions(certificate.conditions),
        }


def _range(binder: Binder) -> dict[str, str | None]:
    upper = None if binder.upper is None else str(binder.upper)
    return {"letter": binder.name, "lower": str(binder.lower), "upper": upper}


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: Any) -> Any:
    if isinstance(value, bool | int):
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else str(number)

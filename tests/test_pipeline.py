"""The passes in order, from text to a ledger and back to text."""

from __future__ import annotations

import json
import re

import pytest

from symbp import pipeline
from symbp.errors import DeclarationError, NotSupportedError, UnknownNameError
from tests.systems.table import CASES

TEXT = (
    "input x[n:N, j:3]\nparam w[j]\nfact w: nonzero\nr[n] = sum(j, x[n,j]*w[j])\nL = sum(n, r[n]^2)"
)


def test_reopening_a_system_gives_it_again():
    system = pipeline.read_system(TEXT).snapshot()
    assert pipeline.reopen(system).snapshot() == system


def test_from_text_to_text():
    system = pipeline.checked(pipeline.read_system(TEXT).snapshot())
    ledger = pipeline.derive(system)
    assert (ledger.of, ledger.wrt) == ("L", ("w",))
    line = pipeline.print_formula(ledger, ledger.gradients["w"], "text")
    assert line.startswith("dL/dw[j] = 2*sum(n, ")
    assert pipeline.print_system(system) == TEXT.replace(
        "x[n:N, j:3]\nparam w[j]", "x[n:N, j:3]\nparam w[j:3]"
    )
    assert len(pipeline.print_steps(ledger)) == len(ledger.steps)


def test_evaluate_names_what_the_author_named():
    system = pipeline.read_system("a = x + 1; b = sqrt(a)*sqrt(a)").snapshot()
    assert set(pipeline.evaluate(system, {"x": 3})) == {"x", "a", "b"}


def test_hidden_quantities_cannot_be_asked_for():
    system = pipeline.read_system(TEXT + "\np[n] = r[n]/sum(m, exp(r[m]))").snapshot()
    hidden = next(q.name for q in system.quantities.values() if q.hidden)
    with pytest.raises(UnknownNameError):
        pipeline.derive(system, "L", [hidden])


def test_styles():
    ledger = pipeline.derive(pipeline.read_system(TEXT).snapshot())
    for form in (*pipeline.FORMATS, "json"):
        assert pipeline.print_derivation(ledger, form)
    with pytest.raises(ValueError, match="style"):
        pipeline.print_derivation(ledger, "text", style="verse")


def test_integer_inputs_are_not_differentiated_by_default():
    system = pipeline.read_system(
        "input t[n:N]: integer; input p[n:N, k:3]; L = sum(n, p[n,t[n]])"
    ).snapshot()
    assert pipeline.derive(system).wrt == ("p",)
    only = pipeline.read_system("input t: integer; param p[k:3]; y = p[t]").snapshot()
    assert pipeline.derive(only).wrt == ("p",)
    with pytest.raises(DeclarationError):
        pipeline.derive(pipeline.read_system("const c; y = c").snapshot())


def test_not_supported_is_no_user_error():
    assert not issubclass(NotSupportedError, ValueError)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_system_prints_in_every_format(case):
    system = case.system()
    ledger = pipeline.derive(system, case.of, case.names(system))
    for form in pipeline.FORMATS:
        for lang in ("en", "zh"):
            printed = pipeline.print_derivation(ledger, form, level="full", lang=lang)
            assert case.of in printed
            assert form != "text" or not re.search(r"\b_[0-9]", printed)  # no hidden name
    record = json.loads(pipeline.print_derivation(ledger, "json"))
    assert len(record["steps"]) == len(ledger.steps)


@pytest.mark.parametrize("form", [*pipeline.FORMATS, "json"])
def test_a_check_prints_below(form):
    ledger = pipeline.with_check(pipeline.derive(pipeline.read_system(TEXT).snapshot()))
    assert ledger.check is not None
    assert not ledger.check.problems
    printed = pipeline.print_derivation(ledger, form)
    assert ("formulas proved for all sizes" in printed) or json.loads(printed)["check"]

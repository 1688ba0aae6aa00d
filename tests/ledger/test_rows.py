"""Rows are numbered as they are made; the forward pass tells every equation once."""

from symbp.expressions import Access
from symbp.gradients import differentiate
from symbp.ledger.rows import Rows, forward_rows, local_name
from tests.systems.cases import read


def test_rows_are_numbered_and_may_be_changed():
    rows = Rows()
    first = rows.add("x", "forward", Access("x"), Access("y"), "definition")
    second = rows.add("z", "forward", Access("z"), Access("x"), "definition")
    assert (first, second) == (0, 1)
    rows.change(first, rule="given")
    assert [r.rule for r in rows.made] == ["given", "definition"]


def test_the_forward_pass_leaves_out_what_does_not_matter():
    ledger = differentiate(read("a = x + 1; b = ln(a); c = x^2"), "b", ["x"])
    rows = Rows()
    ids = forward_rows(rows, ledger)
    assert list(ids) == ["a", "b"]
    assert [r.rule for r in rows.made] == ["definition", "definition_needs"]


def test_local_names():
    assert local_name("p", "z") == "∂p/∂z"

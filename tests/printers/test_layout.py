import pytest

from symbp.printers.layout import lay_out
from tests.printers.ledgers import chain, network
from tests.printers.making import derived


def rows_of(ledger, level="full", numbering="1."):
    document = lay_out(ledger, level, "en", numbering)
    return [row for section in document.sections for row in section.rows]


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="en, zh"):
        lay_out(chain(), "full", "de", "1.")


def test_no_level_changes_a_number():
    everything = {row.record.id: row.number for row in rows_of(network())}
    for level in ("result", "textbook"):
        for row in rows_of(network(), level):
            assert everything[row.record.id] == row.number


def test_numbering_starts_with_the_chapter():
    assert [row.number for row in rows_of(chain(), numbering="7.")][:2] == ["7.1", "7.2"]


def test_a_chain_of_equalities_has_its_left_side_once():
    lefts = [row.left is None for row in rows_of(chain())]
    assert lefts == [False] * 16 + [True] * 3


def test_a_named_error_signal_neither_continues_nor_is_continued():
    rows = rows_of(network())
    named = [row for row in rows if row.definition is not None]
    assert [row.number for row in named] == ["1.11", "1.16"]
    assert all(row.left is not None and row.middle is None for row in named)


def test_faces_are_decided_by_what_a_row_says():
    rows = {row.number: row for row in rows_of(network())}
    assert rows["1.12"].opening.adjoint == "fraction", "the chain rule is written out"
    assert rows["1.12"].face.adjoint == "alias"
    chained = {row.number: row for row in rows_of(chain())}
    assert chained["1.13"].face.adjoint == "bar"
    assert chained["1.17"].face.spelled


def test_results_are_boxed():
    assert [row.number for row in rows_of(chain()) if row.boxed] == ["1.18"]


def test_values_stand_once_and_not_beside_numbers():
    values = {row.number: row.value for row in rows_of(chain())}
    assert values["1.6"] is None
    assert values["1.9"].text == "0.3373"
    assert values["1.16"] is None
    assert values["1.19"].text == "0.224875"


def test_the_matrix_form_comes_last_with_the_next_numbers():
    document = lay_out(network(), "textbook", "en", "1.")
    assert next(number for _, number, _ in document.matrices.rows) == "1.19"
    assert lay_out(network(), "result", "en", "1.").matrices is None
    assert lay_out(chain(), "full", "en", "1.").matrices is None


def test_conditions_close_the_document():
    assert len(lay_out(chain(), "textbook", "en", "1.").closing) == 2


def test_matrix_style_restates_what_has_a_matrix_form():
    told = derived(
        "input x[n:N,i:I]; param w[i,j:J]; z[n,j] = sum(i, x[n,i]*w[i,j]); L = sum(n,j, z[n,j]^2)",
        "L",
        "w",
    )
    document = lay_out(told, "textbook", "en", "1.", style="matrix")
    forward = document.sections[0].rows
    assert [row.matrix is not None for row in forward] == [True, False]
    assert all(row.left is not None for row in forward)
    assert document.matrices is not None
    numbers = {row.record.id: row.number for row in rows_of(told)}
    assert all(row.number == numbers[row.record.id] for row in forward)


def test_a_chain_has_no_matrices_and_keeps_its_result():
    document = lay_out(chain(), "textbook", "en", "1.", style="matrix")
    assert document.matrices is None
    assert [len(section.rows) for section in document.sections] == [5, 1]


def test_an_unknown_style_is_refused():
    with pytest.raises(ValueError, match="index and matrix"):
        lay_out(chain(), "full", "en", "1.", style="tensor")

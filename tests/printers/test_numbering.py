from symbp.derivations import StepRecord
from symbp.expressions import ONE, Access
from symbp.printers.numbering import cite, number_rows


def row(number, level=2, parent=None):
    left = Access("x")
    return StepRecord(number, "x", "local", left, ONE, "definition", level=level, parent=parent)


def test_rows_of_a_textbook_count_and_their_algebra_has_letters():
    steps = [row(0), row(1, 3, parent=2), row(2, 1), row(3, 3, parent=2), row(4)]
    found = number_rows(steps, "7.")
    assert found == {0: "7.1", 1: "7.2a", 2: "7.2", 3: "7.2b", 4: "7.3"}


def test_algebra_without_a_parent_belongs_to_the_row_before():
    assert number_rows([row(0), row(1, 3), row(2, 3)], "1.") == {0: "1.1", 1: "1.1a", 2: "1.1b"}
    assert number_rows([row(0, 3)], "1.")[0] == "1.0a"


def test_letters_go_on_after_z():
    steps = [row(0), *(row(n, 3, parent=0) for n in range(1, 29))]
    found = number_rows(steps, "1.")
    assert (found[26], found[27], found[28]) == ("1.1z", "1.1aa", "1.1ab")


def test_citations_join_runs_of_three():
    numbers = {n: f"1.{n}" for n in range(12)}
    assert cite(3, numbers) == "(1.3)"
    assert cite((6, 5, 7, 7), numbers) == "(1.5)–(1.7)"
    assert cite((1, 2, 9), numbers) == "(1.1), (1.2), (1.9)"

import pytest

from symbp.errors import UnknownNameError
from tests.shorthand import softmax_builder
from tests.systems.cases import read


@pytest.fixture
def system():
    return softmax_builder().snapshot()


def test_producers_and_consumers(system):
    assert [e.target for e in system.producers["p"]] == ["p"]
    assert {e.target for e in system.consumers["z"]} >= {"p"}
    assert system.consumers["L"] == ()


def test_given_by_role(system):
    assert [q.name for q in system.given()] == ["x", "W", "b", "y"]
    assert system.given("parameter") == ()


def test_author_equations_show_no_hidden_piece(system):
    assert [e.target for e in system.author_equations] == ["z", "p", "L"]
    assert len(system.equations) > 3


def test_an_unknown_quantity_is_named_with_the_known(system):
    with pytest.raises(UnknownNameError, match="known are: x, W, b, y, z, p, L"):
        system.quantity("q")


def test_facts_can_be_left_out(system):
    assert system.with_facts(()).facts == ()


def test_extents_of_axes_and_of_ranges():
    system = read("input x[n:N]; param w[j:J]; L = sum(n, k:K, x[n]) + sum(j, w[j])")
    assert system.extents == ("N", "J", "K")

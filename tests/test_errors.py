"""The classes of errors: whose fault each is can be told from its class."""

import pytest

from symbp import errors
from symbp.errors import NotSupportedError, ParseError, SymbpError, VersionMismatch, impossible

CLASSES = [getattr(errors, name) for name in errors.__all__ if name[0].isupper()]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_everything_is_caught_as_one(kind):
    assert issubclass(kind, SymbpError)
    assert kind.__doc__


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_only_mistakes_of_users_are_value_errors(kind):
    of_users = kind not in (SymbpError, NotSupportedError, VersionMismatch)
    assert issubclass(kind, ValueError) is of_users


def test_a_place_in_a_text():
    error = ParseError("no", line=3, column=7)
    assert (str(error), error.line, error.column) == ("no", 3, 7)


def test_an_impossible_state_asks_for_a_report():
    with pytest.raises(AssertionError, match=r"^two heads\..*report"):
        impossible("two heads")

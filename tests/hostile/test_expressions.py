"""One expression, from somebody who means harm or made a mistake: through Python, and as a word."""

import pytest

import symbp as sb
from symbp.cli import main


@pytest.mark.surface("expr")
def test_expression(case, judged, text_of_case):
    text = text_of_case(case)

    def read():
        model = sb.System()
        model.let("result", text)
        return sb.derive(model)

    derivation, error = judged(case, read)
    if error is None:
        assert len(derivation) >= 1, "accepted, and nothing was derived"


@pytest.mark.surface("expr")
def test_expression_on_the_command_line(case, text_of_case, bounded, message_is_short, capsys):
    text = text_of_case(case)
    with bounded(case["seconds"]):
        code = main(["derive", "-e", text])
    out, err = capsys.readouterr()
    if case["outcome"] == "accept":
        assert code == 0, err
    if code == 0:
        assert case["outcome"] != "reject" or case.get("or") == ["accept"]
        assert out
        assert not err
    else:
        assert code == 1
        assert not out, "a refused input prints nothing"
        assert err.startswith("symbp: error: ")
        message_is_short(err.rstrip("\n"))


def test_a_full_width_letter_is_the_letter():
    model = sb.System()
    model.let("f", "ｘ + ｘ")
    assert [q.name for q in model.snapshot().given()] == ["x"]


def test_greek_names_are_plain_names():
    derivation = sb.derive("f = beta*gamma*zeta")
    assert list(derivation) == ["beta", "gamma", "zeta"]


def test_what_cancels_is_stated():
    derivation = sb.derive("f = (x**2-1)/(x-1)")
    assert str(derivation["x"]).startswith("df/dx = 1 ")
    assert derivation.conditions == ("x != 1",)

"""`Derivation`: what it gives, and what it writes."""

from __future__ import annotations

import json

import pytest

import symbp as sb
from symbp.errors import OutputPathError, UnknownNameError
from symbp.results import SUFFIXES, Derivation

CHAIN = "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1"


@pytest.fixture(scope="module")
def chain() -> Derivation:
    return sb.derive(CHAIN, of="E", wrt="X", at={"X": 2})


@pytest.fixture(scope="module")
def network() -> Derivation:
    layers = sb.Input("x", 2), sb.Dense(3, "sigmoid"), sb.Dense(2, "sigmoid")
    return sb.derive(sb.Network(*layers, loss="squared_error"))


def test_a_mapping_of_what_was_asked_for(network):
    assert list(network) == ["W1", "b1", "W2", "b2"]
    assert len(network) == 4
    assert "z2" in network
    assert "z2" not in list(network)
    assert {name: str(f) for name, f in network.items()}["b2"] == "dL/db2[k] = sum(n, delta2[n,k])"
    with pytest.raises(UnknownNameError, match="did you mean"):
        network["W11"]


def test_a_formula(network, chain):
    formula = network["z2"]
    assert str(formula) == repr(formula)
    assert formula.equation.right is formula.node
    assert formula.latex() == formula._repr_latex_()[1:-1]
    assert r"\delta" in formula.latex()
    assert chain["X"].conditions == ("B > 0", "C > 0")


def test_facts_are_conditions_and_the_unconditional_form_is_kept():
    text = "input z, t; target y[k:2]; fact sum(k, y[k]) = 1; L = z*sum(k, y[k]) - t"
    formula = sb.derive(text, wrt="z")["z"]
    assert str(formula.equation.right) != str(formula.unconditional.right)
    assert "sum(k, y[k]) = 1" in formula.conditions


def test_reading(chain):
    assert (chain.of, chain.wrt) == ("E", ("X",))
    assert chain.numbers["E"] == pytest.approx(0.4823, abs=1e-4)
    assert chain.steps[6].after == "2*A"
    assert chain.conditions == ("B > 0", "C > 0")
    assert repr(chain) == "<Derivation of E by X>"
    assert str(chain) == chain.text()


def test_the_derived_system_can_be_evaluated_and_derived_again(chain):
    values = chain.system.evaluate(X=2)
    assert values["dE/dX"] == pytest.approx(0.224875, abs=1e-6)
    second = sb.derive(chain.system, of="dE/dX", wrt="X")
    step = 1e-5
    slope = (
        chain.system.evaluate(X=2 + step)["dE/dX"] - chain.system.evaluate(X=2 - step)["dE/dX"]
    ) / (2 * step)
    name = next(iter(second.ledger.gradients.values())).quantity
    assert second.system.evaluate(X=2)[name] == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize("form", ["text", "latex", "markdown", "html", "json"])
def test_every_form(chain, network, form):
    for derivation in (chain, network):
        assert getattr(derivation, form)()


def test_options_reach_the_printer(chain):
    assert "(7.1)" in chain.text(numbering="7.")
    assert chain.text(level="result") != chain.text(level="full")
    assert chain.text(lang="zh") != chain.text(lang="en")
    assert r"\documentclass" in chain.latex(document=True)
    assert r"\documentclass" not in chain.latex()
    json.loads(chain.json())
    with pytest.raises(ValueError, match="style"):
        chain.text(style="prose")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_save(chain, suffix, tmp_path):
    place = chain.save(tmp_path / f"chain{suffix}")
    text = place.read_text(encoding="utf-8")
    assert text
    if suffix == ".tex":
        assert r"\documentclass" in text
    if suffix == ".svg":
        assert text.startswith("<svg") or "<svg" in text[:200]


@pytest.mark.parametrize("name", ["chain", "chain.pdf", "chain.tex\x00", "CON.tex", "no/chain.tex"])
def test_places_that_are_refused(chain, name, tmp_path):
    with pytest.raises(OutputPathError):
        chain.save(f"{tmp_path}/{name}")
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_shows_it(chain):
    bundle = chain._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/latex", "text/plain"}
    assert "dE/dX" in bundle["text/plain"]


def test_the_graph(chain):
    assert "<svg" in chain.graph()
    assert chain.graph(form="dot").startswith("digraph")
    with pytest.raises(ValueError, match="svg and dot"):
        chain.graph(form="png")


def test_how_derivatives_are_computed(network, chain):
    text = network.spellings()
    assert "dL/dz2[n,k]" in text
    assert "stable form: " in text
    assert chain.spellings() == "every equation is computed as it is written"
    softmax = sb.System("input z[k:K]; p[k] = exp(z[k])/sum(l, exp(z[l])); L = sum(k, p[k]^2)")
    assert "shifted by the maximum: p[k] = " in softmax.spellings()

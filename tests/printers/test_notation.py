import pytest

from symbp.derivations import Partial
from symbp.expressions import Access, Reduce
from symbp.indices import IndexExpr
from symbp.printers.latex import equation_latex
from symbp.printers.naming import literal, name_parts
from symbp.printers.notation import Notation, local_partial, rename_letters
from symbp.printers.text import spell_gradient
from symbp.quantities import Quantity
from tests.printers.ledgers import at, chain, letter, network, over
from tests.printers.making import bare, derived, scalar


def test_derivatives_are_read_off_names():
    notation = Notation(network())
    local = notation.derivative(local_partial(at("p", "k"), at("z2", "m")))
    assert (local.of, local.by, local.local) == (at("p", "k"), at("z2", "m"), True)
    adjoint = notation.derivative(at("dL/dW2", "k", "j"))
    assert (adjoint.of, adjoint.by, adjoint.local) == (Access("L"), at("W2", "k", "j"), False)
    assert notation.derivative(at("W2", "k", "j")) is None


def test_adjoints_that_no_equation_defines_are_known_too():
    ledger = derived("A = X^2; B = sin(A); C = exp(B)", "C", "X")
    found = Notation(ledger).derivative(scalar("dC/dB"))
    assert (found.of, found.by) == (scalar("C"), scalar("B"))


def test_left_sides_find_their_adjoint():
    notation = Notation(network())
    left = Partial(Access("L"), at("z2", "k"))
    assert notation.adjoint(left) == at("dL/dz2", "k")
    assert notation.adjoint(Partial(at("h", "j"), at("z1", "j"))) is None


def test_a_chain_of_functions_of_one_variable_is_upright():
    assert Notation(chain()).upright
    assert not Notation(derived("A = X*Y", "A", "X")).upright
    assert not Notation(derived("A = X^2; B = A*X", "B", "X")).upright
    assert not Notation(network()).upright


def test_an_alias_that_a_quantity_prints_like_is_not_used():
    text = """
      input x[i:I], δ[i]
      param w[k:2,i]
      target y[k]
      z[k] = sum(i, w[k,i]*x[i]*δ[i])
      o[k] = sigmoid(z[k])
      L = sum(k, (o[k]-y[k])^2)/2
    """
    ledger = derived(text, "L", "w")
    assert "dL/dz" in ledger.aliases
    assert Notation(ledger).alias("dL/dz") is None
    assert Notation(network()).alias("dL/dz2") == "delta2"


def test_two_names_that_would_print_alike_are_kept_apart():
    notation = Notation(bare(Quantity("W1"), Quantity("W_1")))
    first, second = (notation.named(name, indexed=False) for name in ("W1", "W_1"))
    assert repr(first) != repr(second)


@pytest.mark.parametrize("names", [("_π", "π"), ("π", "_π"), ("x_", "x"), ("theta", "θ")])
def test_the_shorter_of_two_names_prints_as_usual(names):
    notation = Notation(bare(*map(Quantity, names)))
    short, long = sorted(names, key=len)
    assert notation.named(short, indexed=False) == name_parts(short, indexed=False)
    assert notation.named(long, indexed=False) == literal(long)


def test_the_constant_pi_beside_a_quantity_of_that_name():
    beside = derived("param pi; input z; L = gelu(z*pi)", "L", "pi")
    assert "sqrt(2*arccos(-1))" in spell_gradient(beside, "pi")
    assert r"\sqrt{2\arccos(-1)}" in equation_latex(beside.gradients["pi"].printed, beside)
    alone = derived("param q; input z; L = gelu(z*q)", "L", "q")
    assert "sqrt(2*pi)" in spell_gradient(alone, "q")


def test_letters_of_symbp_become_plain_ones_with_the_same_range():
    notation = Notation(network())
    dotted = Reduce("sum", [over("k·1", "K")], at("p", "k·1") * at("z1", "j"))
    letters = notation.plain_letters([dotted, at("z2", "k")])
    assert letters == {"k·1": letter("m")}, "m runs over the same range"
    made = rename_letters(dotted, letters)
    assert made == dotted
    assert [b.name for b in made.binders] == ["m"]


def test_free_letters_of_symbp_are_renamed_as_well():
    notation = Notation(network())
    place = Access("z2", [IndexExpr.letter("k·1")])
    letters = notation.plain_letters([place], [over("k·1", "K")])
    assert rename_letters(place, letters) == at("z2", "k")


def test_ranges_are_usual_where_they_were_seen_first():
    notation = Notation(network())
    assert notation.is_usual(over("k", "K"))
    assert not notation.is_usual(over("k", "J"))
    assert not notation.is_usual(over("q", "K"))


def test_what_no_system_declares_is_our_mistake():
    with pytest.raises(AssertionError, match="report"):
        Notation(chain()).derivative(scalar("∂Q/∂R"))

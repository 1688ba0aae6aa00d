from symbp.derivations import Partial
from symbp.expressions import Access
from symbp.facts import Fact
from symbp.printers.notation import Notation, local_partial
from symbp.printers.textmath import TextSetter
from symbp.quantities import Axis, Quantity
from tests.printers.ledgers import at, network
from tests.printers.making import bare, derived, scalar

TEXTS = TextSetter(Notation(network()))


def test_derivatives_spell_as_a_reader_expects():
    assert TEXTS.formula(at("dL/dz2", "k")) == "delta2[k]"
    assert TEXTS.formula(at("dL/dz2", "k"), "fraction") == "dL/dz2[k]"
    assert TEXTS.formula(at("dL/dh", "j")) == "dL/dh[j]"
    assert TEXTS.formula(local_partial(at("p", "k"), at("z2", "m"))) == "dp[k]/dz2[m]"
    assert TEXTS.left(Partial(at("h", "j"), at("z1", "j"))) == "dh[j]/dz1[j]"


def test_bars():
    texts = TextSetter(Notation(derived("A = X^2; B = sin(A)", "B", "X")))
    assert texts.formula(scalar("dB/dA"), "bar") == "A_bar"


def test_a_derivative_of_a_derivative():
    first = derived("E = x^2*y", "E", "x", "y")
    notation = Notation(first)
    both = {**first.system.quantities}
    forward = type(first.forward)(both, first.system.equations)
    second = Notation(type(first)(forward, forward, "dE/dx", ("y",), {}))
    assert notation.derivative(scalar("dE/dx")) is not None
    assert TextSetter(second).formula(Access("ddE/dx/dy")) == "d(dE/dx)/dy"


def test_facts_in_words():
    axes = (Axis("n"), Axis("k"))
    quantities = (Quantity("y", axes), Quantity("s"))
    texts = TextSetter(Notation(bare(*quantities)))
    assert texts.fact(Fact("one_hot", "y", (1,))) == "y: one_hot(k)"
    assert texts.fact(Fact("positive", "s")) == "s: positive"
    assert texts.fact(Fact("simplex", "y", (1,))) == "sum(k, y[n,k]) = 1"


def test_control_characters_do_not_pass():
    texts = TextSetter(Notation(bare(Quantity("x\x1b[2J"))))
    assert texts.formula(scalar("x\x1b[2J")) == r"x\x1b[2J"
    assert texts.name("a\x07") == r"a\x07"

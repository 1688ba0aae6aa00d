import pytest

from symbp.declarations import Builder
from symbp.expressions import substitute
from symbp.language.text import parse_expression
from symbp.partials import partial
from symbp.recognition import MAX_SIZE, OWN, growth_limit, own_value
from symbp.spelling import spell
from tests.shorthand import at

z = at("z")


SILU = "sigmoid(z)*(1 + z*(1 - sigmoid(z)))"
SWISH = "sigmoid(z*t)*(1 + z*t*(1 - sigmoid(z*t)))"
SLOPE = "sigmoid(z)*(1 - sigmoid(z))*(1 - 2*sigmoid(z))"
BETA = "(z*t*sigmoid(z*t) - ln(exp(z*t) + 1))/t^2"


def read(text):
    return parse_expression(text, Builder())


def rewritten(text, derivative, own=True):
    found = own_value(read(text))
    if found is None:
        return None
    made = found.rewrite(read(derivative), OWN if own else None)
    return None if made is None else spell(substitute(made, nodes={OWN: at("q")}))


@pytest.mark.parametrize(
    ("text", "derivative", "form"),
    [
        ("1/(1+exp(-z))", "exp(-z)/(1+exp(-z))^2", "q*(1 - q)"),
        ("exp(z)/(1+exp(z))", "exp(z)/(1+exp(z))^2", "q*(1 - q)"),
        ("(exp(z)-exp(-z))/(exp(z)+exp(-z))", "4/(exp(z)+exp(-z))^2", "1 - q^2"),
        ("exp(z)", "exp(z)", "q"),
        # to another base: its logarithm stands outside
        ("1/(1+2^(-z))", "2^(-z)*ln(2)/(1+2^(-z))^2", "ln(2)*q*(1 - q)"),
        ("(10^z-1)/(10^z+1)", "2*10^z*ln(10)/(10^z+1)^2", "ln(10)*(1 - q^2)/2"),
        ("3*exp(2*z)", "6*exp(2*z)", "2*q"),
        ("exp(-z^2)", "-2*z*exp(-z^2)", "-2*z*q"),
        ("exp(z)/s", "exp(z)/s", "q"),
        ("ln(1+exp(z))", "exp(z)/(1+exp(z))", "sigmoid(z)"),
        ("ln((exp(z)+exp(-z))/2)", "(exp(z)-exp(-z))/(exp(z)+exp(-z))", "tanh(z)"),
        ("(exp(z)+exp(-z))/2", "(exp(z)-exp(-z))/2", "sinh(z)"),
        ("arctan(exp(z))", "2*exp(z)/(exp(2*z)+1)", "1/cosh(z)"),
        # a parameter below the bar stays there; one that is not there does not come to stand there
        ("ln(1+exp(z/t))", "exp(z/t)/(t*(1+exp(z/t)))", "sigmoid(z/t)/t"),
        ("z/(1+exp(-z))", "1/(1+exp(-z))+z*exp(-z)/(1+exp(-z))^2", SILU),
        # beside a logarithm
        ("ln(1+exp(z*t))/t", "z*exp(z*t)/(t*(1+exp(z*t)))-ln(1+exp(z*t))/t^2", BETA),
        # however long the argument is
        ("5/(1+exp(-z*t))", "5*t*exp(-z*t)/(1+exp(-z*t))^2", "t*q*(1 - q/5)"),
        # two signs, a common factor in a bracket, a number in a bracket
        ("sigmoid(z)*(1-sigmoid(z))", "exp(z)*(1-exp(z))/(1+exp(z))^3", SLOPE),
        ("z*sigmoid(z*t)", "1/(1+exp(-z*t))+z*t*exp(-z*t)/(1+exp(-z*t))^2", SWISH),
    ],
)
def test_a_derivative_in_the_function_s_own_value(text, derivative, form):
    assert rewritten(text, derivative) == form


def test_of_two_values_the_one_with_the_simpler_multiple_of_the_argument():
    """σ(zt)(1 - σ(zt)), where (1 - tanh²(zt/2))/4 has fewer arguments to read."""
    found = rewritten("1/(1+exp(-z*t))", "t*exp(-z*t)/(1+exp(-z*t))^2", own=False)
    assert found == "t*sigmoid(z*t)*(1 - sigmoid(z*t))"


def test_without_a_name_the_value_is_written_as_a_function():
    assert (
        rewritten("1/(1+exp(-z))", "exp(-z)/(1+exp(-z))^2", own=False)
        == "sigmoid(z)*(1 - sigmoid(z))"
    )


@pytest.mark.parametrize("text", ["sqrt(z)", "z^2 + 1", "exp(z)*exp(sin(z))", "exp(z) + exp(z*y)"])
def test_no_exponential_or_two_that_differ(text):
    assert own_value(read(text)) is None


def test_a_large_expression_is_not_searched():
    text = " + ".join(f"{n}*exp(z)" for n in range(MAX_SIZE))
    assert own_value(read(text)) is None


def test_a_value_that_brings_in_other_names_explains_nothing():
    """h = x + σ(z): h - x is σ(z), but nobody writes (h - x)(1 - h + x)."""
    made = partial(read("x + 1/(1+exp(-z))"), z, value=at("h"))
    assert spell(made) == "sigmoid(z)*(1 - sigmoid(z))"


def test_a_high_power_is_not_searched():
    found = own_value(read("exp(z)/(1+exp(z))"))
    assert found.rewrite(read("exp(40*z)/(1+exp(z))"), OWN) is None


def test_names_do_not_matter():
    for name in ("z", "a", "σ", "E", "_value", "_exponential"):
        if name.startswith("_"):
            continue
        text = "1/(1+exp(-z))".replace("z", name)
        made = partial(read(text), at(name), value=at("o"))
        assert spell(made) == "o*(1 - o)"


@pytest.mark.parametrize(
    "text",
    ["a - b + ln(1 + exp(-2*(a - b)))", "-b + a + ln(exp(-2*(-b + a)) + 1)"],
)
def test_of_a_difference_neither_order_of_its_terms_decides(text):
    made = partial(read(text), at("a"))
    assert spell(made) in ("tanh(a - b)", "tanh(-b + a)")


@pytest.mark.parametrize("text", ["1/(1 + exp(b - a))", "1/(exp(-a + b) + 1)"])
def test_the_difference_that_its_author_wrote_is_kept(text):
    made = spell(partial(read(text), at("a")))
    assert made == "sigmoid(b - a)*(1 - sigmoid(b - a))"


def test_the_limit_of_size_says_so():
    assert growth_limit(read("exp(z)")) is None
    long = read(" + ".join(f"exp(z)*a{n}" for n in range(MAX_SIZE)))
    assert growth_limit(long) == f"more than {MAX_SIZE} nodes"
    assert own_value(long) is None

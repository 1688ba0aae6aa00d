import pytest

from symbp.declarations import Builder
from symbp.errors import LimitExceeded
from symbp.language.limits import DEFAULT, Limits
from symbp.language.text import parse_expression, parse_system

SMALL = Limits(characters=200, tokens=20, depth=5, digits=6, exponent=10, index_terms=3)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("x" * 150 + " " * 100, "characters"),
        ("+".join("x" * 30), "tokens"),
        ("((((((x))))))", "depth"),
        ("------x", "depth"),
        ("x^x^x^x^x^x^x", "depth"),
        ("sin(sin(sin(sin(sin(sin(x))))))", "depth"),
        ("1234567", "digits"),
        ("1e7", "digits"),
        ("1e99999999999999999999", "digits"),
        ("1e-7", "digits"),
        ("1000*1000", "digits"),
        ("10^7", "digits"),
        ("(1/10)^7", "digits"),
        ("2^2^2^2^2", "digits"),
        ("x^11", "exponent"),
        ("x^-11", "exponent"),
        ("2^(22/2 + 1/2)", "exponent"),
    ],
)
def test_each_limit_is_named_and_can_be_raised(text, field):
    with pytest.raises(LimitExceeded) as caught:
        parse_expression(text, Builder(), limits=SMALL)
    assert f"`{field}`" in str(caught.value)
    assert "Limits" in str(caught.value)


def test_what_stays_below_the_limits_is_read():
    for text in ("((((x))))", "123456", "2^2^2^2", "x^10", "1e5", "10^5", "----x"):
        parse_expression(text, Builder(), limits=SMALL)


def test_tokens_are_counted_for_each_statement():
    text = "; ".join(f"a{n} = x + {n}" for n in range(20))
    parse_system(text, Builder(), limits=Limits(tokens=10))


@pytest.mark.parametrize(
    "text",
    [
        "y[i] = x[" + "*".join("(i+j+k+l)" for _ in range(12)) + "]",
        "y[i] = x[" + "*".join("i" for _ in range(400)) + "]",
        "y[i] = x[" + "+".join(f"{n}*i^{n}" for n in range(100)) + "]",
        "y[i] = x[(i+1)^60*(i+j)^60]",
        "y[i] = x[i" + "//2" * 5000 + "]",
        "y[i] = x[" + "t[" * 150 + "i" + "]" * 150 + "]",
        "y[i] = x[i*" + "*".join(["9" * 4000] * 20) + "]",
        "y[i] = x[i^" + "9" * 4000 + "]",
    ],
)
def test_index_expressions_cannot_grow(text):
    head = "input x[i:N], t[i]; index j:N, k:N, l:N\n"
    with pytest.raises(LimitExceeded):
        parse_system(head + text.replace("y[i]", "y[i,j,k,l]"), Builder())


def test_sums_inside_sums_are_limited():
    text = "".join(f"sum(k{n}, " for n in range(100)) + "x[k0]" + ")" * 100
    with pytest.raises(LimitExceeded):
        parse_system(f"input x[i:N]; y = {text}", Builder())


def test_the_stated_numbers():
    assert (DEFAULT.characters, DEFAULT.tokens, DEFAULT.depth) == (1_000_000, 32_000, 200)
    assert DEFAULT.digits == 4300

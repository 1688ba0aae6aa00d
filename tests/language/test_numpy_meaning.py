import pytest

from symbp.errors import MathError, NotSupportedError, ParseError, ShapeError, UnknownNameError
from symbp.spelling import spell_equation
from tests.language.numpycases import compare, read

S = {"X": ["N", "d"], "v": ["N"], "w": ["d"], "a": [], "b": [], "c": ["N", 1]}

CASES = [
    "a + b",
    "a - b - a",
    "a - (b - a)",
    "a*b/a/b",
    "a/(b*a)",
    "-a**2",
    "a**-2",
    "2**a**b",
    "(-2)*a",
    "1/2*a",
    "1/2",
    "0.1*a",
    "a - -b",
    "+a",
    "-a*b",
    "X + w",
    "X*w - v[:, None]",
    "c*w + X",
    "c - v",
    "X/a",
    "a/X",
    "X**2",
    "2**v",
    "v**a",
    "np.pi*a",
    "np.e*a",
    "math.pi",
    "N*a",
    "v/N",
    "2/N*v",
    "(v > 0.8)*v",
    "(v > 1) + 0.0",
    "1.0*(a >= b)",
    "(a < b)/2",
    "np.sum(v > 1)",
    "(v == v)*1.0",
    "(v != v) + 1",
    "float(a > b)",
    "v - (a > b)",
    "(a > b) - v + (b > a)",
    "(v > 1).astype(float)",
    "v.real",
    "a*(v <= 1)*b",
    "N - 1 + a",
    "np.where(v > 1, v, a)",
    "X*(X > w)",
    "(N + d)*a",
    "-N*a",
    "1 - (v > 1)*2",
    "(a > b)*(b > a)*1.0",
]


@pytest.mark.parametrize("text", CASES)
def test_arithmetic_is_that_of_numpy(text):
    compare(text, S)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("q + 1", UnknownNameError, "`q`"),
        ("X + v", ShapeError, r"shapes \(N, d\) and \(N\)"),
        ("X*v", ShapeError, "column 2"),
        ("X**v", ShapeError, "do not fit"),
        ("v < w", ShapeError, "do not fit"),
        ("1/0", MathError, "column 2"),
        ("a/(2 - 2)", MathError, "division by zero"),
        ("v % 2", NotSupportedError, "sizes"),
        ("v // 2", NotSupportedError, "sizes"),
        ("-(a > b)", ParseError, "condition"),
        ("(a > b) + (b > a)", ParseError, "two conditions"),
        ("(v > 1) - (a > b)", ParseError, "two conditions"),
        ("v > 1 and a > b", ParseError, "no place"),
        ("not a", ParseError, "no place"),
        ("'a'", ParseError, "text in quotes"),
        ("(a, b)", ParseError, "a tuple"),
        ("v.shape", ParseError, r"\.shape\[0\]"),
        ("v.imag", ParseError, "not in the language"),
        ("v.__class__", ParseError, "not in the language"),
        ("np.inf*a", ParseError, "not in the language"),
        ("math.tau", ParseError, "not in the language"),
        ("None", ParseError, "no place"),
        ("True*a", ParseError, "no place"),
        ("v[1:2:x]", ParseError, "whole number"),
    ],
)
def test_mistakes(text, error, message):
    with pytest.raises(error, match=message):
        read(text, S)


def test_nothing_is_written_that_need_not_be():
    def spelled(text):
        return spell_equation(read(text, S).author_equations[-1])

    assert spelled("np.sum((X@w - v)**2)/2") == "L = sum(n, (sum(i, X[n,i]*w[i]) - v[n])^2)/2"
    assert spelled("a*v + b") == "L[n] = a*v[n] + b"
    assert spelled("np.sum(np.log(a) + (v-b)**2/(2*a**2))") == (
        "L = sum(n, ln(a) + (v[n] - b)^2/(2*a^2))"
    )

import pytest

from symbp.errors import MathError, NotSupportedError, ParseError, ShapeError
from symbp.language.numpy_calls import ELEMENTWISE, KNOWN
from tests.language.numpycases import compare, read

S = {"X": ["N", "d"], "v": ["N"], "w": ["d"], "a": [], "b": []}


@pytest.mark.parametrize("name", sorted(set(ELEMENTWISE) - {"erf"}))
def test_elementwise_functions_are_those_of_numpy(name):
    compare(f"np.{name}(X/2)", S)
    compare(f"np.sum(np.{name}(v))*np.{name}(a)", S)


@pytest.mark.parametrize("name", ["cos", "erf", "exp", "log", "log1p", "sqrt", "tanh"])
def test_functions_of_math_take_numbers(name):
    compare(f"math.{name}(a)", S)
    with pytest.raises(ShapeError, match="numbers"):
        read(f"math.{name}(v)", S)


@pytest.mark.parametrize(
    "text",
    [
        "np.maximum(v, 1)",
        "np.minimum(X, w)",
        "np.maximum(0, 1 - v*a)",
        "np.clip(X, 0.5, w)",
        "v.clip(0.5, 1)",
        "np.where(X > 1, X, w)",
        "np.where(v > 1, 1.0, 0.0)",
        "np.where(a > b, v, -v)",
        "np.where(np.abs(v) <= a, 0.5*v**2, a*(np.abs(v) - 0.5*a))",
        "float(a > b)*v",
        "float(a)",
        "np.maximum(v, v[0])",
        "np.sum(np.maximum(v[:, None], w[None]))",
        "np.arange(N) + v",
        "np.ones(3)",
        "np.zeros((2, N))",
        "np.ones(())*a",
        "np.ones(d)@w",
        "np.eye(2)",
        "np.exp(X - X.max(axis=1, keepdims=True))/np.exp(X - X.max()).sum(axis=1, keepdims=True)",
        "np.log(np.exp(v).sum())",
        "np.sum((v > 1).astype(float))",
        "1/(1 + np.exp(-(X@w + a)))",
    ],
)
def test_calls_are_those_of_numpy(text):
    compare(text, S)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("np.square(v)", ParseError, "did you mean 'np.sqrt'|unknown"),
        ("np.exp2(v)", ParseError, "did you mean 'np.exp'"),
        ("np.erf(a)", ParseError, "unknown function"),
        ("np.fft.fft(v)", ParseError, "unknown function|not in|no method"),
        ("np.linalg.qr(X)", ParseError, "unknown"),
        ("np.linalg.inv(X)", NotSupportedError, "linalg.inv"),
        ("np.einsum('ij,j->i', X, w)", NotSupportedError, "einsum"),
        ("v.cumsum()", NotSupportedError, "cumsum"),
        ("X.reshape(2, 2)", NotSupportedError, "reshape"),
        ("v.tolist()", ParseError, "no method"),
        ("v.__class__()", ParseError, "no method"),
        ("exp(v)", ParseError, "np.exp"),
        ("sum(v)", ParseError, "np.sum"),
        ("v(2)", ParseError, "variable, not a function"),
        ("open(v)", ParseError, "unknown function"),
        ("__import__('os')", ParseError, "unknown function"),
        ("np.__import__('os')", ParseError, "unknown function"),
        ("np.exp(v, v)", ParseError, "takes 1"),
        ("np.exp()", ParseError, "takes 1"),
        ("np.maximum(v)", ParseError, "takes 2"),
        ("np.where(v > 1)", ParseError, "takes 3"),
        ("np.where(v, 1, 2)", ParseError, "comparison"),
        ("np.exp(v, axis=0)", ParseError, "no `axis=`"),
        ("np.sum(v, dtype=float)", ParseError, "no `dtype=`"),
        ("np.sum(v, axis=0, axis=0)", ParseError, "second"),
        ("np.sum(v, 0, axis=0)", ParseError, "twice"),
        ("np.sum(v, axis=1)", ShapeError, "no axis 1"),
        ("np.sum(a, axis=0)", ShapeError, "no axis 0"),
        ("np.sum(X, axis=(0, 0))", ParseError, "twice"),
        ("np.sum(X, axis=(0, -2))", ParseError, "twice"),
        ("np.sum(X, axis=v)", ParseError, "whole number"),
        ("np.sum(X, axis=0.0)", ParseError, "whole number"),
        ("np.sum(X, keepdims=1)", ParseError, "True or False"),
        ("np.sum(X, 0, 1, 2)", ParseError, "takes 1 or 2"),
        ("float(v)", ShapeError, "number"),
        ("v.astype(int)", ParseError, "float"),
        ("v.astype('float')", ParseError, "float"),
        ("np.ones(v)", ParseError, "size"),
        ("np.ones(2.5)", ParseError, "size"),
        ("np.ones(0)", ShapeError, "at least 1"),
        ("np.eye((2, 2))", ParseError, "one size"),
        ("np.log(0)", MathError, "no value"),
        ("np.sqrt(-1)", MathError, "no value"),
        ("math.maximum(a, b)", ParseError, "unknown"),
    ],
)
def test_mistakes(text, error, message):
    with pytest.raises(error, match=message):
        read(text, S)


def test_the_names_that_may_be_called():
    assert {"sum", "exp", "where", "eye", "dot"} <= set(KNOWN)
    assert "erf" not in KNOWN

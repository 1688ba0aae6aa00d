"""The public face, line by line, and what `import symbp` does."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys

import pytest
import sympy

import symbp as sb

CHAIN = "A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1"
NET = """
  input  x[n:N, j:25]
  param  W[j, k:2], b[k]
  target y[n, k]
  fact   sum(k, y[n,k]) = 1                 # or by name: fact y: one_hot(k); param s: positive
  z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
  p[n,k] = exp(z[n,k]) / sum(l, exp(z[n,l]))
  L      = -sum(n, k, y[n,k]*ln(p[n,k])) / N
"""


def words(text: object) -> str:
    """A line without the widths of its gaps: formulas are compared, columns are not."""
    return " ".join(str(text).split())


@pytest.fixture(scope="module")
def net() -> sb.System:
    return sb.System(NET)


# 1 a chain as text; names never defined are inputs


def test_chain(tmp_path):
    chain = sb.System(CHAIN)
    d = sb.derive(chain, of="E", wrt="X", at={"X": 2})
    assert words(d["X"]) == "dE/dX = A/(B*sqrt(C)) ≈ 0.224875 needs B > 0, C > 0"
    assert repr(d.steps[6]) == (
        "Step(number='1.7', before='dB/dA', after='2*A', rule='power', "
        "because='power rule', conditions=())"
    )
    assert d.latex(level="full", lang="zh", numbering="7.")
    assert d.text()
    assert d.markdown()
    assert d.html()
    assert d.graph()
    assert d.save(tmp_path / "chain.tex").exists()
    assert "text/html" in d._repr_mimebundle_()
    for suffix in ("tex", "md", "html", "txt", "svg", "json"):
        assert d.save(tmp_path / f"chain.{suffix}").stat().st_size > 100
    json.loads(d.json())


# 2 indices; roles and facts; extents are names (any size) or integers


def test_net(net):
    g = sb.derive(net)
    assert words(g["z"]) == ("delta[n,k] := dL/dz[n,k] = (p[n,k] - y[n,k])/N by sum(k, y[n,k]) = 1")
    assert words(g["W"]) == "dL/dW[j,k] = sum(n, delta[n,k]*x[n,j])"
    assert words(sb.derive(net.without_facts())["z"]) == (
        "delta[n,k] := dL/dz[n,k] = (p[n,k]*sum(l, y[n,l]) - y[n,k])/N"
    )


# 3 the same System from Python, SymPy, NumPy text, layers


def test_python():
    m = sb.System()
    n, j = m.index("n", "N"), m.index("j", 25)
    x, w = m.input("x", n, j), m.param("w", j)
    r = m.let("r", (n,), sb.sum(j, x[n, j] * w[j]))
    assert str(r) == "r[n]"
    assert str(m).splitlines()[-1] == "r[n] = sum(j, x[n,j]*w[j])"


def test_sympy():
    m = sb.System()
    x = sympy.Symbol("x")
    m.let("A", x**2 + sympy.sin(x))
    assert words(sb.derive(m)["x"]) == "dA/dx = 2*x + cos(x)"


def test_numpy():
    nll = sb.System.from_numpy(
        "np.sum(np.log(s) + (x-m)**2/(2*s**2))",
        shapes={"x": ["N"], "m": [], "s": []},
        params=["m", "s"],
        facts={"s": "positive"},
    )
    assert words(sb.derive(nll)["s"]) == "dL/ds = N/s - sum(n, (x[n] - m)^2)/s^3"


def test_layers():
    moons = sb.Network(
        sb.Input("x", 2), sb.Dense(25, "sigmoid"), sb.Dense(2, "sigmoid"), loss="squared_error"
    )
    assert isinstance(moons, sb.System)
    d = sb.derive(moons)
    assert words(d["z2"]) == (
        "delta2[n,k] := dL/dz2[n,k] = (o[n,k] - y[n,k])*o[n,k]*(1 - o[n,k])/N"
    )
    assert words(d["z1"]) == (
        "delta1[n,j] := dL/dz1[n,j] = h1[n,j]*(1 - h1[n,j])*sum(k, W2[j,k]*delta2[n,k])"
    )


# 5 claims


def test_verify(net):
    v = sb.verify(net, "dL/dz[n,k]", "(p[n,k] - y[n,k])/N")
    assert str(v) == "proved, for all sizes, by sum(k, y[n,k]) = 1"
    assert (v.verdict, v.true, v.conditions, v.witness, v.defect) == (
        *("proved", True),
        ("sum(k, y[n,k]) = 1",),
        *(None, None),
    )
    assert sb.verify(net, "dL/dz[n,k] = (p[n,k] - y[n,k])/N").true


def test_a_false_claim(net):
    v = sb.verify(net, "dL/dz[n,k]", "(y[n,k] - p[n,k])/N")
    assert (v.verdict, v.true) == ("refuted", False)
    assert v.witness is not None
    assert v.witness["correct"] != v.witness["claimed"]


# the package


def test_import_loads_nothing_heavy():
    code = "import sys, symbp; dir(symbp); symbp.__version__; print(*sys.modules)"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in made.stdout.split()}
    assert not loaded & {"sympy", "numpy", "numba", "scipy", "mpmath"}


def test_derive_does_not_load_numba():
    code = f"import sys, symbp; symbp.derive({CHAIN!r}).text(); print('numba' in sys.modules)"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == "False"


def test_public_names():
    assert len(sb.__all__) <= 25
    assert sb.__all__ == sorted(sb.__all__)
    starred = getattr(sympy, "__all__", dir(sympy))
    for name in sb.__all__:
        assert getattr(sb, name) is not None
        assert name in dir(sb)
        assert not hasattr(builtins, name), name
        assert name not in starred, name
    for name in ("sum", "max", "min"):
        assert callable(getattr(sb, name))
        assert name not in sb.__all__


def test_no_public_name_is_the_name_of_a_module():
    import importlib.util

    for name in dir(sb):
        if not name.startswith("_") and name != "version":
            value = getattr(sb, name)
            if not hasattr(value, "__path__") and not hasattr(value, "__spec__"):
                assert importlib.util.find_spec(f"symbp.{name}") is None, name


def test_unknown_attributes():
    with pytest.raises(AttributeError, match="no attribute 'deriv'"):
        _ = sb.deriv

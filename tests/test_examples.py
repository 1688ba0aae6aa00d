"""The examples, the notebooks and the benchmarks run."""

import contextlib
import io
import json
import runpy
from pathlib import Path

import pytest

from symbp.cli import main

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))
SYSTEMS = sorted((ROOT / "examples").glob("*.symbp"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def output_of(call):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        call()
    return out.getvalue()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_script(path):
    out = output_of(lambda: runpy.run_path(str(path), run_name="__main__"))
    assert out.strip()
    assert "nan" not in out


def test_chain_says_what_the_textbook_says():
    out = output_of(lambda: runpy.run_path(str(ROOT / "examples" / "chain.py")))
    assert "dE/dX = A/(B*sqrt(C)) ≈ 0.224875" in out


def test_likelihood_says_what_the_textbook_says():
    out = output_of(lambda: runpy.run_path(str(ROOT / "examples" / "from_numpy.py")))
    assert "dL/ds = N/s - sum(n, (x[n] - m)^2)/s^3" in out


@pytest.mark.parametrize("path", SYSTEMS, ids=lambda path: path.stem)
def test_system(path, capsys):
    assert main(["derive", str(path)]) == 0
    assert "dL/d" in capsys.readouterr().out


def test_commands_in_a_system_file_answer(capsys, monkeypatch, tmp_path):
    # A comment `#   symbp ...` of an example is a command that works.
    for path in SYSTEMS:
        (tmp_path / path.name).write_text(path.read_text("utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    import shlex

    for path in SYSTEMS:
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("#   symbp "):
                assert main(shlex.split(line.removeprefix("#   symbp "))) == 0, line
    capsys.readouterr()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path):
    notebook = json.loads(path.read_text("utf-8"))
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    assert cells
    namespace = {"__name__": "__main__"}
    for number, source in enumerate(cells):
        code = compile(source, f"{path.name}, cell {number}", "exec")
        output_of(lambda code=code: exec(code, namespace))  # noqa: S102


def test_benchmarks_know_what_linear_is():
    scaling = runpy.run_path(str(ROOT / "benchmarks" / "scaling.py"))
    assert scaling["exponent"]([10, 100, 1000], [1.0, 10.0, 100.0]) == pytest.approx(1)
    assert scaling["exponent"]([10, 100, 1000], [1.0, 100.0, 10000.0]) == pytest.approx(2)


def test_benchmark_systems_are_what_they_say():
    scaling = runpy.run_path(str(ROOT / "benchmarks" / "scaling.py"))
    value, start = scaling["sympy_chain"](6)
    import symbp as sb

    system = sb.System(scaling["chain_text"](6))
    assert system.evaluate(x0=0.5)["x6"] == pytest.approx(float(value.subs(start, 0.5)))
    assert len(scaling["network"](3).snapshot().given("parameter")) == 6

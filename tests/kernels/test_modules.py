"""Whole files: they compute what the interpreter computes, and are the same in every process."""

import ast
import builtins
import contextlib
import os
import random
import subprocess
import symtable
import sys
from pathlib import Path

import numpy as np
import pytest

from symbp import fitting
from symbp.errors import DeclarationError
from symbp.gradients import differentiate
from symbp.interpreter import FLOAT32, FLOAT64, evaluate
from symbp.kernels.modules import emit_module
from symbp.kernels.planning import plan
from tests.kernels.running import SOFTMAX, called, interpreted, planned, read
from tests.strategies import FAMILIES, random_system
from tests.systems.cases import SIZES
from tests.systems.table import CASES

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = {"float64": (FLOAT64, 1e-12), "float32": (FLOAT32, 1e-5)}


def compare(system, ledger, values, sizes, dtype):
    module = interpreted(plan(system, ledger), dtype)
    loss, gradient = called(module, "loss_and_gradient", values, sizes)
    numbers, tolerance = NUMBERS[dtype]
    expected = evaluate(ledger.system, values, numbers, sizes)
    near(loss, expected, ledger.of, tolerance)
    near(called(module, "loss", values, sizes), expected, ledger.of, tolerance)
    for name in ledger.wrt:
        assert gradient[name].dtype == dtype
        near(gradient[name], expected, ledger.gradients[name].quantity, tolerance)
    for name, value in called(module, "forward", values, sizes).items():
        near(value, expected, name, tolerance)


def near(found, expected, name, tolerance):
    array, scale = expected.array(name), expected.magnitude(name).astype(float)
    assert np.all(np.abs(np.asarray(found, float) - array.astype(float)) <= tolerance * scale), name


@pytest.mark.parametrize("seed", [*range(9), 56, 126, 156, 381])  # the last: one letter bound twice
def test_random_systems_equal_the_interpreter(seed):
    check_seed(seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(200, 500))
def test_many_random_systems_equal_the_interpreter(seed):
    check_seed(seed)


def check_seed(seed):
    system, values = random_system(random.Random(seed), kinks=seed % 2 == 1, facts=seed % 3 == 0)
    ledger = differentiate(system, "L", ["W", "b", "s"])
    n, j = values["x"].shape
    sizes = dict(zip(FAMILIES.values(), (n, j, values["y"].shape[1]), strict=True))
    for dtype in NUMBERS:
        compare(system, ledger, values, sizes, dtype)


@pytest.mark.parametrize(
    "case", [c for c in CASES if not c.name.endswith("_jacobian")][::5], ids=lambda c: c.name
)
def test_textbook_systems_equal_the_interpreter(case):
    system = case.system()
    ledger = differentiate(system, case.of, case.names(system))
    compare(system, ledger, case.values(system), SIZES, "float64")


def test_facts_shorten_gradients_only_where_they_are_declared():
    assert "dL/dz[n,k] = (p[n,k] - y[n,k])/N" in emit_module(planned(SOFTMAX)).text
    text = emit_module(planned(SOFTMAX.replace("fact   sum(k, y[n,k]) = 1", ""))).text
    assert "dL/dz[n,k] = (p[n,k]*sum(l, y[n,l]) - y[n,k])/N" in text
    assert "check_facts" not in text


ODD = (
    "input workspace, check, loss, value, total, lambda, σ, sigma, N, np, range, compute_loss, self"
)


def test_odd_names_are_told_apart():
    words = [word.strip() for word in ODD.removeprefix("input").split(",")]
    squares = " + ".join(f"{number}*{w}^2" for number, w in enumerate(words, 1))
    system = read(f"{ODD}; L = {squares}")
    ledger = differentiate(system, "L", words)
    emitted = emit_module(plan(system, ledger))
    assert emitted.text.isascii() is False  # the author's spelling stands in comments
    assert len(set(emitted.names.values())) == len(words)
    assert all(word.isascii() and word.isidentifier() for word in emitted.names.values())
    module = interpreted(plan(system, ledger))
    values = {emitted.names[w]: float(n) for n, w in enumerate(words, 1)}
    _, gradient = called(module, "loss_and_gradient", values, {})
    assert [float(gradient[w]) for w in words] == [2.0 * n * n for n in range(1, len(words) + 1)]


def test_the_same_plan_gives_the_same_bytes_in_every_process():
    code = (
        "from tests.kernels.running import SOFTMAX, planned\n"
        "from symbp.kernels.modules import emit_module\n"
        "import sys; sys.stdout.write(emit_module(planned(SOFTMAX), 'float32').text)"
    )
    texts = {emit_module(planned(SOFTMAX), "float32").text}
    for seed in ("1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, env=environment, check=True
        )
        texts.add(done.stdout.decode())
    assert len(texts) == 1


def unbound(text):
    """Names that some function of a file reads, and nobody binds."""
    known = {*dir(builtins), "__name__"}
    table = symtable.symtable(text, "file", "exec")
    known |= {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    found, waiting = [], [table]
    while waiting:
        current = waiting.pop()
        waiting += current.get_children()
        if current.get_type() == "function":
            found += [n for n in current.get_globals() if n not in known]
    return found


def trainable_cases():
    for case in CASES[::4]:
        system = case.system()
        for samples in ("N", None):
            with contextlib.suppress(DeclarationError):
                yield fitting.trainable(system, case.of, case.names(system), samples=samples)
                break


def test_every_name_in_a_file_is_bound_and_every_line_short():
    plans = [*trainable_cases(), planned(SOFTMAX.replace("j:3", "j:J").replace("k:2", "k:K"))]
    assert len(plans) > 5
    for made in plans:
        text = emit_module(made).text
        assert not unbound(text)
        own = text.split("# -- compiled: ")[1]  # the functions above come from `helpers`
        assert max(len(line) for line in own.splitlines()) <= 100


def test_the_file_imports_numpy_and_numba_only():
    tree = ast.parse(emit_module(planned(SOFTMAX)).text)
    found = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert found == ["math", "numba", "numpy"]
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]


def test_the_hash_depends_on_options():
    texts = [emit_module(planned(SOFTMAX), d, cache=c).text for d in NUMBERS for c in (True, False)]
    hashes = {text.split('HASH = "')[1][:16] for text in texts}
    assert len(hashes) == 4
    assert all(h.isalnum() for h in hashes)


GOLDEN = (
    "single_neuron",
    "mlp_sigmoid",
    "three_layers",
    "tied_autoencoder",
    "embedding",
    "word_model",
    "batch_norm",
)


@pytest.mark.parametrize("name", GOLDEN)
def test_files_read_like_the_derivation(golden, name):
    case = next(c for c in CASES if c.name == name)
    system = case.system()
    wrt = [q.name for q in system.given("parameter")]
    text = emit_module(plan(system, differentiate(system, case.of, wrt))).text
    assert max(len(line) for line in text.splitlines()) <= 100
    golden(f"kernels/{name}.py.txt", text)


def test_the_chain_reads_like_the_derivation(golden):
    chain = planned("A = X + 1; B = A^2; C = ln(B); D = sqrt(C); E = D - 1", "E", ("X",))
    golden("kernels/chain.py.txt", emit_module(chain, "float32").text)

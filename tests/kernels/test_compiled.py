"""Kernels as users hold them: compiled, checked, in both precisions, for every batch size."""

import copy
import inspect
import pickle
import re
import subprocess
import sys
import threading

import numba
import numpy as np
import pytest
import scipy.optimize

from symbp.errors import (
    DataError,
    DeclarationError,
    DTypeError,
    NameCollisionError,
    NotSupportedError,
    OutputPathError,
    ShapeError,
    UnknownNameError,
)
from symbp.interpreter import evaluate
from symbp.kernels.compiled import Kernel
from symbp.kernels.planning import plan
from symbp.models import System
from tests.kernels.running import SOFTMAX, read, softmax_values


@pytest.fixture(scope="module")
def kernel():
    return System(SOFTMAX).compile()


@pytest.fixture
def values():
    return softmax_values(np.random.default_rng(0))


@pytest.mark.parametrize("samples", [1, 7, 64])
def test_compiled_code_equals_the_interpreter(kernel, samples):
    values = softmax_values(np.random.default_rng(samples), samples)
    loss, gradient = kernel.loss_and_gradient(**values)
    expected = evaluate(System(SOFTMAX).snapshot(), values)
    p, n = expected["p"], samples
    assert abs(loss - expected["L"]) <= 1e-12 * expected.value("L").magnitude
    assert abs(kernel.loss(**values) - loss) <= 1e-15 * expected.value("L").magnitude
    delta = (p - values["y"]) / n
    assert np.allclose(gradient["W"], values["x"].T @ delta, rtol=0, atol=1e-13)
    assert np.allclose(gradient["b"], delta.sum(axis=0), rtol=0, atol=1e-13)
    assert np.allclose(kernel.forward(**values)["p"], p, rtol=1e-13, atol=0)


def test_float32_is_computed_in_float32(values):
    kernel = System(SOFTMAX).compile(dtype="float32")
    loss, gradient = kernel.loss_and_gradient(**values)
    assert gradient["W"].dtype == np.float32
    assert kernel.forward(**values)["p"].dtype == np.float32
    assert loss == np.float32(loss)
    exact, wide = System(SOFTMAX).compile().loss_and_gradient(**values)
    assert loss == pytest.approx(exact, rel=1e-5)
    assert np.allclose(gradient["W"], wide["W"], atol=1e-5)
    compute = kernel._loaded.module.compute_loss_and_gradient
    (llvm,) = compute.inspect_llvm().values()
    arithmetic = re.findall(r"f(?:add|sub|mul|div|neg)\b[^\n%]*\b(float|double)\b", llvm)
    assert set(arithmetic) == {"float"}


def test_a_step_allocates_nothing(kernel, values):
    from numba.core.runtime import rtsys

    workspace = kernel.make_workspace(7)
    kernel.loss_and_gradient(**values, workspace=workspace)
    compute = kernel._loaded.module.compute_loss_and_gradient
    known = {**values, **vars(workspace), "N": 7}
    known |= {f"dL_d{name}": array for name, array in workspace.derivatives.items()}
    arrays = [known[word] for word in inspect.signature(compute.py_func).parameters]

    @numba.njit
    def repeat(steps, arrays):
        for _ in range(steps):
            compute(*arrays)

    _enable_statistics()
    counts = []
    repeat(1, tuple(arrays))
    for steps in (1, 100):
        before = rtsys.get_allocation_stats()
        repeat(steps, tuple(arrays))
        after = rtsys.get_allocation_stats()
        counts.append((after.alloc - before.alloc, after.mi_alloc - before.mi_alloc))
    # A call from Python makes one record for each array that it hands over, and nothing else.
    assert counts[0] == counts[1] == (len(arrays) - 1,) * 2


def _enable_statistics():
    from numba.core.runtime import _nrt_python

    _nrt_python.memsys_enable_stats()


def test_a_workspace_is_reused_and_checked(kernel, values):
    workspace = kernel.make_workspace(7)
    first = kernel.loss_and_gradient(**values, workspace=workspace)[1]["W"]
    again = kernel.loss_and_gradient(**values, workspace=workspace)[1]["W"]
    assert np.shares_memory(first, again)
    assert np.shares_memory(first, workspace.gradient)
    alone = kernel.loss_and_gradient(**values)[1]["W"]
    assert not np.shares_memory(alone, first)
    with pytest.raises(ShapeError, match="workspace"):
        kernel.loss(**values, workspace=kernel.make_workspace(N=8))
    with pytest.raises(DTypeError, match="workspace"):
        kernel.loss(**values, workspace=object())
    with pytest.raises(ShapeError, match="at least 1"):
        kernel.make_workspace(0)


def test_sizes_of_a_workspace_are_checked(kernel):
    assert kernel.make_workspace(7).extents == kernel.make_workspace(N=np.int64(7)).extents
    with pytest.raises(ShapeError, match="size of N is needed"):
        kernel.make_workspace()
    for wrong in (7.0, "7", True):
        with pytest.raises(ShapeError, match="size N must be an integer"):
            kernel.make_workspace(wrong)
    for words in (((7, 8), {}), ((7,), {"Q": 1}), ((), {"x": 7})):
        with pytest.raises(UnknownNameError, match="takes the sizes N, and nothing else"):
            kernel.make_workspace(*words[0], **words[1])


def test_values_may_be_checked_before_a_call():
    text = "input x[n:N]; param s; fact x: positive; L = sum(n, max(s*x[n], 0))"
    kernel = System(text).compile()
    kernel.check(x=[1.0, 2.0], s=1.0)
    for x, message in (([1.0, np.nan], r"x\[1\] is nan"), ([1.0, -1.0], "x: positive does not")):
        with pytest.raises(DataError, match=message):
            kernel.check(x=x, s=1.0)
    with pytest.raises(DataError, match="s is inf"):
        kernel.check(x=[1.0], s=np.inf)
    bare = System("input x; y = x^2").compile()
    bare.check(x=2)
    for name in ("q", "y"):
        with pytest.raises(UnknownNameError, match=f"'{name}' is not given"):
            bare.check(**{name: 1.0})


def test_kernels_are_pickled_as_what_they_compute(kernel, values):
    loss = kernel.loss(**values)
    fun = kernel.objective(x=values["x"], y=values["y"])
    theta = fun.pack(W=values["W"], b=values["b"])
    for way in (lambda thing: pickle.loads(pickle.dumps(thing)), copy.deepcopy):  # noqa: S301 (our own bytes)
        again = way(kernel)
        assert again.source == kernel.source
        assert again.loss(**values) == loss
        assert way(fun)(theta)[0] == fun(theta)[0]


def test_threads_share_a_kernel(kernel, values):
    expected = kernel.loss_and_gradient(**values)
    found = []

    def call():
        for _ in range(50):
            loss, gradient = kernel.loss_and_gradient(**values)
            found.append((loss, gradient["W"].tobytes()))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {(expected[0], expected[1]["W"].tobytes())}
    assert len(found) == 200


def test_one_first_call_in_several_threads(values):
    kernel = System(SOFTMAX.replace("/ N", "/ N + 0.5*b[0]")).compile()
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(kernel.loss(**values))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(found)) == 1


WRONG = {
    "columns": ({"x": np.ones((7, 4))}, ShapeError, r"x\[n, j\] has shape \(7, 4\)"),
    "axes": ({"x": np.ones(7)}, ShapeError, "x needs 2 axes"),
    "samples": ({"y": np.ones((6, 2))}, ShapeError, "y"),
    "empty": ({"x": np.ones((0, 3))}, DataError, "x is empty"),
    "complex": ({"x": np.ones((7, 3)) * 1j}, DTypeError, "complex128"),
    "text": ({"x": [["a"] * 3] * 7}, DTypeError, "real numbers"),
    "objects": ({"b": [None, 1]}, DTypeError, "real numbers"),
    "ragged": ({"x": [[1.0, 2, 3], [1.0]]}, ShapeError, "rows"),
    "masked": ({"b": np.ma.masked_array([1.0, 2], [0, 1])}, DTypeError, "MaskedArray"),
    "fact": ({"y": np.ones((7, 2))}, DataError, r"sum\(k, y\[n,k\]\) = 1 does not hold at \[0\]"),
    "nan": ({"W": np.full((3, 2), np.nan)}, DataError, r"W\[0, 0\] is nan"),
    "unknown": ({"q": 1.0}, UnknownNameError, "'q'"),
}


@pytest.mark.parametrize(("changed", "error", "message"), WRONG.values(), ids=WRONG)
def test_wrong_values_are_told(kernel, values, changed, error, message):
    with pytest.raises(error, match=message):
        kernel.loss_and_gradient(**{**values, **changed})


def test_a_missing_value_is_told(kernel, values):
    with pytest.raises(UnknownNameError, match="no value is given for b"):
        kernel.loss(**{n: v for n, v in values.items() if n != "b"})


def test_facts_may_be_left_unchecked_or_unused(kernel, values):
    values["y"] = values["y"] * 2
    kernel.loss_and_gradient(**values, check=False)
    general = System(SOFTMAX).compile(facts=())
    _, gradient = general.loss_and_gradient(**values)
    p = evaluate(System(SOFTMAX).snapshot(), values)["p"]
    delta = (p * 2 - values["y"]) / 7
    assert np.allclose(gradient["W"], values["x"].T @ delta, rtol=0, atol=1e-12)


def test_facts_may_be_named_for_one_compilation():
    bare = System(SOFTMAX).without_facts()
    assert "(p[n,k] - y[n,k])/N" not in bare.compile().source
    kernel = bare.compile(np.float32, wrt=["W"], facts=["sum(k, y[n,k]) = 1"])
    assert "dL/dz[n,k] = (p[n,k] - y[n,k])/N" in kernel.source
    assert kernel.dtype == "float32"
    assert kernel.plan.wrt == ("W",)


def test_other_types_and_layouts_are_cast(kernel, values):
    loss = kernel.loss(**values)
    other = {n: np.asfortranarray(v) for n, v in values.items()}
    assert kernel.loss(**other) == loss
    strided = np.repeat(values["x"], 2, axis=0)[::2]
    assert kernel.loss(**{**values, "x": strided, "y": values["y"].astype(int).tolist()}) == loss
    frozen = values["W"].copy()
    frozen.flags.writeable = False
    assert kernel.loss(**{**values, "W": frozen}) == pytest.approx(loss, rel=1e-15)


def test_parameters_are_one_vector_with_views(kernel, values):
    theta = kernel.pack(W=values["W"], b=values["b"])
    assert theta.tolist() == [*values["W"].ravel(), *values["b"]]
    parts = kernel.unpack(theta)
    assert list(parts) == ["W", "b"]
    assert all(np.shares_memory(theta, part) for part in parts.values())
    with pytest.raises(ShapeError, match="theta"):
        kernel.unpack(theta[:-1])


def test_the_objective_is_what_scipy_minimises(kernel, values):
    fun = kernel.objective(x=values["x"], y=values["y"])
    start = fun.pack(W=values["W"], b=values["b"])
    loss, gradient = fun(start)
    assert gradient.dtype == np.float64
    assert gradient.shape == start.shape
    step = 1e-6
    moved = [
        (fun(start + step * e)[0] - fun(start - step * e)[0]) / (2 * step)
        for e in np.eye(len(start))
    ]
    assert np.allclose(gradient, moved, atol=1e-8)
    found = scipy.optimize.minimize(fun, start, jac=True, options={"maxiter": 20})
    assert found.fun < loss
    assert fun.unpack(found.x)["W"].shape == (3, 2)
    with pytest.raises(ShapeError, match="theta"):
        fun(start[:3])
    with pytest.raises(DataError, match="does not hold"):
        kernel.objective(x=values["x"], y=values["y"] * 3)(start)


def test_what_is_minimised_over_is_no_data(kernel, values):
    with pytest.raises(DeclarationError, match="W is what the objective"):
        kernel.objective(x=values["x"], y=values["y"], W=values["W"])
    with pytest.raises(UnknownNameError, match="'q'"):
        kernel.objective(q=1.0)
    with pytest.raises(DataError, match=r"x\[0, 0\] is nan"):
        kernel.objective(x=values["x"] * np.nan, y=values["y"])


def test_sizes_that_only_parameters_have_come_from_pack():
    system = System(
        "input x[n:N,i:I]; param W[i,j:J], v[j]; z[n,j] = sum(i, x[n,i]*W[i,j]); "
        "L = sum(n, sum(j, tanh(z[n,j])*v[j])^2)"
    )
    fun = system.compile().objective(x=np.ones((3, 2)))
    with pytest.raises(ShapeError, match="size of J"):
        fun(np.ones(9))
    start = fun.pack(W=np.full((2, 4), 0.1), v=np.ones(4))
    assert fun(start)[1].shape == (12,)


def test_a_system_without_a_scalar_output_has_forward_values_only():
    kernel = System("input x[n:N]; y[n] = relu(x[n])^2").compile()
    assert kernel.forward(x=[-1.0, 2.0])["y"].tolist() == [0.0, 4.0]
    with pytest.raises(DeclarationError, match="no scalar output"):
        kernel.loss(x=[1.0])


def test_labels_outside_their_range_never_reach_compiled_code():
    kernel = System("input t[n:N]; param E[v:V]; L = sum(n, E[t[n]]^2)").compile()
    assert kernel.loss(t=[0, 2.0], E=[1, 2, 3]) == 10.0
    for labels, message in (([0, 3], "label 3 of t"), ([-1], "label -1"), ([0.5], "no integer")):
        with pytest.raises(DataError, match=message):
            kernel.loss(t=labels, E=[1, 2, 3])


def test_a_name_may_be_given_in_any_of_its_spellings():
    kernel = System("input x; param θ₁; L = (θ₁*x - 1)^2").compile(wrt="θ₁")
    folded, written = {"x": 3.0, "θ1": 2.0}, {"x": 3.0, "θ₁": 2.0}
    assert kernel.loss(**written) == kernel.loss(**folded) == 25
    _, gradient = kernel.loss_and_gradient(**written)
    assert gradient["θ1"] == 30
    kernel.check(**written)
    theta = kernel.pack(**{"θ₁": 2.0})
    assert kernel.objective(x=3.0).pack(**{"θ₁": 2.0}) == theta
    with pytest.raises(DeclarationError, match="is what the objective is a function of"):
        kernel.objective(**written)
    with pytest.raises(NameCollisionError, match="two values are given for 'θ1'"):
        kernel.loss(**written, θ1=2.0)
    state = kernel.make_state(theta)
    with pytest.raises(DeclarationError, match="is a part of theta"):
        kernel.train_step(theta, state, **written)


def test_what_no_kernel_is_made_of_is_told():
    with pytest.raises(DTypeError, match="float16"):
        System(SOFTMAX).compile(dtype="float16")
    with pytest.raises(NotSupportedError, match="z is computed"):
        System(SOFTMAX).compile(wrt="z")
    with pytest.raises(DeclarationError, match="no equations"):
        Kernel(plan(read("input x")))


def test_the_file_is_written_whole(kernel, tmp_path):
    path = kernel.save(tmp_path / "kernels.py")
    assert path.read_text(encoding="utf-8") == kernel.source
    assert "CACHE = False" in kernel.source
    assert "CACHE = True" in kernel.save(tmp_path / "kept.py", cache=True).read_text("utf-8")
    with pytest.raises(OutputPathError):
        kernel.save(tmp_path / "missing" / "kernels.py")


def test_the_file_runs_without_symbp(kernel, values, tmp_path):
    kernel.save(tmp_path / "kernels.py")
    np.savez(tmp_path / "values.npz", **values)
    code = (
        "import sys; sys.path.insert(0, '.'); import kernels, numpy\n"
        "values = dict(numpy.load('values.npz'))\n"
        "print(repr(kernels.loss(**values)))\n"
        "assert not {'symbp', 'sympy'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) == kernel.loss(**values)
    assert not list(tmp_path.rglob("*.nbi"))

"""Operation counts: polynomials in the extents, and equal to what programs do when they run."""

import random
from dataclasses import dataclass

import numpy as np
import pytest

import symbp as sb
from symbp.adjoints import sweep
from symbp.costs import Count, count_equation, count_system, own_operations
from symbp.environments import Environment
from symbp.equations import Equation
from symbp.errors import NotSupportedError, ShapeError, UnknownNameError
from symbp.evaluation import Frame
from symbp.expressions import (
    ZERO,
    Abstraction,
    Binder,
    Bracket,
    Logical,
    Reduce,
    TensorOperator,
    Where,
    accesses,
    postorder,
)
from symbp.gradients import differentiate
from symbp.indices import IndexExpr
from symbp.interpreter import FLOAT64, read_data
from symbp.kernels import machine
from symbp.kernels.lowering import lower
from symbp.simplification import Simplifier
from tests.shorthand import at, index
from tests.strategies import FAMILIES, random_system
from tests.systems.cases import SIZES
from tests.systems.table import CASES


def counted(text: str) -> str:
    return str(count_system(sb.System(text).snapshot()))


# -- polynomials -----------------------------------------------------------------------------------

DENSE = "input x[n:N, j:J]; param W[j, k:K], b[k]; z[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]"

COUNTS = {
    "Y = X + 1": "1",
    "Y = -X": "1",
    "Y = -X - 1": "2",
    "Y = 1/X": "1",
    "Y = X*X*X/2": "3",
    "Y = X^2": "1",
    "Y = X": "0",
    "Y = exp(sin(X))": "2",
    "Y = max(X, 0)": "1",
    "Y = where(X > 0, X*X, exp(X) + 1)": "4",
    DENSE: "2*N*J*K + N*K",
    "input x[n:100, j:7]; s[n] = sum(j, x[n,j])": "700",
    "input x[n:N]; s = max(n, x[n])": "N",
    "input x[n:N]; s = prod(n, x[n])": "N",
    "input x[n:N]; s = sum(n, x[n])/N": "N + 1",
    "input x[n:N, j:J]; s = sum(n, j, x[n,j]^2)": "2*N*J",
    "input x[a:N]; p[a] = exp(x[a])/sum(b, exp(x[b]))": "4*N",
    "input x[t:lambda, q:σ]; s = sum(t, q, x[t,q])": "lambda*σ",
    "input A[i:N, j:N]; input B[j:N, k:M]; C[i,k] = sum(j, A[i,j]*B[j,k])": "2*N^2*M",
}


@pytest.mark.parametrize(("text", "expected"), COUNTS.items())
def test_the_polynomial(text, expected):
    assert counted(text) == expected


def ranges(*pairs):
    """Binders from 0: `ranges(("i", "N"), ("j", index("i") + 1))`."""
    return [Binder(letter, upper=index(upper)) for letter, upper in pairs]


def test_a_triangle_is_no_square():
    body = Reduce("sum", ranges(("j", index("i") + 1)), at("x", "j"))
    running = Equation("s", tuple(ranges(("i", "N"))), (index("i"),), body)
    assert str(count_equation(running, ("N",))) == "(N^2 + N)/2"


def test_sums_over_triangles_in_triangles_are_counted_as_they_run():
    inner = Reduce("sum", ranges(("k", index("j") + 1)), at("x", "i") * at("x", "j") * at("x", "k"))
    pairs = Reduce("sum", ranges(("j", index("i") + 1), ("i", "N")), inner)
    found = count_equation(Equation("L", (), (), pairs))
    for n in range(1, 8):
        places = [(i, j) for i in range(n) for j in range(i + 1)]
        assert found.at(N=n) == sum(3 * (j + 1) + 1 for _, j in places)


@pytest.mark.parametrize(
    "upper",
    [IndexExpr.gather("t", (index("i"),)), index("i") // 2, (index("i") + 1) % 3],
    ids=["data", "division", "remainder"],
)
def test_a_range_that_is_no_polynomial_is_refused(upper):
    body = Reduce("sum", [Binder("j", upper=upper)], at("x", "j"))
    equation = Equation("s", tuple(ranges(("i", "N"))), (index("i"),), body)
    with pytest.raises(NotSupportedError, match=r"s runs over .*no polynomial"):
        count_equation(equation)


def test_a_tensor_operator_is_refused():
    matrix = Abstraction(ranges(("i", "N"), ("j", "N")), at("A", "i", "j"))
    right = TensorOperator("det", [matrix], ())
    with pytest.raises(NotSupportedError, match="tensor operator"):
        count_equation(Equation("d", (), (), right))


def test_a_divided_extent_stays_as_it_is():
    half = Equation("s", (), (), Reduce("sum", ranges(("j", index("N") // 2)), at("x", "j")))
    found = count_equation(half)
    assert (str(found), found.at(N=7)) == ("((N)//2)", 3)


def test_each_quantity_has_its_part():
    cost = count_system(sb.System(DENSE).snapshot())
    assert {name: str(part) for name, part in cost.parts.items()} == {
        "_1": "2*N*J*K",
        "z": "N*K",
    }
    assert str(cost["z"]) == "N*K"
    assert repr(cost) == "<Cost 2*N*J*K + N*K>"
    assert repr(cost["z"]) == "<Count N*K>"
    with pytest.raises(UnknownNameError, match="nothing called 'zz' is computed"):
        cost["zz"]


def test_a_shared_part_counts_once():
    made = sb.System()
    u = made.input("u")._as_node()
    inner = u * u + 1
    made.let("Y", (), inner * inner * inner)
    assert str(count_system(made.snapshot())) == "4"


def test_names_and_order_of_terms_do_not_count():
    one = count_system(sb.System(DENSE).snapshot())
    other = DENSE.replace("N", "Ω").replace(
        "sum(j, x[n,j]*W[j,k]) + b[k]", "b[k] + sum(j, W[j,k]*x[n,j])"
    )
    assert str(count_system(sb.System(other).snapshot())) == str(one).replace("N", "Ω")


def test_extents_have_to_be_given():
    cost = count_system(sb.System(DENSE).snapshot())
    assert cost.at(N=3, J=4, K=5) == 135
    assert cost.at({"N": np.int64(3), "J": 4}, K=5) == 135
    with pytest.raises(ShapeError, match="K"):
        cost.at(N=3, J=4)
    for wrong in (0, -1, 2.5, True):
        with pytest.raises(ShapeError, match="positive"):
            cost.at(N=wrong, J=1, K=1)


def test_counts_add_up_over_different_denominators():
    n = IndexExpr.extent("N")
    half, third = Count(n * n + n, 2), Count(n * n * n - n, 3)
    assert str(half + third) == "(2*N^3 + 3*N^2 + N)/6"
    assert (half + third).at(N=4) == 10 + 20
    assert str(half + half) == "N^2 + N"


# -- what programs do ------------------------------------------------------------------------------


@dataclass
class CountingEnvironment(Environment):
    """Counts the nodes that a statement really evaluates, each once."""

    operations: int = 0

    def evaluate(self, root, letters=None):
        frame = Frame(letters or {}, 0)
        value = self.run(root, frame)
        if isinstance(root, Logical) and any(a.quantity == "·best" for a in accesses(root)):
            self.operations += 1  # one comparison, and care for NaN
            return value
        done = (node for node in postorder(root) if id(node) in frame)
        self.operations += sum(own_operations(node) for node in done)
        return value


class CountingMachine(machine._Machine):
    """Counts what accumulators and matrix products do beside expressions."""

    def _combined(self, operator, old, new):
        self.environment.operations += 1
        return super()._combined(operator, old, new)

    def _contract(self, statement):
        before = self.environment.operations
        super()._contract(statement)
        rows, inner = self._shape(*statement.left)
        _, columns = self._shape(*statement.right)
        # gemm adds every product to what is there, so K products are K additions
        self.environment.operations = before + 2 * rows * inner * columns


def performed(system, values, sizes) -> int:
    """The operations of the program for all equations of a system, as it runs."""
    outputs = [e.target for e in system.equations]
    program = machine.check_program(lower(system, outputs, "compute"))
    plain = read_data(system, values, FLOAT64, sizes)
    counting = CountingEnvironment(plain.numbers, plain.extents, plain.shapes, plain.elements)
    with np.errstate(all="ignore"):
        CountingMachine(program, counting).block(program.body, {})
    return counting.operations


def decides(system) -> bool:
    """Whether a value, or a bracket, decides what is computed."""
    kinds = (Where, Bracket)
    return any(isinstance(n, kinds) for e in system.equations for n in postorder(e.right))


@pytest.mark.parametrize("seed", range(24))
def test_random_programs_do_what_was_counted(seed):
    rng = random.Random(seed)
    system, values = random_system(rng, kinks=seed % 4 == 0, gathers=seed % 2 == 0)
    n, j = values["x"].shape
    sizes = dict(zip(FAMILIES.values(), (n, j, values["y"].shape[1]), strict=True))
    ledger = differentiate(system, "L", ["W", "b", "s"])
    for whole in (system, ledger.system):
        expected, found = count_system(whole).at(sizes), performed(whole, values, sizes)
        assert found <= expected, f"seed {seed}"
        assert found == expected or decides(whole), f"seed {seed}"


@pytest.mark.parametrize("case", CASES[::9], ids=lambda c: c.name)
def test_textbook_programs_do_what_was_counted(case):
    system = case.system()
    values = case.values(system)
    ledger = differentiate(system, case.of, case.names(system))
    expected, found = count_system(ledger.system).at(SIZES), performed(ledger.system, values, SIZES)
    assert found <= expected
    assert found == expected or decides(ledger.system)


# -- what derivatives cost -------------------------------------------------------------------------


def deep(layers: int, units: int = 10) -> sb.Network:
    """A multilayer perceptron of equally wide tanh layers."""
    hidden = [sb.Dense(units, "tanh") for _ in range(layers - 1)]
    return sb.Network(sb.Input("x", units), *hidden, sb.Dense(3), loss="squared_error")


NORMS = """
input x[n:N, j:J]; param g[j], b[j]; target y[n, j]
{moments}
h[n,j] = (x[n,j] - m[{own}])/sqrt(v[{own}] + 1/100000)
o[n,j] = g[j]*h[n,j] + b[j]
L = sum(n, j, (o[n,j] - y[n,j])^2)/2
"""
ATTENTION = """
input x[t:T, d:D]; param Q[d, h:H], K[d, h], V[d, h]; target y[t, h]
q[t,h] = sum(d, x[t,d]*Q[d,h])
k[t,h] = sum(d, x[t,d]*K[d,h])
v[t,h] = sum(d, x[t,d]*V[d,h])
s[t,u] = sum(h, q[t,h]*k[u,h])/sqrt(H)
p[t,u] = exp(s[t,u])/sum(w, exp(s[t,w]))
o[t,h] = sum(u, p[t,u]*v[u,h])
L = sum(t, h, (o[t,h] - y[t,h])^2)/2
"""
LAYER = {"moments": "m[n] = sum(j, x[n,j])/J; v[n] = sum(j, (x[n,j] - m[n])^2)/J", "own": "n"}
BATCH = {"moments": "m[j] = sum(n, x[n,j])/N; v[j] = sum(n, (x[n,j] - m[j])^2)/N", "own": "j"}
#: Models, and the sizes of the benchmarks.
MODELS = {
    "moons": (
        lambda: sb.Network(
            sb.Input("x", 2),
            *(sb.Dense(units, "sigmoid") for units in (25, 50, 25, 2)),
            loss="squared_error",
        ),
        {"N": 1400},
    ),
    "digits": (
        lambda: sb.Network(
            sb.Input("x", 784),
            sb.Dense(256, "relu"),
            sb.Dense(128, "relu"),
            sb.Dense(10, "softmax"),
            loss="cross_entropy",
        ),
        {"N": 128},
    ),
    "deep": (lambda: deep(64), {"N": 32}),
    "attention": (lambda: sb.System(ATTENTION), {"T": 128, "D": 64, "H": 64}),
    "layer norm": (lambda: sb.System(NORMS.format(**LAYER)), {"N": 128, "J": 256}),
    "batch norm": (lambda: sb.System(NORMS.format(**BATCH)), {"N": 128, "J": 256}),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("inputs", [False, True], ids=["parameters", "inputs too"])
def test_forward_and_adjoint_system_together_cost_at_most_six_times_the_forward_one(name, inputs):
    model, sizes = MODELS[name]
    system = model()
    given = [q.name for q in system.snapshot().given("parameter", "input")]
    derivation = sb.derive(system, wrt=given if inputs else None)
    assert derivation.cost().at(sizes) <= 6 * system.cost().at(sizes)


def test_operations_of_a_deep_network_are_linear_in_its_depth():
    costs = [sb.derive(deep(layers)).cost().at(N=32) for layers in (4, 8, 16, 32, 64)]
    steps = [(b - a) / n for a, b, n in zip(costs, costs[1:], (4, 8, 16, 32), strict=False)]
    assert max(steps) - min(steps) <= 1e-9 * max(steps), "the same operations for every layer"


def attention_blocks(blocks: int, bias: bool = False) -> str:
    """Blocks of layer norm, attention and a GELU layer, each added to what it reads."""
    params, lines = [], []
    for b in range(1, blocks + 1):
        params += [f"Q{b}[d,e:E], K{b}[d,e], V{b}[d,e], O{b}[e,d], A{b}[d,f:F], B{b}[f,d], g{b}[d]"]
        params += [f"c{b}[e]"] if bias else []
        lines += [f"m{b}[t] = mean(d, x{b - 1}[t,d])"]
        lines += [f"r{b}[t] = sqrt(mean(d, (x{b - 1}[t,d] - m{b}[t])^2) + 1/100000)"]
        lines += [f"n{b}[t,d] = g{b}[d]*(x{b - 1}[t,d] - m{b}[t])/r{b}[t]"]
        shifts = {"K": f" + c{b}[e]" if bias else ""}
        for v in "QKV":
            added = f"sum(d, n{b}[t,d]*{v}{b}[d,e]){shifts.get(v, '')}"
            lines += [f"{v.lower()}{b}[t,e] = {added}"]
        lines += [f"s{b}[t,u] = sum(e, q{b}[t,e]*k{b}[u,e])/sqrt(E)"]
        lines += [f"a{b}[t,u] = exp(s{b}[t,u])/sum(w, exp(s{b}[t,w]))"]
        lines += [f"o{b}[t,e] = sum(u, a{b}[t,u]*v{b}[u,e])"]
        lines += [f"h{b}[t,d] = x{b - 1}[t,d] + sum(e, o{b}[t,e]*O{b}[e,d])"]
        lines += [f"z{b}[t,f] = sum(d, h{b}[t,d]*A{b}[d,f])"]
        lines += [f"x{b}[t,d] = h{b}[t,d] + sum(f, gelu(z{b}[t,f])*B{b}[f,d])"]
    head = f"input x0[t:T, d:D]; target y[t, d]; param {', '.join(params)}"
    return "\n".join([head, *lines, f"L = sum(t, d, (x{blocks}[t,d] - y[t,d])^2)"])


def test_operations_of_attention_blocks_are_linear_in_their_number():
    sizes = {"T": 32, "D": 48, "E": 16, "F": 96}
    systems = [sb.System(attention_blocks(blocks)) for blocks in (2, 3, 5)]
    costs = [sb.derive(system).cost().at(sizes) for system in systems]
    assert costs[2] - costs[1] == 2 * (costs[1] - costs[0]), "the same operations for every block"
    assert costs[2] <= 4 * systems[2].cost().at(sizes)


def test_a_bias_of_the_keys_has_no_gradient_in_any_block():
    derivation = sb.derive(sb.System(attention_blocks(3, bias=True)), wrt=["c1", "c2", "c3"])
    assert [str(derivation[name].node) for name in ("c1", "c2", "c3")] == [str(ZERO)] * 3


def test_what_is_searched_does_not_grow_with_the_number_of_blocks():
    """A block in a row of many costs what it costs in a row of few."""
    largest = []
    for blocks in (3, 5):
        system = sb.System(attention_blocks(blocks)).snapshot()
        given = [q.name for q in system.given("parameter")]
        simplifier = Simplifier(sweep(system, "L", given))
        sizes: list[int] = []
        searched = simplifier.forms.best

        def noted(root, *, hidden=True, sizes=sizes, searched=searched):
            sizes.append(root.size)
            return searched(root, hidden=hidden)

        simplifier.forms.best = noted
        simplifier.run()
        largest.append(max(sizes))
    assert largest[0] == largest[1]

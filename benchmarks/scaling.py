"""How time and operations grow with the system, beside SymPy `diff` + `cse` and PyTensor `grad`.

Run: `python benchmarks/scaling.py [repetitions] [--write docs/scaling.md]`. Every tool is measured
in this one process, repetition by repetition and tool by tool, so that a busy machine is busy for
all of them; seconds are processor time, medians. Each tool differentiates, simplifies, and counts
scalar operations of value and derivatives by the conventions of `symbp/costs.py`. An exponent is
the slope of log(seconds) over log(size), fitted to all sizes that the tool was given; 1 is linear.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import symbp as sb

sys.path.insert(0, str(Path(__file__).resolve().parent))

from peers import (
    HAS_PYTENSOR,
    Measured,
    pytensor_chain,
    pytensor_derivatives,
    pytensor_network,
    sympy_chain,
    sympy_derivatives,
    sympy_perceptron,
)

CHAINS = (4, 8, 12, 16, 30, 100, 300, 1_000, 3_000, 10_000)
STEPS = (5, 10, 20, 40, 80)
NETWORKS = (4, 8, 16, 32, 64)
BLOCKS = (2, 4, 8, 16)
UNROLLED = (4, 8, 16, 32)
PLANNED = (8, 16, 32, 64)
PERCEPTRONS = (1, 2, 3)
#: SymPy unfolds what is shared: beyond this the substituted expression does not come to an end.
SYMPY_UP_TO = 16
#: PyTensor's rewriting takes minutes beyond this.
PYTENSOR_UP_TO = 300
UNITS, SAMPLES, WIDTH = 10, 32, 3
#: Below this line of a file stand the tables.
MARK = "<!-- written by benchmarks/scaling.py -->"


# -- models ----------------------------------------------------------------------------------------


def chain_text(length: int) -> str:
    """A chain of equations: sine, product with a constant, sigmoid, ... each of the one before."""
    shapes = ("sin({0}) + {0}", "{0}*3/4 - 1/5", "sigmoid({0})*{0}", "sqrt({0}^2 + 1)")
    lines = [f"x{n + 1} = {shapes[n % len(shapes)].format(f'x{n}')}" for n in range(length)]
    return "\n".join(lines)


def network(layers: int) -> sb.Network:
    """A multilayer perceptron with that many dense layers of ten units."""
    hidden = [sb.Dense(UNITS, "tanh") for _ in range(layers - 1)]
    return sb.Network(sb.Input("x", UNITS), *hidden, sb.Dense(3), loss="squared_error")


def nested(steps: int) -> sb.System:
    """One formula e = e*e + e in a loop: shared parts that nobody named."""
    system = sb.System()
    made = system.input("x")
    for _ in range(steps):
        made = made * made + made
    system.let("y", made)
    return system


def unnamed_network(layers: int, *, softmax: bool) -> sb.System:
    """Dense layers of ten units as one line each, with no name for what tanh is applied to."""
    names = range(1, layers + 1)
    params = ", ".join(f"W{k}[j, i:{UNITS}], b{k}[j:{UNITS}]" for k in names)
    lines = [f"input h0[n:N, i:{UNITS}]; param {params}; target y[n, j:{UNITS}]"]
    lines += [f"h{k}[n,j] = tanh(sum(i, W{k}[j,i]*h{k - 1}[n,i]) + b{k}[j])" for k in names]
    if softmax:
        lines.append(f"p[n,j] = exp(h{layers}[n,j])/sum(i, exp(h{layers}[n,i]))")
        lines.append("L = -sum(n, j, y[n,j]*ln(p[n,j]))")
    else:
        lines.append(f"L = sum(n, j, (h{layers}[n,j] - y[n,j])^2)/2")
    return sb.System("\n".join(lines))


def attention_blocks(blocks: int) -> sb.System:
    """Attention with twelve heads, blocks of it one after the other, each added to its input."""
    names = range(1, blocks + 1)
    params = ", ".join(f"Q{b}[a:12,d,h:H], K{b}[a,d,h], V{b}[a,d,h], O{b}[a,h,d]" for b in names)
    lines = [f"input x0[t:T, d:D]; target y[t, d]; param {params}"]
    for b in names:
        inner = f"x{b - 1}[t,d]"
        lines += [f"{v.lower()}{b}[a,t,h] = sum(d, {inner}*{v}{b}[a,d,h])" for v in "QKV"]
        lines.append(f"s{b}[a,t,u] = sum(h, q{b}[a,t,h]*k{b}[a,u,h])/sqrt(H)")
        lines.append(f"p{b}[a,t,u] = exp(s{b}[a,t,u])/sum(w, exp(s{b}[a,t,w]))")
        lines.append(f"o{b}[a,t,h] = sum(u, p{b}[a,t,u]*v{b}[a,u,h])")
        lines.append(f"x{b}[t,d] = {inner} + sum(a, h, o{b}[a,t,h]*O{b}[a,h,d])")
    lines.append(f"L = sum(t, d, (x{blocks}[t,d] - y[t,d])^2)")
    return sb.System("\n".join(lines))


def transformer(blocks: int) -> sb.System:
    """Blocks of layer norm, causal attention, layer norm and a GELU layer, each with a residual."""
    params, lines = ["U[d,c:C]"], []
    for b in range(1, blocks + 1):
        params += [f"g{b}[d], b{b}[d], Q{b}[d,e:E], K{b}[d,e], V{b}[d,e], O{b}[e,d]"]
        params += [f"f{b}[d], c{b}[d], A{b}[d,f:F], a{b}[f], B{b}[f,d]"]
        for name, read, gain, shift in zip("nw", (f"x{b - 1}", f"h{b}"), "gf", "bc", strict=True):
            scaled = f"{gain}{b}[d]*({read}[t,d] - m{name}{b}[t])/sqrt(v{name}{b}[t] + 1/100000)"
            lines += [
                f"m{name}{b}[t] = sum(d, {read}[t,d])/D",
                f"v{name}{b}[t] = sum(d, ({read}[t,d] - m{name}{b}[t])^2)/D",
                f"{name}{b}[t,d] = {scaled} + {shift}{b}[d]",
            ]
        lines += [f"{v.lower()}{b}[t,e] = sum(d, n{b}[t,d]*{v}{b}[d,e])" for v in "QKV"]
        shown = f"where(u <= t, exp(s{b}[t,u]), 0)"
        lines += [
            f"s{b}[t,u] = sum(e, q{b}[t,e]*k{b}[u,e])/sqrt(E)",
            f"p{b}[t,u] = {shown}/sum(u, {shown})",
            f"o{b}[t,e] = sum(u, p{b}[t,u]*v{b}[u,e])",
            f"h{b}[t,d] = x{b - 1}[t,d] + sum(e, o{b}[t,e]*O{b}[e,d])",
            f"z{b}[t,f] = sum(d, w{b}[t,d]*A{b}[d,f]) + a{b}[f]",
            f"x{b}[t,d] = h{b}[t,d] + sum(f, gelu(z{b}[t,f])*B{b}[f,d])",
        ]
    lines += [
        f"l[t,c] = sum(d, x{blocks}[t,d]*U[d,c])",
        "r[t,c] = exp(l[t,c])/sum(j, exp(l[t,j]))",
        "L = -sum(t, c, y[t,c]*ln(r[t,c]))",
    ]
    head = f"input x0[t:T, d:D]; param {', '.join(params)}; target y[t,c:C]"
    return sb.System("\n".join([head, *lines]))


def mixed(layers: int, *, residual: bool = False) -> sb.System:
    """Layers of ten units, sigmoid, tanh, relu and gelu in turn, alone or added to their input."""
    names = range(1, layers + 1)
    params = ", ".join(f"W{k}[j, i:{UNITS}], b{k}[j:{UNITS}]" for k in names)
    lines = [f"input h0[n:N, i:{UNITS}]; param {params}; target y[n, j:{UNITS}]"]
    for k in names:
        activation = ("gelu", "sigmoid", "tanh", "relu")[k % 4]
        lines.append(f"z{k}[n,j] = sum(i, W{k}[j,i]*h{k - 1}[n,i]) + b{k}[j]")
        past = f"h{k - 1}[n,j] + " if residual else ""
        lines.append(f"h{k}[n,j] = {past}{activation}(z{k}[n,j])")
    lines.append(f"L = sum(n, j, (h{layers}[n,j] - y[n,j])^2)/2")
    return sb.System("\n".join(lines))


def unrolled(steps: int) -> sb.System:
    """An LSTM cell of eight units, its steps written out one by one, the weights shared."""
    inputs = ", ".join(f"x{t}[n:N, i:6]" for t in range(1, steps + 1))
    params = ", ".join(f"W{g}[j:8, i:6], U{g}[j, l:8], b{g}[j]" for g in "ifog")
    lines = [f"input {inputs}, h0[n, j:8], c0[n, j:8]; param {params}; target y[n, j:8]"]
    for t in range(1, steps + 1):
        for g in "ifog":
            past = f"sum(l, U{g}[j,l]*h{t - 1}[n,l])"
            lines.append(f"z{g}{t}[n,j] = sum(i, W{g}[j,i]*x{t}[n,i]) + {past} + b{g}[j]")
            lines.append(f"{g}{t}[n,j] = {'tanh' if g == 'g' else 'sigmoid'}(z{g}{t}[n,j])")
        lines.append(f"c{t}[n,j] = f{t}[n,j]*c{t - 1}[n,j] + i{t}[n,j]*g{t}[n,j]")
        lines.append(f"h{t}[n,j] = o{t}[n,j]*tanh(c{t}[n,j])")
    lines.append(f"L = sum(n, j, (h{steps}[n,j] - y[n,j])^2)/2")
    return sb.System("\n".join(lines))


def perceptron(layers: int) -> sb.Network:
    """A narrow tanh network on one sample: small enough to be written out entry by entry."""
    hidden = [sb.Dense(WIDTH, "tanh") for _ in range(layers - 1)]
    return sb.Network(
        sb.Input("x", WIDTH), *hidden, sb.Dense(WIDTH), loss="squared_error", samples=None
    )


SOFTMAX = """
input x[n:N, j:J]; param W[j, k:K], b[k], V[k, c:C], d[c]; target y[n, c]
a[n,k] = sum(j, x[n,j]*W[j,k]) + b[k]
h[n,k] = exp(a[n,k])/sum(l, exp(a[n,l]))
z[n,c] = sum(k, h[n,k]*V[k,c]) + d[c]
p[n,c] = exp(z[n,c])/sum(l, exp(z[n,l]))
L = -sum(n, c, y[n,c]*ln(p[n,c]))/N
"""
NORM = """
input x[n:N, j:J]; param g[j], b[j]; target y[n, j]
{moments}
h[n,j] = (x[n,j] - m[{own}])/sqrt(v[{own}] + 1/100000)
o[n,j] = g[j]*h[n,j] + b[j]
L = sum(n, j, (o[n,j] - y[n,j])^2)/2
"""
LAYER = NORM.format(moments="m[n] = sum(j, x[n,j])/J; v[n] = sum(j, (x[n,j] - m[n])^2)/J", own="n")
BATCH = NORM.format(moments="m[j] = sum(n, x[n,j])/N; v[j] = sum(n, (x[n,j] - m[j])^2)/N", own="j")
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
#: Models whose adjoint systems are compared with their forward ones, and their sizes.
RATIOS: Mapping[str, tuple[Callable[[], sb.System], Mapping[str, int]]] = {
    "64 tanh layers of 10 units": (lambda: network(64), {"N": SAMPLES}),
    "two softmax layers": (lambda: sb.System(SOFTMAX), {"N": 128, "J": 25, "K": 20, "C": 10}),
    "attention": (lambda: sb.System(ATTENTION), {"T": 128, "D": 64, "H": 64}),
    "layer norm": (lambda: sb.System(LAYER), {"N": 128, "J": 256}),
    "batch norm": (lambda: sb.System(BATCH), {"N": 128, "J": 256}),
}


# -- measuring -------------------------------------------------------------------------------------


def medians(
    works: Mapping[str, Callable[[], int | None]], repetitions: int
) -> dict[str, tuple[float, int | None]]:
    """Median processor seconds of each piece of work, taken in turns, and what it counted."""
    runs: dict[str, list[float]] = {name: [] for name in works}
    counted: dict[str, int | None] = {}
    for _ in range(repetitions):
        for name, work in works.items():
            start = time.process_time()
            counted[name] = work()
            runs[name].append(time.process_time() - start)
    return {name: (statistics.median(runs[name]), counted[name]) for name in works}


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Slope of the line through (log size, log seconds), by least squares."""
    xs, ys = [math.log(n) for n in sizes], [math.log(s) for s in seconds]
    x_mean, y_mean = statistics.fmean(xs), statistics.fmean(ys)
    above = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - x_mean) ** 2 for x in xs)


def table(
    sizes: Sequence[int],
    tools: Callable[[int], Mapping[str, Measured]],
    repetitions: int,
    head: str,
    counted: str = "operations",
) -> list[str]:
    """A table of seconds and operations by size, and the fitted exponents, as Markdown."""
    found: dict[str, dict[int, tuple[float, int | None]]] = {}
    for size in sizes:
        for name, measured in medians(tools(size), repetitions).items():
            found.setdefault(name, {})[size] = measured
            print(f"  {head} {size}: {name} {measured[0]:.4f} s, {measured[1]} {counted}")
    titles = [f"{name}, {what}" for name in found for what in ("s", counted)]
    lines = [f"| {head} | {' | '.join(titles)} |", "|---" * (len(titles) + 1) + "|"]
    for size in sizes:
        cells = [_cell(found[name].get(size)) for name in found]
        lines.append(f"| {size:,} | {' | '.join(cells)} |")
    fits = []
    for name, known in found.items():
        kept = {n: known[n] for n in sizes if n in known and known[n][0] > 0}
        if len(kept) > 2:
            fits.append(f"{name} {exponent(list(kept), [s for s, _ in kept.values()]):.2f}")
    return [*lines, "", f"Fitted exponents of time: {', '.join(fits)}.", ""]


def _cell(measured: tuple[float, int | None] | None) -> str:
    if measured is None:
        return "- | -"
    seconds, operations = measured
    return f"{seconds:.3g} | {operations:,}"


# -- the tables ------------------------------------------------------------------------------------


def chain_tools(length: int) -> Mapping[str, Measured]:
    """The derivative of a chain by its start."""
    system = sb.System(chain_text(length))
    tools: dict[str, Measured] = {
        "symbp": lambda: sb.derive(system, wrt="x0").cost().at(),
    }
    if length <= SYMPY_UP_TO:
        value, start = sympy_chain(length)
        tools["SymPy"] = lambda: sympy_derivatives(value, [start])
    if HAS_PYTENSOR and length <= PYTENSOR_UP_TO:
        graph, inputs = pytensor_chain(length)
        tools["PyTensor"] = lambda: pytensor_derivatives(graph, inputs)
    return tools


def network_tools(layers: int) -> Mapping[str, Measured]:
    """The derivatives of a deep network by all its weights."""
    system = network(layers)
    tools: dict[str, Measured] = {"symbp": lambda: sb.derive(system).cost().at(N=SAMPLES)}
    if HAS_PYTENSOR:
        units = [*([UNITS] * layers), 3]
        graph, inputs = pytensor_network(units, SAMPLES)
        tools["PyTensor"] = lambda: pytensor_derivatives(graph, inputs)
    return tools


def nested_tools(steps: int) -> Mapping[str, Measured]:
    """The derivative of a formula that was written with a loop."""
    system = nested(steps)
    return {"symbp": lambda: sb.derive(system).cost().at()}


def unnamed_tools(layers: int) -> Mapping[str, Measured]:
    """The derivatives of deep networks whose pre-activations have no names."""
    squared = unnamed_network(layers, softmax=False)
    softmax = unnamed_network(layers, softmax=True)
    return {
        "squared error": lambda: sb.derive(squared).cost().at(N=SAMPLES),
        "softmax, cross-entropy": lambda: sb.derive(softmax).cost().at(N=SAMPLES),
    }


def block_tools(blocks: int) -> Mapping[str, Measured]:
    """The derivatives of attention blocks, and of a transformer, by all their weights."""
    attention, whole = attention_blocks(blocks), transformer(blocks)
    sizes = {"T": 32, "D": 48, "E": 16, "F": 192, "C": 10}
    return {
        "attention": lambda: sb.derive(attention).cost().at(T=32, D=48, H=4),
        "transformer": lambda: sb.derive(whole).cost().at(sizes),
    }


def layer_tools(layers: int) -> Mapping[str, Measured]:
    """The derivatives of layers with different activations, without and with residuals."""
    plain, residual = mixed(layers), mixed(layers, residual=True)
    return {
        "in turn": lambda: sb.derive(plain).cost().at(N=SAMPLES),
        "with residuals": lambda: sb.derive(residual).cost().at(N=SAMPLES),
    }


def unrolled_tools(steps: int) -> Mapping[str, Measured]:
    """The derivatives of an LSTM cell that was written out step by step."""
    system = unrolled(steps)
    return {"symbp": lambda: sb.derive(system).cost().at(N=SAMPLES)}


def planned_tools(size: int) -> Mapping[str, Measured]:
    """The programs that kernels are made of, without Numba, and how many characters they take.

    As many layers as it says, and an eighth as many blocks, each of them eight equations and more.
    """
    makers = {
        "layers with residuals": lambda: mixed(size, residual=True),
        "transformer": lambda: transformer(max(1, size // 8)),
    }
    return {name: lambda make=make: len(make().compile().source) for name, make in makers.items()}


def perceptron_tools(layers: int) -> Mapping[str, Measured]:
    """The derivatives of a narrow network on one sample, which SymPy has entry by entry."""
    system = perceptron(layers)
    loss, weights = sympy_perceptron(layers, WIDTH)
    tools: dict[str, Measured] = {
        "symbp": lambda: sb.derive(system).cost().at(),
        "SymPy": lambda: sympy_derivatives(loss, weights),
    }
    if HAS_PYTENSOR:
        graph, inputs = pytensor_network([WIDTH] * (layers + 1), 1)
        tools["PyTensor"] = lambda: pytensor_derivatives(graph, inputs)
    return tools


def ratios(repetitions: int) -> list[str]:
    """Forward and adjoint system together, over the forward system alone."""
    lines = [
        "| model | sizes | forward | forward and adjoint | ratio | derive, s |",
        "|---|---|---|---|---|---|",
    ]
    for name, (model, sizes) in RATIOS.items():
        system = model()
        given = [q.name for q in system.snapshot().given("input", "parameter")]
        work = {name: lambda s=system, g=given, at=sizes: sb.derive(s, wrt=g).cost().at(at)}
        seconds, whole = medians(work, repetitions)[name]
        forward = system.cost().at(sizes)
        shown = ", ".join(f"{n} {size}" for n, size in sizes.items())
        quotient = (whole or 0) / forward
        lines.append(
            f"| {name} | {shown} | {forward:,} | {whole:,} | {quotient:.2f} | {seconds:.3g} |"
        )
    return [*lines, ""]


def bars(repetitions: int) -> list[str]:
    """Two derivations that have to be quick."""
    chain = sb.System("\n".join(f"x{n + 1} = tanh(x{n})" for n in range(32)))
    softmax = sb.System(SOFTMAX)
    works: dict[str, Callable[[], None]] = {
        "tanh chain of depth 32": lambda: [None, sb.derive(chain, wrt="x0")][0],
        "two softmax layers, warm": lambda: [None, sb.derive(softmax)][0],
    }
    found = medians(works, repetitions)
    lines = ["| derivation | s |", "|---|---|"]
    return [*lines, *(f"| {name} | {seconds:.3g} |" for name, (seconds, _) in found.items()), ""]


def main() -> None:
    """Measure, print, and write the tables where they are wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repetitions", nargs="?", type=int, default=3)
    parser.add_argument(
        "--write", type=Path, help="a Markdown file: what stands below its mark is written anew"
    )
    options = parser.parse_args()
    times = options.repetitions
    if not HAS_PYTENSOR:
        print("PyTensor is not installed, and left out")
    for tools in (chain_tools(8), network_tools(2), perceptron_tools(1)):
        medians(tools, 1)  # loads what is loaded late
    bars(1)
    versions = {"SymPy": version("sympy")}
    if HAS_PYTENSOR:
        versions["PyTensor"] = version("pytensor")
    named = " and ".join(f"{tool} {number}" for tool, number in versions.items())
    lines = [f"Medians of {times}, beside {named}.", ""]
    lines += ["### Chains", "", *table(CHAINS, chain_tools, times, "equations")]
    lines += ["### A formula in a loop", "", *table(STEPS, nested_tools, times, "steps")]
    lines += ["### Deep networks", "", *table(NETWORKS, network_tools, times, "layers")]
    lines += [
        "### Deep networks without names",
        "",
        *table(NETWORKS, unnamed_tools, times, "layers"),
    ]
    lines += ["### Activations in turn", "", *table(NETWORKS, layer_tools, times, "layers")]
    lines += ["### Attention blocks", "", *table(BLOCKS, block_tools, times, "blocks")]
    lines += ["### Steps written out", "", *table(UNROLLED, unrolled_tools, times, "steps")]
    lines += [
        "### Programs for kernels",
        "",
        *table(PLANNED, planned_tools, times, "layers", "characters"),
    ]
    lines += ["### Entry by entry", "", *table(PERCEPTRONS, perceptron_tools, times, "layers")]
    lines += ["### Adjoint over forward", "", *ratios(times)]
    lines += ["### Quick", "", *bars(times)]
    print("\n".join(lines))
    if options.write:
        kept, _, _ = options.write.read_text("utf-8").partition(MARK)
        options.write.write_text(f"{kept}{MARK}\n\n" + "\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()

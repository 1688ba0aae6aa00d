"""How the time to derive and simplify grows with the system: chains and deep networks.

Run: `python benchmarks/scaling.py [repetitions]`. Beside a chain stands what SymPy's `diff` takes
on the same chain substituted into one expression, for the sizes where that ends. The exponent is
the slope of log(seconds) over log(size), fitted to all sizes of a table; 1 is linear.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import sympy

import symbp as sb

CHAINS = (10, 20, 50, 100, 300, 1_000, 3_000, 10_000)
NETWORKS = (4, 8, 16, 32, 64)
#: SymPy unfolds what is shared: beyond this the substituted expression does not come to an end.
SYMPY_UP_TO = 20


def chain_text(length: int) -> str:
    """A chain of equations: sine, product with a constant, sigmoid, ... each of the one before."""
    shapes = ("sin({0}) + {0}", "{0}*3/4 - 1/5", "sigmoid({0})*{0}", "sqrt({0}^2 + 1)")
    lines = [f"x{n + 1} = {shapes[n % len(shapes)].format(f'x{n}')}" for n in range(length)]
    return "\n".join(lines)


def sympy_chain(length: int) -> tuple[sympy.Expr, sympy.Symbol]:
    """The same chain as one expression."""
    start = sympy.Symbol("x0", real=True)
    value: sympy.Expr = start
    for n in range(length):
        value = (
            sympy.sin(value) + value,
            value * sympy.Rational(3, 4) - sympy.Rational(1, 5),
            value / (1 + sympy.exp(-value)),
            sympy.sqrt(value**2 + 1),
        )[n % 4]
    return value, start


def network(layers: int) -> sb.Network:
    """A multilayer perceptron with that many dense layers of ten units."""
    hidden = [sb.Dense(10, "tanh") for _ in range(layers - 1)]
    return sb.Network(sb.Input("x", 10), *hidden, sb.Dense(3), loss="squared_error")


def median_seconds(work: Callable[[], object], repetitions: int) -> float:
    """Median wall time of `work`."""
    runs = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        runs.append(time.perf_counter() - start)
    return statistics.median(runs)


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Slope of the line through (log size, log seconds), by least squares."""
    xs, ys = [math.log(n) for n in sizes], [math.log(s) for s in seconds]
    x_mean, y_mean = statistics.fmean(xs), statistics.fmean(ys)
    above = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - x_mean) ** 2 for x in xs)


def chains(repetitions: int) -> None:
    """Print the table of chains."""
    print(f"\n{'equations':>9} {'declare':>9} {'derive':>9} {'per eq.':>9} {'SymPy diff':>11}")
    times = []
    for length in CHAINS:
        text = chain_text(length)
        declare = median_seconds(lambda text=text: sb.System(text), repetitions)
        system = sb.System(text)
        derive = median_seconds(lambda system=system: sb.derive(system, wrt="x0"), repetitions)
        times.append(derive)
        beside = "-"
        if length <= SYMPY_UP_TO:
            value, start = sympy_chain(length)
            sympy.core.cache.clear_cache()
            beside = f"{median_seconds(lambda v=value, s=start: v.diff(s), 1):.3f}s"
        each = 1000 * derive / length
        print(f"{length:>9} {declare:8.3f}s {derive:8.3f}s {each:7.3f}ms {beside:>11}")
    print(f"fitted exponent of derive: {exponent(CHAINS, times):.3f}")


def networks(repetitions: int) -> None:
    """Print the table of networks."""
    print(f"\n{'layers':>9} {'declare':>9} {'derive':>9} {'per layer':>10}")
    times = []
    for layers in NETWORKS:
        declare = median_seconds(lambda layers=layers: network(layers), repetitions)
        system = network(layers)
        derive = median_seconds(lambda system=system: sb.derive(system), repetitions)
        times.append(derive)
        print(f"{layers:>9} {declare:8.3f}s {derive:8.3f}s {1000 * derive / layers:8.2f}ms")
    print(f"fitted exponent of derive: {exponent(NETWORKS, times):.3f}")


def main() -> None:
    """Print both tables."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    sb.derive(sb.System(chain_text(10)), wrt="x0")  # load what is loaded late
    chains(repetitions)
    sb.derive(network(2))
    networks(repetitions)


if __name__ == "__main__":
    main()

"""How long the program takes to answer, beside what its dependencies take to load.

Run: `python benchmarks/startup.py [repetitions]`. Each line is the median of fresh processes.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

COMMANDS = (
    ("bare python", ["-c", "pass"]),
    ("symbp --help", ["-m", "symbp", "--help"]),
    ("symbp derive --help", ["-m", "symbp", "derive", "--help"]),
    ("import symbp", ["-c", "import symbp"]),
    ("symbp derive (a chain)", ["-m", "symbp", "derive", "-e", "A = X + 1; B = A^2; C = ln(B)"]),
    ("import numpy", ["-c", "import numpy"]),
    ("import sympy", ["-c", "import sympy"]),
    ("import numba", ["-c", "import numba"]),
)


def seconds(words: list[str]) -> float:
    """Wall time of one process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    print(f"{'command':<24} {'median':>9} {'fastest':>9}   of {repetitions}")
    for name, words in COMMANDS:
        seconds(words)  # the first run writes byte code
        runs = [seconds(words) for _ in range(repetitions)]
        print(f"{name:<24} {statistics.median(runs):8.3f}s {min(runs):8.3f}s")


if __name__ == "__main__":
    main()

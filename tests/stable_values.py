"""What the tests of stable spellings share: systems read from text, derived, and written again."""

from __future__ import annotations

from random import Random

from symbp.declarations import Builder
from symbp.gradients import differentiate
from symbp.language.text import parse_system
from symbp.spelling import spell_equation
from symbp.systems import EquationSystem

SOFTMAX = """
input z[n:N, k:K]
target y[n,k]
p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))
L = -sum(n, k, y[n,k]*ln(p[n,k]))
"""


def read(text: str) -> EquationSystem:
    builder = Builder()
    parse_system(text, builder)
    return builder.snapshot()


def derived(text: str, of: str = "L", wrt: tuple[str, ...] = ("z",)) -> EquationSystem:
    """Forward and adjoint equations."""
    return differentiate(read(text), of, wrt).system


def lines(system: EquationSystem) -> list[str]:
    """The equations as they are computed, in order."""
    return [spell_equation(e) for e in system.equations]


def line(system: EquationSystem, name: str) -> str:
    """The equation of one quantity, what stands right of the first equals sign."""
    (found,) = (spell_equation(e) for e in system.equations if e.target == name)
    return found.partition(" = ")[2]


def random_system(draws: Random) -> str:
    """A system of softmaxes, logarithms of sums, masks and activations."""
    text = ["input z[n:N, k:K], w[k], b[n], c[k]; input T: positive; input m[k]: binary"]
    tables: list[str] = []
    rows: list[str] = []
    exponents = ("z[n,k]", "-z[n,k]", "z[n,k]/T", "z[n,k] + w[k]", "z[n,k] - b[n]", "2*z[n,k]")
    factors = ("{}", "{}", "where(c[k] > 0, {}, 0)", "m[k]*{}", "{}*w[k]^2")
    for place in range(draws.randint(2, 5)):
        exponent = draws.choice(exponents)
        above = draws.choice(factors).format(f"exp({exponent})")
        below = above.replace("k]", "l]")
        plain = f"exp({exponent.replace('k]', 'l]')})"
        known = draws.choice(tables) if tables else "z"
        kind = draws.randrange(7)
        if kind in (1, 3):
            rows.append(f"r{place}")
        else:
            tables.append(f"a{place}")
        text += {
            0: [f"a{place}[n,k] = {above}/sum(l, {below})"],
            1: [f"r{place}[n] = ln(sum(l, {plain}))"],
            2: [f"s{place}[n] = sum(l, {plain})", f"a{place}[n,k] = exp({exponent})/s{place}[n]"],
            3: [f"r{place}[n] = sum(k, {known}[n,k]*w[k])"],
            4: [f"a{place}[n,k] = sigmoid({exponent})"],
            5: [f"a{place}[n,k] = {known}[n,k]*(1 - {known}[n,k]) + tanh(z[n,k])"],
            6: [f"a{place}[n,k] = exp({exponent})*m[k]/(exp({exponent}) + exp(w[k]))"],
        }[kind]
    terms = [f"sum(n, k, {name}[n,k]*z[n,k])" for name in tables]
    terms += [f"sum(n, {name}[n])" for name in rows]
    return "\n".join([*text, f"L = {' + '.join(terms)}"])

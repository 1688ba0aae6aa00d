"""Limits of size that were met are said, each with what was not tried; others are not."""

import pytest

import symbp as sb
from symbp.ledger.limits import growth_limits


def limits_of(text, wrt="x"):
    return list(growth_limits(sb.derive(text, wrt=wrt).ledger))


def terms(count, of="a{n}*x^{n}"):
    return " + ".join(of.format(n=n) for n in range(2, count + 2))


def cuts(count):
    return " + ".join(f"where(x > {n}, x^{n + 2}, 0)" for n in range(count))


#: The limit, an equation that stays below it, one that does not, and what is said of it.
ROWS = {
    "activation": (
        *(f"z = x*c\nL = exp(z)*({terms(n, 'z^{n}')})" for n in (4, 30)),
        "L not compared with activations: more than 60 nodes",
    ),
    "cells": (
        *(f"L = {cuts(n)}" for n in (3, 6)),
        "branches of L not compared where they meet: more than 9 pieces",
    ),
    "definition": (
        *(f"q = {terms(n)}\nL = q^2" for n in (4, 20)),
        "q not opened under sums: more than 60 nodes",
    ),
    "vanishing": (
        *(f"L = {terms(n)}" for n in (4, 20)),
        "dL/dx not tried for being 0 whatever the data: more than 45 nodes",
    ),
    "orders": (
        *(
            f"input x[n:N]\nL = sum(n, {' + '.join(f'sin(x[n] + {i})' for i in range(n))})"
            for n in (4, 8)
        ),
        "the sum that is L not looked for in other orders: more than 6 terms or factors",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_limit_that_was_met_says_so_and_no_other(name):
    below, beyond, said = ROWS[name]
    assert said not in limits_of(below)
    assert said in limits_of(beyond)


def test_each_is_said_once():
    found = limits_of(f"L = {cuts(6)} + {terms(30)}")
    assert len(found) == len(set(found)) > 1


def test_a_small_derivation_meets_none():
    assert limits_of("L = where(x > 0, exp(x), x)*tanh(x)") == []

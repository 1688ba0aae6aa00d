"""Random systems: derived, simplified, told, and compared with differences of the interpreter."""

import random

import numpy as np
import pytest

from symbp.adjoints import sweep
from symbp.gradients import differentiate
from symbp.simplification import Simplifier
from symbp.spelling import spell, spell_equation
from tests.strategies import random_system
from tests.systems.measuring import gradients_hold

#: What is drawn: smooth functions; branches and maxima; targets with a fact.
KINDS = ({"gathers": True}, {"kinks": True, "gathers": True}, {"facts": True})
FEW, MANY = range(25), range(1000, 1250)


def drawn(seed):
    kind = KINDS[seed % len(KINDS)]
    rng = random.Random(seed)
    system, values = random_system(rng, equations=rng.randint(2, 4), **kind)
    if "kinks" in kind:  # no two entries are equal: a maximum is attained once
        shape = values["y"].shape
        values["y"] = np.random.default_rng(seed).uniform(-1.5, 1.5, shape).round(3)
    sizes = {"N": values["x"].shape[0], "J": values["x"].shape[1], "K": values["W"].shape[1]}
    return system, values, sizes, "kinks" not in kind


def check(seed):
    system, values, sizes, smooth = drawn(seed)
    names = [q.name for q in system.given() if q.kind == "real"]
    ledger = differentiate(system, "L", names)
    try:
        gradients_hold(ledger, values, seed=seed, sizes=sizes, computed=smooth)
        assert len(ledger.steps) >= len(system.author_equations)
        for gradient in ledger.gradients.values():
            assert gradient.printed.right.free <= set(gradient.printed.letters)
    except AssertionError:
        shown = "\n".join(spell_equation(e) for e in system.author_equations)
        print(f"seed {seed}\n{shown}")
        raise


@pytest.mark.parametrize("seed", FEW)
def test_derivatives_equal_differences(seed):
    check(seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", MANY)
def test_derivatives_of_many_more(seed):
    check(seed)


@pytest.mark.parametrize("seed", FEW[:8])
def test_simplifying_twice_changes_nothing(seed):
    system, *_ = drawn(seed)
    swept = sweep(system, "L", [q.name for q in system.given() if q.kind == "real"])
    simplifier = Simplifier(swept)
    simplifier.run()
    for adjoint in swept.adjoints.values():
        once = simplifier._system[adjoint.name].node
        assert spell(simplifier.forms.best(once).node) == spell(once), f"seed {seed}"


def test_the_same_seed_gives_the_same_bytes():
    system, *_ = drawn(3)
    again, *_ = drawn(3)
    names = [q.name for q in system.given() if q.kind == "real"]
    first, second = (differentiate(s, "L", names).gradients for s in (system, again))
    assert [spell_equation(g.printed) for g in first.values()] == [
        spell_equation(g.printed) for g in second.values()
    ]

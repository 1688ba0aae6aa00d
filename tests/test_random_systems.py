"""Random systems: derived, simplified, told, and compared with differences of the interpreter."""

import random

import numpy as np
import pytest

from symbp.adjoints import sweep
from symbp.gradients import differentiate
from symbp.simplification import Simplifier
from symbp.spelling import spell, spell_equation
from symbp.verification.checker import check_rows
from tests.strategies import random_system
from tests.systems.measuring import gradients_hold
from tests.variants import WAYS, differences

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


def names_of(system):
    return [q.name for q in system.given() if q.kind == "real"]


def check_twice(seed):
    """What simplification made is not changed by simplifying it again."""
    system, *_ = drawn(seed)
    simplifier = Simplifier(sweep(system, "L", names_of(system)))
    simplifier.run()
    for adjoint in simplifier.sweep.adjoints.values():
        once = simplifier._system[adjoint.name].node
        assert spell(simplifier.forms.best(once).node) == spell(once), f"seed {seed}"


def check_variant(seed, how):
    """The printed derivatives of the system written otherwise are the same but for order."""
    system, *_ = drawn(seed)
    assert differences(system, "L", names_of(system), seed, how) == []


def check_laws(seed):
    """Every change on the way to a printed form is one that the checker confirms."""
    system, *_ = drawn(seed)
    ledger = differentiate(system, "L", names_of(system)[:2])
    # a derivative by a computed quantity, held free, has none where two entries attain a maximum
    problems = [
        problem
        for problem in check_rows(ledger, ledger.workings)
        if problem.kind == "wrong" and "gives nothing" not in problem.reason
    ]
    assert problems == [], f"seed {seed}"


#: Sums that were put together and are read apart again; numbers that cancel below other numbers.
APART = (1008, 1113, 1120, 1351, 1598, 1883)
#: A long equation, of which two sums inside one another overlap in what they add.
TAKEN_APART = (1057,)


@pytest.mark.parametrize("seed", [*FEW, *APART])
def test_simplifying_twice_changes_nothing(seed):
    check_twice(seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", MANY)
def test_simplifying_many_more_twice_changes_nothing(seed):
    check_twice(seed)


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("seed", [*FEW, *TAKEN_APART])
def test_forms_do_not_depend_on_order_names_and_letters(seed, how):
    check_variant(seed, how)


@pytest.mark.full
@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("seed", MANY)
def test_forms_of_many_more_depend_on_nothing_else_either(seed, how):
    check_variant(seed, how)


@pytest.mark.parametrize("seed", FEW[:6])
def test_every_change_is_confirmed_by_the_checker(seed):
    check_laws(seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", MANY[:60])
def test_every_change_of_many_more_is_confirmed(seed):
    check_laws(seed)


def test_the_same_seed_gives_the_same_bytes():
    system, *_ = drawn(3)
    again, *_ = drawn(3)
    names = [q.name for q in system.given() if q.kind == "real"]
    first, second = (differentiate(s, "L", names).gradients for s in (system, again))
    assert [spell_equation(g.printed) for g in first.values()] == [
        spell_equation(g.printed) for g in second.values()
    ]

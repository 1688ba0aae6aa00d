"""What a file holds: tasks, gradients with and without facts, what facts are checked."""

import pytest

from symbp.errors import DeclarationError, NotSupportedError
from symbp.gradients import differentiate
from symbp.kernels.loops import Section, walk
from symbp.kernels.planning import plan
from symbp.spelling import spell_equation
from tests.kernels.running import SOFTMAX, planned, read


def equation_of(made, target):
    (found,) = made.system.producers[target]
    return spell_equation(made.system.originals.get(found, found))


def test_three_tasks_of_one_system():
    made = planned(SOFTMAX)
    assert list(made.tasks) == ["forward", "loss", "loss_and_gradient"]
    assert made.outputs == ("z", "p")
    assert made.gradients == {"W": "dL/dW", "b": "dL/db"}
    assert [b.name for b in made.tasks["loss_and_gradient"].signature.results] == ["dL/dW", "dL/db"]


def test_facts_are_used_and_listed():
    made = planned(SOFTMAX)
    assert equation_of(made, "dL/dz") == "dL/dz[n,k] = (p[n,k] - y[n,k])/N"
    assert len(made.facts) == 1
    system = read(SOFTMAX).with_facts(())
    bare = plan(system, differentiate(system, "L", ["W", "b"]))
    assert equation_of(bare, "dL/dz") == "dL/dz[n,k] = (p[n,k]*sum(l, y[n,l]) - y[n,k])/N"
    assert bare.facts == ()


def test_facts_of_parameters_that_nothing_rests_on_are_not_checked():
    made = planned("param s: positive; input x: positive; L = s*x", "L", ("s",))
    assert [f.quantity for f in made.facts] == ["x"]


def test_without_a_target_forward_gives_everything():
    made = planned("A = X + 1; E = A^2", "E", ("X",))
    assert made.outputs == ("A", "E")
    assert planned("param W; target y; L = (W - y)^2", "L", ("W",)).outputs == ("L",)


def test_what_is_no_plan_is_told():
    system = read(SOFTMAX)
    with pytest.raises(NotSupportedError, match="z is computed"):
        plan(system, differentiate(system, "L", ["z"]))
    with pytest.raises(DeclarationError, match="p has axes"):
        plan(system, differentiate(system, "p", ["W"]))
    with pytest.raises(DeclarationError, match="nothing to compute"):
        plan(read("input x"))


def test_programs_compute_stable_spellings_and_say_so():
    made = planned(SOFTMAX)
    assert "max/z" in made.system.quantities
    program = made.tasks["loss"].program
    sections = [s.equation for s in walk(program.body) if isinstance(s, Section)]
    assert "max_z[n] = max(l, z[n,l])" in sections
    program = made.tasks["loss_and_gradient"].program
    sections = [s.equation for s in walk(program.body) if isinstance(s, Section)]
    (text,) = (s for s in sections if s.startswith("p[n,k] = "))
    assert text == "p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))    (shifted by the maximum)"
    assert made.system.author_equations[1].right == read(SOFTMAX).author_equations[1].right

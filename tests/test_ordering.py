import pytest

from symbp.errors import DeclarationError, NotSupportedError
from symbp.expressions import Where
from symbp.functions import call
from symbp.ordering import may_meet, order_equations, recurrent, start_recurrence, steps_away
from tests.shorthand import at, builder, index, same


def targets(system):
    return [e.target for e in system.equations]


def test_the_given_order_is_kept_where_it_is_legal():
    made = builder(a=at("x") + 1, c=at("x") * 2, b=at("a") + at("c"))
    assert targets(made.snapshot()) == ["a", "c", "b"]


def test_a_use_may_come_before_its_definition():
    made = builder(b=at("a") + 1, d=at("x") + 3, a=at("x") + 2)
    assert targets(made.snapshot()) == ["d", "a", "b"]


def test_cycles_are_named():
    made = builder(a=at("b") + 1, b=at("a") * 2)
    with pytest.raises(DeclarationError, match="a -> b -> a"):
        made.snapshot()
    with pytest.raises(DeclarationError, match="a -> a"):
        builder(a=at("a") + 1).snapshot()
    three = builder(x0=at("c") + 1, a=at("x0"), b=at("a") + 1, c=at("b") + 1, z=at("c"))
    with pytest.raises(DeclarationError, match="x0 -> a -> b -> c -> x0"):
        three.snapshot()


def test_a_long_cycle_is_found_without_recursion():
    made = builder(**{f"a{n}": at(f"a{(n + 1) % 5000}") + 1 for n in range(5000)})
    with pytest.raises(DeclarationError, match="defined by each other"):
        made.snapshot()


def chain(first, *rest):
    made = builder("x[t:T] u")
    made.define("h", [index(0)], first)
    for place, right in rest:
        made.define("h", [index(place)], right)
    return made


def test_fixed_places_are_separate_elements():
    made = chain(at("u"), (2, at("h", 1) + 1), (1, at("h", 0) * 2))
    assert [str(e.at[0]) for e in made.snapshot().equations] == ["0", "1", "2"]
    backwards = chain(at("h", 1), (1, at("h", 0) * 2))
    with pytest.raises(DeclarationError, match="h -> h"):
        backwards.snapshot()


def test_a_step_back_is_a_recurrence_and_starts_where_it_can():
    made = chain(at("x", 0), ("t", at("h", index("t") - 1) * at("x", "t")))
    system = made.snapshot()
    step = system.equations[1]
    assert recurrent(step)
    assert step.ranges[0].lower == index(1)
    assert not may_meet(system.equations[0], step)


def test_a_step_forward_ends_where_it_must():
    made = builder("x[t:T]")
    made.define("h", [index("t")], at("h", index("t") + 1) * at("x", "t"))
    step = made.snapshot().equations[0]
    assert step.ranges[0].upper == index("T") - 1


def test_a_guarded_step_keeps_its_range():
    made = builder("x[t:T]")
    back = Where(same("t", 0), at("x", "t"), at("h", index("t") - 1) * at("x", "t"))
    made.define("h", [index("t")], back)
    step = made.snapshot().equations[0]
    assert step.ranges[0].lower == index(0)
    assert start_recurrence(step) is step


def test_a_recurrence_through_several_quantities_is_not_supported_yet():
    made = builder("x[t:T]")
    made.define("h", [index("t")], call("tanh", at("c", "t")))
    made.define("c", [index("t")], at("h", index("t") - 1) + at("x", "t"))
    with pytest.raises(NotSupportedError, match="h -> c -> h"):
        made.snapshot()


def test_steps_away():
    made = builder("x[t:T]")
    made.define("h", [index("t")], at("x", "t"))
    equation = made.snapshot().equations[0]
    assert steps_away(equation, [index("t") - 1])
    assert not steps_away(equation, [index("t")])
    assert not steps_away(equation, [index("T")])


def test_orders_of_ten_thousand():
    made = builder(**{f"a{n}": at(f"a{n + 1}") + 1 for n in range(3000)})
    made.define("a3000", [], at("x"))
    order = order_equations(made._equations)
    assert order[0] == 3000
    assert order[-1] == 0

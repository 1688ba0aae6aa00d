"""From equations to loops: which statement each kind of equation becomes."""

import pytest

from symbp.equations import Equation
from symbp.errors import NotSupportedError
from symbp.expressions import Abstraction, Access, Binder, Reduce, TensorOperator
from symbp.kernels.loops import Accumulate, Assign, Contract, Guard, Let, Loop, walk
from symbp.kernels.lowering import lower, needed
from symbp.quantities import Axis, Quantity
from symbp.systems import EquationSystem
from tests.kernels.running import read
from tests.shorthand import at, index

BODIES = {
    "elementwise": ("input x[n:N]; L[n] = x[n]^2", [Loop, Assign]),
    "sum": ("input x[n:N]; L = sum(n, x[n])", [Let, Loop, Accumulate, Assign]),
    "rows": ("input x[n:N,k:K]; L[n] = sum(k, x[n,k])", [Loop, Let, Loop, Accumulate, Assign]),
    "max": (
        "input x[n:N]; L = max(n, x[n])",
        [Let, Loop, Let, Guard, Assign, Assign],
    ),
    "product": ("input a[i:I,c:C], b[c,j:J]; L[i,j] = sum(c, a[i,c]*b[c,j])", [Contract]),
    "transposed": ("input a[c:C,i:I], b[j:J,c]; L[i,j] = sum(c, b[j,c]*a[c,i])", [Contract]),
    "scaled": (
        "input a[i:I,c:C], b[c,j:J]; L[i,j] = sum(c, 2*a[i,c]*b[c,j])",
        [Loop, Loop, Let, Loop, Accumulate, Assign],
    ),
}


@pytest.mark.parametrize(("text", "kinds"), BODIES.values(), ids=BODIES)
def test_statements_of_an_equation(text, kinds):
    program = lower(read(text), ("L",), "compute")
    (section,) = program.body
    assert [type(s) for s in walk(section.body)] == kinds


def test_a_transposed_factor_is_marked():
    text = BODIES["transposed"][0]
    (section,) = lower(read(text), ("L",), "compute").body
    assert section.body == (Contract("L", ("a", True), ("b", True)),)


def test_a_bound_letter_never_hides_an_outer_one():
    system = read("input a[k:3], b[k:3]; y[k] = sum(l, a[l]*b[l]); L = sum(k, y[k])")
    for section in lower(system, ("L",), "compute").body:
        letters = [s.letter for s in walk(section.body) if isinstance(s, Loop)]
        assert len(letters) == len(set(letters))


def test_only_what_is_asked_for_is_computed():
    system = read("input x; a = x^2; b = x^3; L = a + 1")
    assert [e.target for e in needed(system, ("L",))] == ["a", "L"]
    program = lower(system, ("L",), "compute")
    assert [(b.name, b.storage) for b in program.buffers] == [
        ("x", "argument"),
        ("a", "workspace"),
        ("L", "result"),
    ]


def system_of(right, *ranges, places=("i",)):
    """A system with one equation for `L`, which reads `A[i:I,j:I]`."""
    binders = [Binder(name, index(low), index(high)) for name, low, high in ranges]
    square = (Axis("i", index("I")), Axis("j", index("I")))
    target = Quantity("L", tuple(Axis(x, index("I")) for x in places), role="output")
    equation = Equation("L", tuple(binders), tuple(index(x) for x in places), right)
    return EquationSystem({"A": Quantity("A", square, role="input"), "L": target}, (equation,))


def test_part_of_a_matrix_is_no_matrix_product():
    product = at("A", "i", "c") * at("A", "c", "j")
    whole, part = (Reduce("sum", [Binder("c", index(0), index(e))], product) for e in ("I", 2))
    ranges = (("i", 0, "I"), ("j", 0, "I"))
    for right, expected in ((whole, True), (part, False)):
        (section,) = lower(system_of(right, *ranges, places=("i", "j")), ("L",), "compute").body
        assert isinstance(section.body[0], Contract) is expected


def test_a_bound_letter_that_is_an_outer_letter_is_renamed():
    hidden = Reduce("sum", [Binder("i", index(0), index("I"))], at("A", "i", "i"))
    (section,) = lower(system_of(hidden, ("i", 0, "I")), ("L",), "compute").body
    letters = [s.letter for s in walk(section.body) if isinstance(s, Loop)]
    assert letters[0] == "i"
    assert letters[1] != "i"


def test_ranges_that_use_letters_stand_inside_them():
    system = system_of(at("A", "i", "j"), ("j", 0, "i"), ("i", 0, "I"))
    (section,) = lower(system, ("L",), "compute").body
    assert [s.letter for s in walk(section.body) if isinstance(s, Loop)] == ["i", "j"]


def test_what_is_not_lowered_yet_is_told():
    earlier = Access("L", [index("i") - 1])
    with pytest.raises(NotSupportedError, match="L is a recurrence"):
        lower(system_of(earlier, ("i", 1, "I")), ("L",), "compute")
    inverse = TensorOperator(
        "inv", [Abstraction([Binder("a"), Binder("b")], at("A", "a", "b"))], [index("i"), index(0)]
    )
    with pytest.raises(NotSupportedError, match="tensor operator"):
        lower(system_of(inverse, ("i", 0, "I")), ("L",), "compute")


def test_a_comment_says_how_an_equation_is_computed():
    program = lower(read("input x[n:N]; L = sum(n, x[n])"), ("L",), "compute", {"L": "slowly"})
    (section,) = program.body
    assert section.equation == "L = sum(n, x[n])    (slowly)"


def test_hidden_quantities_have_the_names_of_the_file_in_comments():
    text = "input x[n:N]; y[n] = x[n]*sum(m, x[m]); L[n] = y[n]^2"
    program = lower(read(text), ("L",), "compute")
    assert [s.equation for s in program.body] == [
        "part1 = sum(m, x[m])",
        "y[n] = x[n]*sum(m, x[m])",
        "L[n] = y[n]^2",
    ]

"""Programs as data: buffers by name, statements outermost first."""

from symbp.expressions import Number
from symbp.indices import IndexExpr
from symbp.kernels.loops import Accumulate, Assign, Buffer, Guard, Let, Loop, Program, Section, walk
from tests.shorthand import at, index, same


def test_statements_are_visited_outermost_first():
    store = Assign(at("y", "n"), at("x", "n"))
    add = Accumulate("sum", at("·total"), at("x", "n"))
    guard = Guard(same("n", 0), (store, add))
    loop = Loop("n", IndexExpr.integer(0), index("N"), "parallel", (guard,))
    start = Let("·total", Number(0))
    section = Section("y[n] = x[n]", (start, loop))
    assert list(walk((section,))) == [section, start, loop, guard, store, add]


def test_buffers_are_found_by_name():
    buffer = Buffer("x", (index("N"),), storage="argument")
    program = Program("p", (buffer,), ())
    assert program.buffer("x") is buffer
    assert program.buffer("·total") is None

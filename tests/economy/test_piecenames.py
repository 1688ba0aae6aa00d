"""Hidden names are numbered as a reader meets them."""

from dataclasses import replace

import symbp as sb
from symbp.economy.hoisting import hoist
from symbp.economy.piecenames import number_pieces
from symbp.spelling import spell_equation

TEXT = """
input x[t:T, d:D], o[t:T, u:U], y[t:T, u:U]
h[d] = 1 + sum(t, x[t,d])
g[d,u] = 2 + sum(t, x[t,d]*(o[t,u] - y[t,u]))
"""


def lines(system):
    return [spell_equation(e) for e in system.equations]


def test_names_follow_the_order_of_the_equations():
    moved = hoist(sb.System(TEXT).snapshot())
    assert lines(moved)[2:4] == ["_3[t,u] = o[t,u] - y[t,u]", "_2[d,u] = sum(t, x[t,d]*_3[t,u])"]
    assert lines(number_pieces(moved)) == [
        "_1[d] = sum(t, x[t,d])",
        "h[d] = 1 + _1[d]",
        "_2[t,u] = o[t,u] - y[t,u]",
        "_3[d,u] = sum(t, x[t,d]*_2[t,u])",
        "g[d,u] = 2 + _3[d,u]",
    ]


def test_what_is_in_order_is_the_same_object():
    system = sb.System(TEXT).snapshot()
    assert number_pieces(system) is system
    once = number_pieces(hoist(system))
    assert number_pieces(once) is once


def test_what_is_given_keeps_its_names():
    moved = hoist(sb.System(TEXT).snapshot(), given=2)
    assert lines(number_pieces(moved, given=2))[:2] == lines(moved)[:2]
    assert "_2[t,u] = o[t,u] - y[t,u]" in lines(number_pieces(moved, given=2))


def test_a_gap_is_closed():
    system = sb.System(TEXT).snapshot()
    kept = [e for e in system.equations if e.target not in ("_1", "h")]
    quantities = {n: q for n, q in system.quantities.items() if n not in ("_1", "h")}
    short = replace(system, equations=tuple(kept), quantities=quantities)
    assert lines(number_pieces(short))[0].startswith("_1[d,u]")


def test_originals_follow():
    moved = number_pieces(hoist(sb.System(TEXT).snapshot()))
    assert moved.author_equations == sb.System(TEXT).snapshot().author_equations
    assert list(moved.quantities)[:3] == ["x", "o", "y"]
    assert {e.target for e in moved.equations} <= set(moved.quantities)

"""Neighbours of a claimed side: each once, cheap ones first, none the side itself."""

import pytest

from symbp.spelling import spell
from symbp.verification.claims import read_statement
from symbp.verification.factors import Pool
from symbp.verification.repairs import KINDS, MOST, repairs
from tests.verification.mutants import neighbours
from tests.verification.samples import FALSE, LAYER, QUADRATIC, label, system_of


def found(text, claim):
    statement = read_statement(system_of(text), claim)
    pool = Pool(statement.system, statement.quantities)
    return statement, repairs(statement.right, statement.ranges, pool)


@pytest.mark.parametrize(("sample", "claim"), FALSE[::6], ids=label)
def test_each_neighbour_once_and_the_cheap_ones_first(sample, claim):
    statement, made = found(sample.text, claim)
    rights = [repair.right for repair in made]
    assert statement.right not in rights
    assert len(set(rights)) == len(rights) <= 2 * MOST
    assert [r.cost for r in made] == sorted(r.cost for r in made)
    assert {r.kind for r in made} <= set(KINDS)


@pytest.mark.parametrize(
    ("text", "claim", "kind", "wanted"),
    [
        (LAYER, "dL/do[k] = t[k] - o[k]", "sign", "-(t[k] - o[k])"),
        (LAYER, "dL/do[k] = t[k] - o[k]", "sign", "t[k] + o[k]"),
        (LAYER, "dL/do[k] = o[k]", "power", "o[k]^2"),
        (LAYER, "dL/do[k] = o[k]", "activation", "o[k]*(1 - o[k])"),
        (LAYER, "dL/do[k] = o[k]", "factor", "t[k]"),
        (LAYER, "do[k]/dz[l] = o[k]", "index", "[k == l]*o[k]"),
        (LAYER, "do[k]/dz[l] = o[k]", "index", "o[l]"),
        (LAYER, "dL/do[k] = sum(l, o[l])", "index", "o[k]"),
        (LAYER, "dL/do[k] = o[0]", "index", "sum(n, o[n])"),
        (QUADRATIC, "dL/dA[i,j] = A[i,j]", "transpose", "A[j,i]"),
        (QUADRATIC, "dL/dA[i,j] = A[i,j]", "transpose", "A[i,j] + A[j,i]"),
        (QUADRATIC, "dL/dx[i] = x[i]/N", "factor", "x[i]/1"),
        ("y = x^2", "dy/dx = exp(exp(x))", "doubled_function", "exp(x)"),
        ("y = x^2", "dy/dx = where(x > 0, x, y)", "relation", "where(x < 0, x, y)"),
        ("y = x^2", "dy/dx = x + y + 1", "term", "x + y"),
    ],
)
def test_slips_are_undone(text, claim, kind, wanted):
    _, made = found(text, claim)
    spelled = {(r.kind, spell(r.right)) for r in made}
    if (kind, wanted) not in spelled:
        assert (kind, wanted.removesuffix("/1")) in spelled


def test_what_mutants_do_is_mostly_undone():
    """An edit of a side is among the neighbours of what it made, for two edits of five at least."""
    statement = read_statement(system_of(LAYER), "dL/dw[j,k] = (o[k] - t[k])*o[k]*(1 - o[k])*x[j]")
    pool = Pool(statement.system, statement.quantities)
    mutants = neighbours(statement.right, statement.ranges, statement.quantities)
    back = [
        statement.right in {r.right for r in repairs(right, statement.ranges, pool)}
        for _, right in mutants
    ]
    assert len(back) > 50
    assert sum(back) >= 0.4 * len(back)

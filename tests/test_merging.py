"""Sums over equal ranges become one where that is shorter."""

from symbp.forms import tidy
from symbp.merging import merge_sums
from symbp.spelling import spell
from tests.systems.cases import read


def right(text):
    system = read(text)
    from symbp.relations import unfold_all

    hidden = frozenset(n for n, q in system.quantities.items() if q.hidden)
    return unfold_all(system.equations[-1].right, system, hidden)


def test_equal_ranges_are_merged():
    made = merge_sums(
        right("input a[j:J], b[j], x[j]; y = sum(j, a[j]*x[j]) + sum(j, b[j]*x[j])"), tidy
    )
    assert spell(made).count("sum") == 1


def test_other_ranges_are_not():
    made = merge_sums(right("input a[j:J], b[k:K]; y = sum(j, a[j]) + sum(k, b[k])"), tidy)
    assert spell(made).count("sum") == 2

from __future__ import annotations

import itertools
import random

import pytest

from symbp.canonical.budgets import Budget
from symbp.canonical.heads import Head
from symbp.canonical.labelling import Factor, Structure, group, label
from symbp.errors import LimitExceeded
from tests.canonical.making import D, at, form, over, rng_of, seeds, table

HEAD = Head(0, "quantity", "A", 2, 0)


def graph(edges, size, colours=None):
    factors = tuple(Factor(HEAD, 1, edge) for edge in edges)
    return Structure(tuple(colours or (0,) * size), ((1, factors),))


def word(letters, transposed, matrix="A"):
    """The trace of a product of matrices, some of them transposed."""
    factors = []
    for place, turned in enumerate(transposed):
        first, second = letters[place], letters[(place + 1) % len(letters)]
        factors.append(at(matrix, second, first) if turned else at(matrix, first, second))
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    return over("".join(letters), product, e=D, f=D)


@pytest.mark.parametrize("seed", seeds(25))
def test_renaming_the_items_changes_nothing(seed):
    rng = rng_of(seed)
    size = rng.randint(2, 6)
    edges = [(rng.randrange(size), rng.randrange(size)) for _ in range(rng.randint(1, 9))]
    names = rng.sample(range(size), size)
    renamed = [(names[a], names[b]) for a, b in edges]
    rng.shuffle(renamed)
    first, second = label(graph(edges, size), Budget()), label(graph(renamed, size), Budget())
    assert first.encoding == second.encoding
    # the numberings themselves give the isomorphism
    back = {n: item for item, n in enumerate(second.numbers)}
    moved = sorted((back[first.numbers[a]], back[first.numbers[b]]) for a, b in edges)
    assert moved == sorted(renamed)


@pytest.mark.parametrize("seed", seeds(12, 100))
def test_the_automorphisms_are_all_of_them(seed):
    rng = random.Random(seed)
    size = rng.randint(2, 5)
    edges = sorted({(rng.randrange(size), rng.randrange(size)) for _ in range(rng.randint(1, 6))})
    found = set(group(label(graph(edges, size), Budget()).automorphisms, size))
    known = {
        p
        for p in itertools.permutations(range(size))
        if sorted((p[a], p[b]) for a, b in edges) == edges
    }
    assert found == known


def test_colours_are_never_exchanged():
    free = label(graph([(0, 1)], 2), Budget())
    assert free.automorphisms == ()
    symmetric = label(graph([(0, 1), (1, 0)], 2), Budget())
    assert symmetric.automorphisms == ((1, 0),)
    coloured = label(graph([(0, 1), (1, 0)], 2, colours=(0, 1)), Budget())
    assert coloured.automorphisms == ()


def test_trace_words_of_six_equal_factors():
    store = table()
    forms = {}
    for bits in itertools.product((0, 1), repeat=6):
        forms[bits] = form(store, word("abcdef", bits))
    for bits, poly in forms.items():
        turns = [bits[n:] + bits[:n] for n in range(6)]
        mirrored = [tuple(1 - b for b in reversed(t)) for t in turns]
        same = {*turns, *mirrored}
        for other, found in forms.items():
            assert (found == poly) == (other in same), (bits, other)


def test_too_many_ties_are_refused():
    budget = Budget(leaves=3)
    cycle = [(n, (n + 1) % 6) for n in range(6)]
    assert label(graph(cycle, 6), Budget()).encoding
    with pytest.raises(LimitExceeded, match="symmetric"):
        label(graph(cycle, 6), budget)


def test_groups():
    assert len(group([(1, 2, 0)], 3)) == 3
    assert len(group([(1, 0, 2), (1, 2, 0)], 3)) == 6
    with pytest.raises(LimitExceeded):
        group([(1, 0, *range(2, 8)), (*range(1, 8), 0)], 8)

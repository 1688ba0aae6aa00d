"""No result depends on how its author happened to write it: orders, names and letters.

Every system of the tables, and every function of the golden file of forms, is written otherwise and
differentiated again. What prints must be the same up to the order of terms and factors, once the
names are put back.
"""

import re

import pytest

from tests.systems.cases import read
from tests.systems.published import FUNCTIONS, KINKED, SYSTEMS
from tests.systems.table import CASES
from tests.variants import WAYS, differences

SEEDS = range(3)


def tables():
    """A name, a system, what is differentiated and by what, of each entry."""
    for case in CASES:
        system = case.system()
        yield case.name, system, case.of, case.names(system)
    for row in SYSTEMS:
        system = read(row.text)
        real = tuple(q.name for q in system.given() if q.kind == "real")
        yield f"published {row.name}", system, row.of, tuple(row.wrt) or real
    for name, _, spellings in (*FUNCTIONS, *KINKED):
        for number, spelling in enumerate(spellings):
            indexed = re.sub(r"\bz\b", "z[n]", spelling)
            system = read(f"input z[n:N], y[n]\nL = sum(n, y[n]*({indexed}))")
            yield f"{name} {number}", system, "L", ("z",)


ENTRIES = list(tables())
COUNTED = [
    pytest.param(entry, seed, how, id=f"{entry[0]}-{how}-{seed}")
    for seed in SEEDS
    for entry in ENTRIES
    for how in WAYS
]
#: Entries in which an order or a letter once decided: a choice of equally short groups, which index
#: of a symmetric matrix comes first, where equal maxima are attained.
ONCE = ("fixed_indices", "quadratic_symmetric", "maxima")


@pytest.mark.parametrize(("entry", "seed", "how"), COUNTED[::31])
def test_nothing_depends_on_orders_names_and_letters(entry, seed, how):
    _, system, of, wrt = entry
    assert differences(system, of, wrt, seed, how) == []


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("name", ONCE)
def test_choices_that_once_depended(name, how):
    _, system, of, wrt = next(e for e in ENTRIES if e[0] == name)
    assert differences(system, of, wrt, 1, how) == []


@pytest.mark.full
@pytest.mark.parametrize(("entry", "seed", "how"), COUNTED)
def test_nothing_in_all_tables_depends_on_them(entry, seed, how):
    _, system, of, wrt = entry
    assert differences(system, of, wrt, seed, how) == []

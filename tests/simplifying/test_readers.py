"""Who reads the adjoint of what, and the author's quantities in which that ends."""

from symbp.adjoints import sweep
from symbp.simplifying.readers import ends, readers
from tests.systems.cases import read

CHAIN = "input x[i:I]; a[i] = exp(x[i]); b[i] = a[i]^2; c[i] = a[i]*b[i]; L = sum(i, c[i])"


def test_an_adjoint_is_read_by_those_of_what_its_quantity_is_made_of():
    found = readers(sweep(read(CHAIN), "L", ["x"]))
    shown = {name: tuple(by) for name, by in found.items()}
    assert shown == {"x": (), "a": ("x",), "b": ("a",), "c": ("b", "a"), "L": ("c",)}


def test_ends_look_through_what_is_read_once_but_not_through_error_signals():
    swept = sweep(read(CHAIN), "L", ["x"])
    read_by = readers(swept)
    assert ends(swept, read_by, frozenset())["L"] == {"x"}
    assert ends(swept, read_by, frozenset({"c"}))["L"] == {"c"}


def test_hidden_quantities_are_no_ends():
    system = read("input x[i:I], w[i]; L = sum(i, w[i]*x[i])*sum(i, w[i]^2)")
    hidden = {q.name for q in system.quantities.values() if q.hidden}
    swept = sweep(system, "L", ["w", "x"])
    assert hidden
    assert all(not (found & hidden) for found in ends(swept, readers(swept), frozenset()).values())

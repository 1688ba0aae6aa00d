import pytest

from symbp.expressions import Call, Reduce, accesses, substitute
from symbp.indices import IndexExpr
from symbp.matching import (
    MAX_PERMUTED,
    inside_out,
    match,
    replace_accesses,
    replace_matches,
    replace_nodes,
)
from symbp.spelling import spell
from tests.shorthand import at, builder, index, total

NK = frozenset(("n", "k"))
Z = at("z", "n", "k")


def bindings(pattern, found, letters=NK):
    made = match(pattern, found, letters)
    return None if made is None else {k: str(v) for k, v in made.items()}


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (at("z", "n", "k"), {"n": "n", "k": "k"}),
        (at("z", "i", "j"), {"n": "i", "k": "j"}),
        (at("z", 0, index("j") + 1), {"n": "0", "k": "j+1"}),
        (at("z", "i", IndexExpr.gather("t", (index("i"),))), {"n": "i", "k": "t[i]"}),
        (at("y", "n", "k"), None),
        (Call("exp", (Z,)), None),
    ],
)
def test_letters_of_a_pattern_stand_for_index_expressions(found, wanted):
    assert bindings(Z, found) == wanted


def test_a_letter_stands_for_one_index_throughout():
    pattern = at("z", "n", "k") * at("w", "k")
    assert bindings(pattern, at("z", "i", "j") * at("w", "j")) == {"n": "i", "k": "j"}
    assert bindings(pattern, at("z", "i", "j") * at("w", "i")) is None


def test_bound_letters_match_bound_letters():
    pattern = total("l", Call("exp", (at("z", "n", "l"),)))
    assert bindings(pattern, total("m", Call("exp", (at("z", "i", "m"),)))) == {"n": "i"}
    assert bindings(pattern, total("m", Call("exp", (at("z", "m", "i"),)))) is None
    assert bindings(pattern, total("m", Call("exp", (at("z", "m", "m"),)))) is None


def test_a_letter_never_stands_for_what_is_bound_inside_the_match():
    pattern = total("l", at("z", "n", "l"))
    assert bindings(pattern, total("m", at("z", "m", "m"))) is None


def test_factors_and_terms_match_in_any_order():
    u, v, w = at("u", "k"), at("v", "k"), at("w", "k")
    pattern = total("k", u * v / w - u)
    assert (
        bindings(pattern, total("l", -at("u", "l") + at("v", "l") * at("u", "l") / at("w", "l")))
        == {}
    )
    assert (
        bindings(pattern, total("l", at("w", "l") * at("u", "l") / at("v", "l") - at("u", "l")))
        is None
    )
    assert bindings(u * v, at("v", "i") * at("u", "i"), frozenset("k")) == {"k": "i"}


def test_each_factor_of_the_node_is_used_once():
    pattern = at("u", "i") * at("u", "j")
    letters = frozenset(("i", "j"))
    found = match(pattern, at("u", "a") * at("u", "b"), letters)
    assert sorted(str(v) for v in found.values()) == ["a", "b"]
    squares = at("u", "i") * at("u", "i")
    assert match(squares, at("u", "a") * at("u", "b"), letters) is None


def test_a_choice_is_taken_back_where_it_leads_nowhere():
    pattern = at("u", "i") * at("v", "i")
    found = at("u", "a") * at("v", "a")
    assert bindings(pattern, found, frozenset("i")) == {"i": "a"}
    pattern = at("u", "i") * at("u", "j") * at("v", "j")
    found = at("u", "a") * at("u", "b") * at("v", "a")
    assert bindings(pattern, found, frozenset("ij")) == {"i": "b", "j": "a"}


def test_long_products_are_matched_as_they_stand():
    names = [f"q{n}" for n in range(MAX_PERMUTED + 1)]
    factors = [at(name, "k") for name in names]
    node, turned = factors[0], factors[-1]
    for n in range(1, len(factors)):
        node, turned = node * factors[n], turned * factors[-1 - n]
    assert bindings(node, node, frozenset("k")) == {"k": "k"}
    assert bindings(node, turned, frozenset("k")) is None


def test_ranges_are_part_of_a_sum():
    pattern = builder("u[k:5] v[l:3]", r=total("k", at("u", "k"))).snapshot().equations[0].right
    other = builder("u[k:5] v[l:3]", r=total("l", at("v", "l"))).snapshot().equations[0].right
    assert match(pattern, pattern, frozenset()) == {}
    assert match(pattern, substitute(other, nodes={}), frozenset()) is None


def test_matches_are_replaced_outermost_first_also_below_a_sum():
    node = Call("exp", (at("z", "i", "j"),)) + total("l", Call("exp", (at("z", "i", "l"),)))
    made = replace_matches(
        node, Call("exp", (Z,)), NK, lambda b: substitute(at("p", "n", "k"), dict(b))
    )
    assert spell(made) == "p[i,j] + sum(l, p[i,l])"
    assert replace_matches(node, Call("exp", (Z,)), NK, lambda b: None) is node


def test_nodes_are_replaced_where_they_stand_under_their_binder():
    inner = total("k", at("q", "l", "k"))
    node = total("l", at("f", "l") * inner)
    made = replace_nodes(node, {inner: at("g", "l")})
    assert spell(made) == "sum(l, f[l]*g[l])"
    assert not made.free
    assert isinstance(made, Reduce)
    assert [a.quantity for a in accesses(made)] == ["f", "g"]


def test_the_outer_of_two_replaced_nodes_wins():
    inner, outer = at("a"), Call("exp", (at("a"),))
    assert replace_nodes(outer + inner, {inner: at("b"), outer: at("c")}) == at("c") + at("b")


def test_accesses_are_replaced_all_at_once():
    node = at("x", "i", "j") * total("l", at("x", "l", "i") + at("y", "l"))
    values = {"x": (("n", "k"), at("y", "n") * at("z", "k")), "y": (("n",), at("x", "n", 0))}
    made = replace_accesses(node, values)
    assert spell(made) == "(y[i]*z[j])*sum(l, y[l]*z[i] + x[l,0])"
    assert replace_accesses(node, {}) is node


def test_bodies_of_sums_come_first_and_each_is_an_expression_of_its_own():
    seen = []

    def noted(part):
        seen.append(spell(part))
        return part * at("u")

    made = inside_out(at("v") + total("k", Z), noted)
    assert seen[0] == "z[n,k]"
    assert seen[1].startswith("v + sum(k, z[n,k]*u)")
    assert spell(made) == f"({seen[1]})*u"

"""What a claim may use at a place: quantities in every fitting way, slopes, extents, brackets."""

from symbp.expressions import Access
from symbp.indices import IndexExpr
from symbp.spelling import spell
from symbp.verification.claims import read_statement
from symbp.verification.factors import Pool, alike
from tests.verification.samples import LABELS, LAYER, NETWORK, QUADRATIC, system_of


def pool_of(text, claim):
    statement = read_statement(system_of(text), claim)
    scope = {b.name: b.upper for b in statement.ranges}
    return Pool(statement.system, statement.quantities), scope


def test_quantities_are_read_in_every_way_that_fits():
    pool, scope = pool_of(QUADRATIC, "dL/dA[i,j] = x[i]*x[j]")
    names = [spell(a) for a in pool.accesses(scope)]
    assert names == ["x[i]", "x[j]", "A[i,j]", "A[j,i]", "L", "dL/dA[i,j]", "dL/dA[j,i]"]


def test_local_derivatives_in_terms_of_the_value():
    pool, scope = pool_of(NETWORK, "dL/da[n,j] = h[n,j]")
    assert [spell(s) for s in pool.slopes_in(scope)] == ["h[n,j]*(1 - h[n,j])"]
    pool, scope = pool_of(LAYER, "dL/dz[k] = o[k]")
    place = (IndexExpr.letter("k"),)
    assert spell(pool.slope("o", place)) == "o[k]*(1 - o[k])"
    assert pool.applied("o", "z")
    assert pool.applied("dL/do", "dL/dz")
    assert not pool.applied("o", "t")


def test_extents_and_brackets():
    pool, scope = pool_of(LABELS, "dp[n,k]/dz[n,l] = p[n,k]")
    assert [spell(e) for e in pool.extents(scope)] == ["N", "K", "J"]
    shown = [spell(b) for b in pool.brackets(scope)]
    assert shown == ["[k == l]", "[n == t[n]]", "[k == t[n]]", "[l == t[n]]"]


def test_other_quantities_of_the_same_shape():
    pool, _ = pool_of(LAYER, "dL/dz[k] = dL/do[k]")
    names = [a.quantity for a in pool.others(Access("o", [IndexExpr.letter("k")]))]
    assert names == ["t", "z", "o", "dL/dz", "dL/do"]
    names = [a.quantity for a in pool.others(Access("dL/do", [IndexExpr.letter("k")]))]
    assert "dL/dt" in names


def test_letters_of_one_extent():
    extent = IndexExpr.extent("N")
    assert alike(extent, {"i": extent, "j": IndexExpr.extent("M"), "k": extent}) == ["i", "k"]

from symbp.expressions import ZERO, Access, Comparison, Logical, Reduce
from symbp.monomials import terms_of
from symbp.spelling import spell
from symbp.stabilising.references import (
    Mark,
    References,
    free_letters,
    light,
    one_base,
    paired,
    scaled_by,
    stem_of,
    wanted_extremum,
)
from tests.stable_values import read

SYSTEM = read(
    """
    input z[n:N, k:K], w[k], T
    m[n] = max(k, z[n,k])
    a[n] = min(k, z[n,k])
    s[n] = sum(k, z[n,k])
    d[n,k] = z[n,k] - m[n] - w[k]
    e[n,k] = z[n,k]/T - m[n]/T
    f[n,k] = exp(z[n,k])*w[k]
    g[n,k] = z[n,k] + w[k] - s[n] - m[n]
    """
)
RIGHT = {e.target: e.right for e in SYSTEM.equations}


def references():
    found = References(SYSTEM.equations)
    found.marks["m"] = Mark(SYSTEM.equations[0], -1)
    found.marks["a"] = Mark(SYSTEM.equations[1], 1)
    return found


def test_a_maximum_is_known_under_its_author_s_name():
    found = references()
    assert isinstance(RIGHT["m"], Reduce)
    assert found.known(RIGHT["m"]) == Access("m", SYSTEM.equations[0].at)
    assert found.known(Reduce("max", RIGHT["m"].binders, Access("w", (0,)))) is None


def test_an_exponent_is_tame_with_its_maximum_subtracted():
    found = references()
    rows = {"z[n,k] - m[n]": True, "z[n,k]": False, "m[n] - z[n,k]": False, "-m[n]": False}
    rows |= {"-z[n,k] + a[n]": True, "z[n,k] - a[n]": False, "z[n,k]/T - m[n]/T": True}
    rows |= {"z[n,k] - 2*m[n]": False}
    for text, tame in rows.items():
        system = read(
            "input z[n:N, k:K], T; m[n] = max(k, z[n,k]); a[n] = min(k, z[n,k]);"
            f" u[n,k] = {text} + 0*z[n,k]"
        )
        terms = [m for m in terms_of(system.equations[-1].right) if m.coefficient]
        assert found.tame(tuple(terms)) is tame, text


def test_each_reference_stands_beside_its_term():
    assert spell(paired(RIGHT["g"], references())) in (
        "z[n,k] - m[n] + w[k] - s[n]",
        "w[k] - m[n] + z[n,k] - s[n]",
    )
    assert paired(RIGHT["s"], references()) is RIGHT["s"]


def test_terms_of_exponents():
    (term,) = terms_of(RIGHT["f"])
    assert free_letters(term) == {"n", "k"}
    assert not light(term)
    inner = terms_of(RIGHT["e"])[:1]
    base, factor = one_base(inner, frozenset("k"))
    assert isinstance(base, Access)
    assert base.quantity == "z"
    assert scaled_by(factor, base).key == inner[0].key
    assert light(inner[0])
    assert one_base(terms_of(RIGHT["d"]), frozenset("k"))[0] is None
    assert stem_of(inner) == "z"
    assert stem_of(()) == "u"


def test_what_is_masked_does_not_count():
    assert isinstance(RIGHT["m"], Reduce)
    binders, body = RIGHT["m"].binders, RIGHT["m"].body
    guard = read("input w[k:K]; u[k] = where(w[k] > 0, 1, 0)").equations[0].right.children[0]
    made = wanted_extremum("max", binders, body, [guard])
    assert spell(made) == "max(k, where(w[k] > 0, z[n,k], -inf))"
    assert wanted_extremum("max", binders, body, []) == RIGHT["m"]
    opposite = Logical("not", (Comparison("<=", guard.children[0], ZERO),))
    assert wanted_extremum("max", binders, body, [opposite, guard]) == made

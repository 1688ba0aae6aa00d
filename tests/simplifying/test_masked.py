import numpy as np
import pytest

import symbp as sb
from symbp.simplifying.masked import by_mask
from symbp.simplifying.moves import tidy
from symbp.spelling import spell
from tests.systems.cases import read

ATTENTION = """
    index u:T, w:T; input s[t:T,u], v[u], c[t], m[t,u]
    a[t,u] = {quotient}
    o[t] = sum(u, a[t,u]*v[u]); L = sum(t, c[t]*o[t])
"""
MASKS = [
    "where(u <= t, exp(s[t,u]), 0)/sum(w, where(w <= t, exp(s[t,w]), 0))",
    "[u <= t]*exp(s[t,u])/sum(w, [w <= t]*exp(s[t,w]))",
    "m[t,u]*exp(s[t,u])/sum(w, m[t,w]*exp(s[t,w]))",
    "m[t,u]^2*exp(s[t,u])/sum(w, m[t,w]^2*exp(s[t,w]))",
    "m[t,u]*[u <= t]*exp(s[t,u])/sum(w, m[t,w]*[w <= t]*exp(s[t,w]))",
    "where(u > t, 0, exp(s[t,u]))/sum(w, where(w > t, 0, exp(s[t,w])))",
    "where(m[t,u] > 0, exp(s[t,u]), 0)/sum(w, where(m[t,w] > 0, exp(s[t,w]), 0))",
    "exp(s[t,u])/sum(w, exp(s[t,w]))",
]


@pytest.mark.parametrize("quotient", MASKS)
def test_every_mask_reaches_the_published_form(quotient):
    derived = sb.derive(sb.System(ATTENTION.format(quotient=quotient)), wrt="s")
    found = str(derived["s"]).split("        ")[0]
    assert sorted(found) == sorted("dL/ds[t,u] = c[t]*a[t,u]*(v[u] - o[t])"), found


@pytest.mark.parametrize("quotient", MASKS)
def test_the_form_has_the_value_of_difference_quotients(quotient):
    system = sb.System(ATTENTION.format(quotient=quotient))
    rng = np.random.default_rng(5)
    data = {"s": rng.normal(size=(3, 3)), "v": rng.normal(size=3), "c": rng.normal(size=3)}
    data["m"] = np.tril(np.ones((3, 3))) - np.diag([0, 0, 1.0])
    found = sb.derive(system, wrt="s").system.evaluate(**data)["dL/ds"]
    for place in np.ndindex(3, 3):
        sides = []
        for step in (1e-6, -1e-6):
            moved = data["s"].copy()
            moved[place] += step
            sides.append(system.evaluate(**{**data, "s": moved})["L"])
        assert abs(found[place] - (sides[0] - sides[1]) / 2e-6) < 1e-8


def mask_of(text, given="input z[n:N], m[n], s; "):
    return by_mask(read(given + text).author_equations[-1])


def test_a_factor_stays_beside_the_exponential():
    found = mask_of("a[n] = 3*m[n]*exp(z[n])/s")
    assert spell(found.exponential) == "exp(z[n])"
    assert [(spell(b), e) for b, e in found.mask] == [("m[n]", 1)]
    assert spell(found.value) == "a[n]*s/3"
    used = read("input z[n:N], m[n], s, y[n]; index k:N; b[k] = y[k]*m[k]*exp(z[k])/s")
    assert spell(tidy(found.apply(used.author_equations[-1].right))) == "y[k]*a[k]/3"


@pytest.mark.parametrize(
    "text",
    [
        "b[k] = y[k]*exp(z[k])/s",  # the mask is not there
        "b[k] = y[k]*m[k]/s",
        "b[k] = m[k]*exp(y[k])",
        "b[k] = m[k]/exp(z[k])",
    ],
)
def test_nothing_is_used_without_its_mask(text):
    found = mask_of("a[n] = m[n]*exp(z[n])/s")
    right = read("input z[n:N], m[n], s, y[n]; index k:N; " + text).author_equations[-1].right
    assert found.apply(right) == right


@pytest.mark.parametrize(
    "text",
    [
        "a[n] = exp(z[n])/s",  # solved for without a mask
        "a[n] = m[n]*exp(z[n])",
        "a[n] = m[n]*exp(z[n])^2/s",
        "a[n] = m[n]/s",
        "a[n] = where(m[n] > 0, exp(z[n]), 1)/s",
    ],
)
def test_other_equations_say_nothing_of_the_kind(text):
    found = mask_of(text)
    assert found is None


def test_another_condition_is_not_used():
    found = mask_of("a[n] = where(m[n] > 0, exp(z[n]), 0)/s")
    for condition, used in (("m[k] > 0", True), ("m[k] > 1", False)):
        text = (
            f"input z[n:N], m[n], s, y[n]; index k:N; b[k] = where({condition}, y[k]*exp(z[k]), 0)"
        )
        right = read(text).author_equations[-1].right
        assert (found.apply(right) != right) is used

"""What is said to stay does stay: the search finds nothing where it is not made."""

import pytest

from symbp.adjoints import sweep
from symbp.expressions import Reduce, postorder
from symbp.measures import reading_cost
from symbp.simplification import Simplifier
from symbp.simplifying.forms import Forms, tidy
from symbp.simplifying.lemmas import Lemmas
from symbp.simplifying.pinning import Pins
from symbp.simplifying.relations import Relations
from tests.systems.cases import read

GIVEN = "input a, u[k:K], v[k], w[k], A[k,l:K], B[k,l], t[k]"
SOFTMAX = "p[k] = exp(u[k])/sum(l, exp(u[l]))"


def parts(text, more=SOFTMAX):
    system = read(f"{GIVEN}\n{more}\nr = {text}")
    right = next(e for e in system.author_equations if e.target == "r").right
    return Pins(Relations(read(f"{GIVEN}\n{more}"))), tidy(right), read(f"{GIVEN}\n{more}")


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("sum(k, p[k]*v[k])", True),
        ("sum(k, p[k]*(1 - v[k]^2))", True),
        ("sum(k, p[k]*where(v[k] <= 0, 0, w[k]))", True),
        ("sum(k, p[k] - p[k]*v[k])", True),
        ("sum(k, p[k]*v[k] - p[k]^2*v[k])", False),  # two terms read v
        ("sum(k, l, p[k]*(v[k] - w[l]))", False),  # no term has both indices
        ("sum(k, p[k])", False),
        ("sum(k, p[k]*u[k])", False),  # the definition reads u as well
        ("sum(k, l, p[k]*A[0,l])", False),  # nothing pins k
        ("sum(k, p[k]*v[k]/(v[k] + 1))", False),  # two factors read v
        ("sum(k, p[k]*where(k < 2, v[k], 0))", False),  # a condition on the index
    ],
)
def test_which_sums_hold(text, held):
    pins, root, system = parts(text)
    reduction = next(n for n in postorder(root) if isinstance(n, Reduce))
    assert pins.hold(reduction, system.producers["p"][-1]) is held


def test_a_sum_that_has_a_name_is_not_held():
    more = f"{SOFTMAX}\nq = sum(k, u[k]*v[k])"
    pins, root, system = parts("sum(k, p[k]*v[k])", more)
    assert not pins.hold(root, system.producers["p"][-1])


@pytest.mark.parametrize(
    "text",
    [
        "sum(k, v[k]*sum(l, A[k,l]*(1 - w[l]^2)*t[l]))",
        "a*sum(k, v[k]*(1 - t[k])*w[k])",
        "sum(k, (1 - v[k]^2)*sum(l, A[k,l]*sum(m, B[l,m]*w[m])))",
    ],
)
def test_the_bound_is_below_every_form_that_is_found(text):
    pins, root, system = parts(text)
    bound = pins.least(root, opened=False)
    assert 0 < bound <= reading_cost(Forms(Relations(system)).best(root).node)


@pytest.mark.parametrize(
    "text",
    [
        "sum(k, v[k]) + sum(k, w[k])",
        "sum(k, p[k]^a*v[k])",
        "max(k, v[k]*w[k])",
        "sum(k, v[k])*sum(l, w[l])",
        "a*t[0]",
    ],
)
def test_no_bound_is_claimed_of_other_expressions(text):
    pins, root, _ = parts(text)
    assert pins.least(root, opened=False) == 0


def test_declared_facts_may_shorten_what_they_are_about():
    fact = f"{SOFTMAX}\nfact sum(k, v[k]) = 1"
    pins, root, _ = parts("sum(k, v[k]*w[k])", fact)
    free, same, _ = parts("sum(k, v[k]*w[k])")
    assert pins.least(root, opened=False) < free.least(same, opened=False)


NETWORK = """input x[n:N,i:I]; param {params}; target y[n,j:I]
{layers}
{loss}"""


def network(depth, activation, loss):
    params = ", ".join(f"W{k}[j:I,i], b{k}[j]" for k in range(depth))
    names = ["x", *(f"h{k}" for k in range(depth))]
    layers = "\n".join(
        f"h{k}[n,j] = {activation}(sum(i, W{k}[j,i]*{names[k]}[n,i]) + b{k}[j])"
        for k in range(depth)
    )
    return read(NETWORK.format(params=params, layers=layers, loss=loss.format(h=names[-1])))


SQUARED = "L = sum(n,j, ({h}[n,j] - y[n,j])^2)"
CATEGORICAL = """p[n,j] = exp({h}[n,j])/sum(i, exp({h}[n,i]))
L = -sum(n,j, y[n,j]*ln(p[n,j]))"""


@pytest.mark.parametrize("loss", [SQUARED, CATEGORICAL])
@pytest.mark.parametrize("activation", ["tanh", "relu", "softplus", ""])
def test_networks_come_out_the_same_with_every_search_made(monkeypatch, activation, loss):
    def forms():
        system = network(3, activation, loss)
        made = sweep(system, "L", [q.name for q in system.given("parameter")])
        simplifier = Simplifier(made)
        simplifier.run()
        return [simplifier.system_equation(name).right for name in made.adjoints]

    short = forms()
    monkeypatch.setattr(Pins, "hold", lambda *_: False)
    monkeypatch.setattr(Pins, "least", lambda *_, **__: 0)
    monkeypatch.setattr(Lemmas, "_stays_longer", lambda *_: False)
    assert forms() == short

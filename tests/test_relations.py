"""Relations are read off the equations; each is an identity of values."""

from symbp.expressions import Call
from symbp.facts import Identity
from symbp.relations import Relations, apply_identity, unfold, unfold_all
from symbp.spelling import spell
from tests.shorthand import at, total
from tests.systems.cases import read

SOFTMAX = read("input z[n:N,k:K]; p[n,k] = exp(z[n,k])/sum(l, exp(z[n,l]))")


def test_a_softmax_says_what_its_exponential_is():
    found = Relations(SOFTMAX).in_values(Call("exp", (at("z", "m", "i"),)))
    assert spell(found).startswith("p[m,i]*")


def test_a_sum_that_has_a_name_gets_it():
    system = read("input x[n:N,k:K]; s[n] = sum(k, x[n,k]^2)")
    (equation,) = system.equations
    assert Relations(system).in_names(equation.right) == equation.left


def test_algebraic_relations_are_not_used():
    system = read("A = X + 1; B = A^2; C = ln(B)")
    assert Relations(system).in_values(at("A")) == at("A")


def test_definitions_are_put_in():
    system = read("a = x + 1; b = a^2")
    assert spell(unfold(at("b"), system.equations[1])) == "a^2"
    assert spell(unfold_all(at("b"), system, frozenset("ab"))) == "(x + 1)^2"


def test_a_declared_identity_is_used_at_every_place():
    system = read("input y[n:N,k:K]; fact sum(k, y[n,k]) = 1; L = sum(n, k, y[n,k])")
    (fact,) = system.facts
    assert isinstance(fact, Identity)
    (binder,) = fact.left.binders
    somewhere = total("q", at("y", "m", "q"))
    somewhere = somewhere.rebind([binder.renamed("q")], somewhere.body)
    assert apply_identity(somewhere, fact) == fact.right

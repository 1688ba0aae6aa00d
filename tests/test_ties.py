import pytest

from symbp.gradients import differentiate
from symbp.spelling import spell
from tests.systems.cases import read


def tied(text, by, of="L"):
    conditions = differentiate(read(text), of, [by]).gradients[by].conditions
    return [spell(c.statement) for c in conditions if c.kind == "tie"]


@pytest.mark.parametrize(
    ("text", "by", "conditions"),
    [
        (
            "input x[n:N,j:J]; m[n] = max(j, x[n,j]); L = sum(n, m[n]^2)",
            "x",
            ["sum(j, [x[n,j] == m[n]]) > 1"],
        ),
        (
            "input x[n:N,j:J]; L = sum(n, max(j, x[n,j])^2)",
            "x",
            ["sum(j, [x[n,j] == max(k, x[n,k])]) > 1"],
        ),
        ("input a[i:I]; L = min(i, a[i]^3)", "a", ["sum(i, [a[i]^3 == L]) > 1"]),
        # over two indices a pair attains it, whatever the place of each alone
        (
            "input x[n:N,j:J]; L = max(n, j, sin(x[n,j]))",
            "x",
            ["sum(n, j, [sin(x[n,j]) == L]) > 1"],
        ),
        # what is compared is written out: no hidden name is told
        (
            "input W[j:J,i:I], x[i]; L = max(j, sum(i, W[j,i]*x[i]))",
            "x",
            ["sum(j, [sum(i, W[j,i]*x[i]) == L]) > 1"],
        ),
        # the place moves, and what stands there is read
        (
            "input x[k:K], v[k]; a = argmax(k, x[k]); L = v[a]",
            "x",
            ["sum(k, [x[k] == max(l, x[l])]) > 1"],
        ),
        ("input x[k:K], v[k]; a = argmax(k, x[k]); L = v[a]", "v", []),
        ("input x[k:K], v[k]; m = max(k, x[k]); L = m*sum(k, v[k])", "v", []),
        ("input x[k:K], b; L = max(k, x[k] + b)", "b", []),
        # where the maximum by which exp is shifted is attained does not matter
        (
            "input z[k:K], c[k]; m = max(k, z[k]); L = m + ln(sum(k, exp(z[k] - m)))",
            "z",
            [],
        ),
        # all elements are one
        ("input x[n:N]; L = sum(n, max(j:J, x[n]))", "x", []),
    ],
)
def test_ties_of_what_a_derivative_reads(text, by, conditions):
    assert tied(text, by) == conditions


def test_an_error_signal_on_the_way_counts():
    text = "input x[j:J]; m = max(j, x[j]); u = m^2; v = sin(u) + u; L = v*u"
    assert tied(text, "x") == ["sum(j, [x[j] == m]) > 1"]
    assert tied(text, "u") == []


def test_a_derived_system_keeps_them():
    once = differentiate(read("input x[j:J]; L = max(j, x[j])^3"), "L", ["x"])
    twice = differentiate(once.system, "dL/dx", ["x"]).gradients["x"]
    assert [spell(c.statement) for c in twice.conditions if c.kind == "tie"] == [
        "sum(j, [x[j] == max(k, x[k])]) > 1"
    ]

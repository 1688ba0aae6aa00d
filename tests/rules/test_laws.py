"""Every law of every table: proved by SymPy where it can, else computed with 60 digits; conditions.

The tables are enumerated: a row without a law, or whose law its own matcher does not use, fails.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy

from symbp.algebra import to_sympy
from symbp.declarations import Builder
from symbp.errors import SymbpError
from symbp.expressions import (
    Access,
    Bracket,
    Call,
    IndexComparison,
    Node,
    Number,
    Reduce,
    Where,
    postorder,
)
from symbp.indices import IndexExpr
from symbp.interpreter import MPMATH, evaluate
from symbp.language.text import parse_expression
from symbp.rewriting import Law, Log, Move, Rule, rewrite
from symbp.rules.moves import MOVES
from symbp.simplifying.forms import TABLES, tidy
from symbp.spelling import spell
from tests.rules.laws import measure

DIGITS = MPMATH(60)
SIZE = 3
#: Points at which the two sides of a law are compared.
POINTS = 60
#: Literal numbers that c, d and m, n stand for.
RATIONAL = [("1/2", "3/2"), ("1/2", "1/2"), ("5/3", "1/4")]
WHOLE = [("2", "3"), ("3", "2"), ("5", "2")]
CASES = [(rule, law) for rules in TABLES.values() for rule in rules for law in rule.laws]
NAMES = [f"{rule.name}: {law}" for rule, law in CASES]
#: Those of the searches too, which are tried where an expression may become shorter.
ALL = [*CASES, *((move, law) for move in MOVES.values() for law in move.laws)]
ALL_NAMES = [f"{row.name}: {law}" for row, law in ALL]


def test_every_row_of_every_table_has_a_law_and_a_name_of_its_own():
    rows = [rule for rules in TABLES.values() for rule in rules]
    assert all(rule.laws for rule in rows)
    assert len({rule.name for rule in rows}) == len(rows) > 20


def declared() -> Builder:
    builder = Builder()
    extent = IndexExpr.extent("K")
    for letter in "ijkl":
        builder.index(letter, extent)
    for name in "uvxyzp":
        builder.declare(name)
    for name in "fgh":
        builder.declare(name, [("k", None)])
    builder.declare("t", (), "target", "integer")
    return builder


def read(text: str, numbers: tuple[str, str, str, str]) -> Node:
    for letter, value in zip("cdmn", numbers, strict=True):
        text = re.sub(rf"\b{letter}\b", f"({value})" if "/" in value else value, text)
    plain = text.removeprefix("sum(, ").removesuffix(")") if text.startswith("sum(, ") else None
    made = parse_expression(plain or text, declared(), letters="ij")
    return Reduce("sum", (), made) if plain else made


def instances(law: Law):
    """The sides and conditions of a law, for several literal numbers; ranges filled in."""
    several = set(re.findall(r"\b[cdmn]\b", str(law)))
    for rational, whole in list(zip(RATIONAL, WHOLE, strict=True))[: None if several else 1]:
        numbers = (*rational, *whole)
        asked = (read(f"where({c}, 1, 0)", numbers) for c in law.conditions)
        conditions = [ranged(node).condition for node in asked]
        yield ranged(read(law.pattern, numbers)), ranged(read(law.replacement, numbers)), conditions


def ranged(root: Node) -> Node:
    """The node as it stands in a checked equation: the ranges of its sums are known."""
    if root.children == () and not isinstance(root, Access):
        return root
    builder = declared()
    builder.define("r", [IndexExpr.letter(x) for x in sorted(root.free)], root)
    return builder.snapshot().author_equations[-1].right


class Points:
    """Random points; at every other one most values are among -1, -1/2, 0, 1/2 and 1."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        corners, size = (0.9, 2) if seed % 2 else (0.4, 4)

        def draw() -> Fraction:
            if rng.random() < corners:
                return Fraction(rng.randint(-size, size), 2)
            return Fraction(rng.randint(-3000, 3000), 1000)

        self.values: dict[str, object] = {name: draw() for name in "uvxyzp"}
        for name in "fgh":
            self.values[name] = [draw() for _ in range(SIZE)]
        self.values["t"] = rng.randint(-1, SIZE)
        self.letters = {x: rng.randrange(SIZE) for x in "ijkl"}

    def value(self, root: Node):
        """The value at this point, None where there is none."""
        places = {x: IndexExpr.integer(v) for x, v in self.letters.items() if x in root.free}
        builder = declared()
        builder.define("anchor", [], Access("f", (IndexExpr.integer(0),)))
        try:
            results = evaluate(builder.snapshot(), self.values, DIGITS, {"K": SIZE})
            return results.node(root, {x: v.as_integer for x, v in places.items()}).value
        except SymbpError:
            return None

    def holds(self, condition: Node) -> bool:
        return self.value(Where(condition, Number(1), Number(0))) == 1

    def agree(self, left: Node, right: Node) -> bool:
        one, other = self.value(left), self.value(right)
        if one is None or other is None:
            return one is other
        return bool(abs(one - other) <= Fraction(1, 10**50) * (1 + abs(one)))


def smooth(root: Node) -> bool:
    kinds = Where | Bracket | Reduce | IndexComparison
    branching = ("abs", "sign")
    return not any(
        isinstance(n, kinds) or (isinstance(n, Call) and n.function in branching)
        for n in postorder(root)
    )


@pytest.mark.parametrize(("rule", "law"), ALL, ids=ALL_NAMES)
def test_the_two_sides_are_equal_where_the_conditions_hold(rule: Rule | Move, law: Law):
    assert disagreement(law) is None, f"{rule.name}: {disagreement(law)}"


def disagreement(law: Law) -> str | None:
    """Where the sides of a law differ, by proof or at a point; None where they are equal."""
    for left, right, conditions in instances(law):
        if smooth(left) and smooth(right) and not proved(left, right, law):
            return f"no proof of {spell(left)} = {spell(right)}"
        tried = 0
        for seed in range(400):
            point = Points(seed)
            if not all(point.holds(c) for c in conditions):
                continue
            if not point.agree(left, right):
                return f"seed {seed}: {point.values}"
            tried += point.value(left) is not None
            if tried == POINTS:
                break
        assert tried == POINTS, "too few points satisfy the conditions"
    return None


@pytest.mark.parametrize(("rule", "law"), ALL, ids=ALL_NAMES)
def test_a_law_that_says_something_else_is_found_out(rule: Rule | Move, law: Law):
    """A condition dropped, a number or a sign changed on the right side."""
    for wrong in altered(law):
        assert disagreement(wrong) is not None, f"{rule.name}: {wrong}"


def altered(law: Law):
    for number in range(len(law.conditions)):
        others = law.conditions[:number] + law.conditions[number + 1 :]
        yield replace(law, conditions=others)
    right = law.replacement
    for found in re.finditer(r"\d+| [+-] ", right):
        other = {" + ": " - ", " - ": " + "}.get(found.group())
        other = other or str(int(found.group()) + 1)
        yield replace(law, replacement=right[: found.start()] + other + right[found.end() :])
    if right != "0":
        yield replace(law, replacement=f"2*({right})")


def proved(left: Node, right: Node, law: Law) -> bool:
    """Whether SymPy shows it, for real symbols that satisfy the conditions."""
    said = {">=": {"nonnegative": True}, ">": {"positive": True}, "!=": {"nonzero": True}}
    known = {
        name: said[relation]
        for name, relation, bound in (c.split() for c in law.conditions)
        if bound == "0"
    }

    def symbol(node: Node) -> sympy.Symbol:
        return sympy.Symbol(node.quantity, real=True, **known.get(node.quantity, {}))

    difference = to_sympy(left, symbol) - to_sympy(right, symbol)
    return sympy.simplify(difference.rewrite(sympy.erf)) == 0


CONDITIONED = [(rule, law) for rule, law in ALL if law.conditions]


@pytest.mark.parametrize(
    ("rule", "law"), CONDITIONED, ids=[f"{r.name}: {x}" for r, x in CONDITIONED]
)
def test_each_condition_is_needed(rule: Rule | Move, law: Law):
    """At a point that satisfies all others the sides differ, or one has no value."""
    for number in range(len(law.conditions)):
        assert any(counterexample(*case, number) for case in instances(law)), (
            f"{rule.name}: {law} does not need {law.conditions[number]}"
        )


def counterexample(left: Node, right: Node, conditions: list[Node], dropped: int) -> bool:
    others = [c for n, c in enumerate(conditions) if n != dropped]
    for seed in range(400):
        point = Points(seed)
        if point.holds(conditions[dropped]) or not all(point.holds(c) for c in others):
            continue
        if not point.agree(left, right):
            return True
    return False


@pytest.mark.parametrize(("rule", "law"), CASES, ids=NAMES)
def test_the_matcher_of_the_row_uses_its_law(rule: Rule, law: Law):
    for left, right, _ in instances(law):
        log = Log()
        made = rewrite(left, (rule,), log)
        used = {a.rule for a in log.applications}
        assert used == {rule.name}, f"{rule.name} does not apply to {spell(left)}"
        assert tidy(made) == tidy(right), f"{spell(made)}, not {spell(right)}"
        for use in log.applications:
            assert measure(use.after) < measure(use.before), f"{rule.name} grows {spell(left)}"


@pytest.mark.parametrize(("rule", "law"), CASES, ids=NAMES)
def test_an_application_is_on_record_with_the_conditions_of_its_law(rule: Rule, law: Law):
    stated = [c for c in law.conditions if "t" not in c.split()]  # ranges are the guards' business
    found: list[str] = []
    for left, _, _ in instances(law):
        log = Log()
        rewrite(left, (rule,), log)
        found += [spell(c) for use in log.applications for c in use.conditions]
    assert list(dict.fromkeys(found)) == stated

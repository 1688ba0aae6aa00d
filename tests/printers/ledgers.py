"""Ledgers built by hand: the scalar chain and the two-layer softmax network of the textbooks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symbp.derivations import Condition, Gradient, Ledger, Partial, StepRecord
from symbp.equations import Equation
from symbp.expressions import (
    ONE,
    Access,
    Binder,
    Bracket,
    Call,
    Comparison,
    IndexComparison,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
)
from symbp.facts import Identity
from symbp.indices import IndexExpr
from symbp.printers.notation import local_partial
from symbp.quantities import Axis, Quantity
from symbp.systems import EquationSystem


class Rows:
    """Collects records; ids are positions."""

    def __init__(self) -> None:
        self.steps: list[StepRecord] = []

    def add(self, section: str, left: Access | Partial, after: Node, rule: str, **more: Any) -> int:
        """Append a row and return its id."""
        about = left.quantity if isinstance(left, Access) else left.by.quantity
        number = len(self.steps)
        self.steps.append(StepRecord(number, about, section, left, after, rule, **more))
        return number

    def told(self, ledger: Ledger) -> tuple[StepRecord, ...]:
        """The rows, as a narrator gives them."""
        del ledger
        return tuple(self.steps)


def scalar(name: str) -> Access:
    """A scalar's access."""
    return Access(name)


def chain() -> Ledger:
    """X→A→B→C→D→E at X = 2, nineteen rows and one more for ln((X+1)²)."""
    x, a, b, c, d, e = (scalar(n) for n in "XABCDE")
    two, half = Number(2), Number(Fraction(1, 2))
    definitions = {
        "A": x + 1,
        "B": Power(a, two),
        "C": Call("ln", (b,)),
        "D": Call("sqrt", (c,)),
        "E": d - 1,
    }
    roles = dict.fromkeys("ABCD", "intermediate") | {"X": "input", "E": "output"}
    quantities = {n: Quantity(n, role=roles[n]) for n in "XABCDE"}
    equations = tuple(Equation(n, (), (), right) for n, right in definitions.items())
    forward = EquationSystem(quantities, equations)
    adjoints = {f"dE/d{n}": Quantity(f"dE/d{n}", adjoint_of=("E", n)) for n in "EDCBAX"}
    system = EquationSystem({**quantities, **adjoints}, equations)
    positive = {n: Condition("domain", scalar(n) > 0, "log") for n in "BC"}
    rows = Rows()
    needs = {"C": (positive["B"],), "D": (Condition("domain", c >= 0, "sqrt"),)}
    for name, right in definitions.items():
        conditions = needs.get(name, ())
        rows.add("forward", scalar(name), right, "definition", conditions=conditions)
    inverse_root = Product((ONE,), (two, Call("sqrt", (c,))))
    rows.add("local", Partial(a, x), ONE, "sum_constant", args={"c": ONE})
    rows.add("local", Partial(b, a), Product((two, a)), "power")
    rows.add("local", Partial(c, b), Product((ONE,), (b,)), "log", conditions=(positive["B"],))
    rows.add(
        "local",
        Partial(d, c),
        inverse_root,
        "power_exponent",
        args={"exponent": half},
        conditions=(positive["C"],),
    )
    rows.add("local", Partial(e, d), ONE, "sum_constant", args={"c": Number(-1)})
    slopes = [(d, e, 9), (c, d, 8), (b, c, 7), (a, b, 6), (x, a, 5)]
    result = Product((a,), (b, Call("sqrt", (c,))))
    afters = [ONE, inverse_root, Product((ONE,), (two, b, Call("sqrt", (c,)))), result, result]
    for (by, of, row), after in zip(slopes, afters, strict=True):
        before = Product((Access(f"dE/d{of.quantity}"), local_partial(of, by)))
        rule = "chain_cancel" if by is a else "chain"
        args: dict[str, Any] = {"rows": row} | ({"c": two} if by is a else {})
        rows.add("backward", Partial(e, by), after, rule, before=before, args=args)
    locals_ = [local_partial(of, by) for by, of, _ in slopes]
    left = Partial(e, x)
    rows.add("result", left, Product(locals_), "chain_all")
    inserted = Product((ONE, inverse_root, Product((ONE,), (b,)), Product((two, a)), ONE))
    rows.add("result", left, inserted, "insert", args={"rows": (5, 6, 7, 8, 9)})
    rows.add("result", left, result, "cancel", args={"c": two}, level=1)
    used = Sum(((1, x), (1, ONE)))
    last = Product((ONE,), (used, Call("sqrt", (Call("ln", (Power(used, two),)),))))
    rows.add(
        "result",
        left,
        last,
        "substitute_using",
        args={"rows": (0, 1, 2), "left": Power(a, two), "right": b},
    )
    values = _chain_values()
    gradient_equation = Equation("dE/dX", (), (), result)
    gradient = Gradient(
        "E",
        "X",
        "dE/dX",
        None,
        gradient_equation,
        gradient_equation,
        (positive["B"], positive["C"]),
    )
    return Ledger(forward, system, "E", ("X",), {"X": gradient}, rows.told, {"X": 2}, values)


def _chain_values() -> Mapping[str, float]:
    a = 3.0
    b = a**2
    c = math.log(b)
    d = math.sqrt(c)
    values = {"X": 2.0, "A": a, "B": b, "C": c, "D": d, "E": d - 1}
    local = {"∂A/∂X": 1.0, "∂B/∂A": 2 * a, "∂C/∂B": 1 / b, "∂D/∂C": 1 / (2 * d), "∂E/∂D": 1.0}
    back = {"dE/dE": 1.0, "dE/dD": 1.0, "dE/dC": 1 / (2 * d), "dE/dB": 1 / (2 * b * d)}
    return values | local | back | {"dE/dA": a / (b * d), "dE/dX": a / (b * d)}


def letter(name: str) -> IndexExpr:
    """An index letter."""
    return IndexExpr.letter(name)


def over(name: str, extent: str) -> Binder:
    """A binder over a whole extent."""
    return Binder(name, IndexExpr.integer(0), IndexExpr.extent(extent))


def at(name: str, *letters: str) -> Access:
    """An access at letters."""
    return Access(name, [letter(x) for x in letters])


def network() -> Ledger:
    """One sample, sigmoid hidden layer, softmax output, cross-entropy."""
    i, j, k, m = over("i", "I"), over("j", "J"), over("k", "K"), over("m", "K")
    z1, h, x = at("z1", "j"), at("h", "j"), at("x", "i")
    z2, p, y = at("z2", "k"), at("p", "k"), at("y", "k")
    w1, w2 = at("W1", "j", "i"), at("W2", "k", "j")
    exponential = Call("exp", (z2,))
    definitions = [
        Equation("z1", (j,), (letter("j"),), Reduce("sum", (i,), w1 * x) + at("b1", "j")),
        Equation("h", (j,), (letter("j"),), Call("sigmoid", (z1,))),
        Equation("z2", (k,), (letter("k"),), Reduce("sum", (j,), w2 * h) + at("b2", "k")),
        Equation(
            "p",
            (k,),
            (letter("k"),),
            exponential / Reduce("sum", (m,), Call("exp", (at("z2", "m"),))),
        ),
        Equation("L", (), (), -Reduce("sum", (k,), y * Call("ln", (p,)))),
    ]
    axes = {"x": "i", "W1": "ji", "b1": "j", "W2": "kj", "b2": "k", "y": "k", "z1": "j", "h": "j"}
    axes |= {"z2": "k", "p": "k", "L": ""}
    roles = {"x": "input", "y": "target", "L": "output"}
    roles |= dict.fromkeys(("W1", "b1", "W2", "b2"), "parameter")
    extent = {n: IndexExpr.extent(n.upper()) for n in "ijk"}
    quantities = {
        n: Quantity(n, tuple(Axis(a, extent[a]) for a in s), role=roles.get(n, "intermediate"))
        for n, s in axes.items()
    }
    hypothesis = Identity((), Reduce("sum", (k,), y), ONE)
    forward = EquationSystem(quantities, tuple(definitions), (hypothesis,))
    adjoints = {
        f"dL/d{n}": Quantity(f"dL/d{n}", quantities[n].axes, adjoint_of=("L", n)) for n in axes
    }
    system = EquationSystem({**quantities, **adjoints}, tuple(definitions), (hypothesis,))
    rows = _network_rows(definitions, hypothesis)
    fact = Condition("fact", hypothesis, "hyp")
    gradients = _network_gradients(fact)
    return Ledger(
        forward,
        system,
        "L",
        ("W1", "b1", "W2", "b2"),
        gradients,
        rows.told,
        aliases={"dL/dz1": "delta1", "dL/dz2": "delta2"},
    )


def _network_rows(definitions: list[Equation], hypothesis: Identity) -> Rows:
    rows = Rows()
    layers = ("hidden_layer", "activation", "output_layer", "softmax", "cross_entropy")
    for equation, layer in zip(definitions, layers, strict=True):
        rows.add("forward", equation.left, equation.right, "definition_of", args={"what": layer})
    loss = Access("L")
    k = over("k", "K")
    p, y, pm, zm = at("p", "k"), at("y", "k"), at("p", "m"), at("z2", "m")
    same = Bracket(IndexComparison("==", letter("k"), letter("m")))
    jacobian = p * (same - pm)
    rows.add("output", Partial(p, zm), jacobian, "lemma_from", args={"label": "P", "rows": 3})
    left = Partial(loss, zm)
    ratio = -(y / p)
    rows.add(
        "output",
        left,
        Reduce("sum", (k,), Product((at("dL/dp", "k"), local_partial(p, zm)))),
        "chain_sum",
        args={"every": p, "by": zm},
    )
    rows.add(
        "output",
        left,
        Reduce("sum", (k,), Product((ratio, p, same - pm))),
        "insert",
        args={"rows": 5, "then": (("log", {}),)},
    )
    split = Sum(((-1, Reduce("sum", (k,), y * same)), (1, pm * Reduce("sum", (k,), y))))
    rows.add("output", left, split, "cancel_split", args={"c": p})
    rows.add(
        "output",
        left,
        Sum(((-1, at("y", "m")), (1, pm))),
        "sift",
        args={"index": "k", "value": "m", "then": (("hyp", {"fact": hypothesis}),)},
    )
    delta2 = at("dL/dz2", "k")
    rows.add(
        "output",
        Partial(loss, at("z2", "k")),
        p - y,
        "definition_of_delta",
        args={"name": "delta"},
        level=1,
    )
    w2, h = at("W2", "k", "j"), at("h", "j")
    through = rows.add(
        "output",
        Partial(loss, w2),
        Product((delta2, h)),
        "only_through",
        before=Product((delta2, local_partial(at("z2", "k"), w2))),
        args={"w": w2, "output": "L", "z": at("z2", "k")},
        level=1,
    )
    rows.add(
        "output",
        Partial(loss, at("b2", "k")),
        delta2,
        "likewise",
        args={"rows": through},
        level=1,
    )
    rows.add(
        "hidden",
        Partial(loss, h),
        Reduce("sum", (k,), Product((w2, delta2))),
        "feeds_unit",
        before=Reduce("sum", (k,), Product((delta2, local_partial(at("z2", "k"), h)))),
        args={"source": h, "unit": "output_unit"},
    )
    rows.add("hidden", Partial(h, at("z1", "j")), h * (1 - h), "lemma", args={"label": "S"})
    rows.add(
        "hidden",
        Partial(loss, at("z1", "j")),
        Product((h, 1 - h, Reduce("sum", (k,), Product((w2, delta2))))),
        "definition_of_delta",
        args={"name": "delta", "then": (("times", {"rows": 13, "other": 14}),)},
        level=1,
    )
    delta1 = at("dL/dz1", "j")
    rows.add(
        "hidden",
        Partial(loss, at("W1", "j", "i")),
        Product((delta1, at("x", "i"))),
        "likewise",
        args={"rows": through},
        level=1,
    )
    rows.add(
        "hidden",
        Partial(loss, at("b1", "j")),
        delta1,
        "likewise",
        args={"rows": through + 1},
        level=1,
    )
    return rows


def _network_gradients(fact: Condition) -> dict[str, Gradient]:
    i, j, k = over("i", "I"), over("j", "J"), over("k", "K")
    delta1, delta2, h = at("dL/dz1", "j"), at("dL/dz2", "k"), at("h", "j")
    w2 = at("W2", "k", "j")
    back = Reduce("sum", (k,), Product((w2, delta2)))
    table: dict[str, tuple[tuple[Binder, ...], Node, str | None]] = {
        "W1": ((j, i), Product((delta1, at("x", "i"))), None),
        "b1": ((j,), delta1, None),
        "W2": ((k, j), Product((delta2, h)), None),
        "b2": ((k,), delta2, None),
        "z2": ((k,), at("p", "k") - at("y", "k"), "delta2"),
        "z1": ((j,), Product((h, 1 - h, back)), "delta1"),
    }
    made: dict[str, Gradient] = {}
    for name, (ranges, right, delta) in table.items():
        place = tuple(letter(b.name) for b in ranges)
        equation = Equation(f"dL/d{name}", ranges, place, right)
        made[name] = Gradient("L", name, f"dL/d{name}", delta, equation, equation, (fact,))
    return made


def truth(left: Node, right: Node) -> Node:
    """An equation of values as a condition."""
    return Comparison("==", left, right)

"""The whole story, one pass a line: read, evaluate, derive, print, verify.

Nothing else knows the order of the passes. Users reach these functions through the objects of
`facade.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import replace
from time import process_time
from typing import TYPE_CHECKING, Any

from symbp.costs import Cost, count_system
from symbp.declarations import Builder
from symbp.derivations import Condition, Gradient, Ledger, Pass, Problem
from symbp.errors import DeclarationError, UnknownNameError
from symbp.expressions import Node
from symbp.facts import Fact, Identity
from symbp.gradients import differentiate
from symbp.interpreter import evaluate as interpret
from symbp.language.numpy_syntax import parse_numpy
from symbp.language.sympytrees import from_user, has_floats, symbol_name
from symbp.language.text import parse_expression, parse_facts, parse_system
from symbp.ledger.reports import Report, report
from symbp.listing import list_system
from symbp.names import suggest
from symbp.printers.drawing import to_svg
from symbp.printers.graph import to_dot
from symbp.printers.html import print_html
from symbp.printers.latex import equation_latex, print_latex
from symbp.printers.markdown import print_markdown
from symbp.printers.records import to_json
from symbp.printers.text import Step, print_text, spell_condition, spell_gradient, step_views
from symbp.quantities import Quantity
from symbp.solving import Solution
from symbp.solving import solve as solve_scalar
from symbp.stability import stabilise
from symbp.systems import EquationSystem
from symbp.verification.checker import check_ledger, examine
from symbp.verification.deciding import judge
from symbp.wellformed import check

if TYPE_CHECKING:
    from symbp.kernels.compiled import Kernel
    from symbp.verification.verdicts import Verdict

__all__ = [
    "FORMATS",
    "check_derivation",
    "checked",
    "compile_system",
    "count",
    "derive",
    "evaluate",
    "print_conditions",
    "print_derivation",
    "print_formula",
    "print_graph",
    "print_spellings",
    "print_steps",
    "print_system",
    "read_expression",
    "read_facts",
    "read_numpy",
    "read_sympy",
    "read_system",
    "reopen",
    "report_passes",
    "solve",
    "symbol_name",
    "verify",
    "with_check",
]

# -- read -----------------------------------------------------------------------------------------


def read_system(text: str) -> Builder:
    """The declarations, equations and facts of a text."""
    builder = Builder()
    parse_system(text, builder)
    return builder


def read_expression(text: str, builder: Builder, letters: Sequence[str]) -> Node:
    """One expression of the text language, in which these index letters may be free."""
    return parse_expression(text, builder, letters=letters)


def read_facts(text: str, system: EquationSystem) -> tuple[Fact | Identity, ...]:
    """Facts about the quantities of a system: `s > 0`, `y: one_hot(k)`, `sum(k, y[n,k]) = 1`."""
    return parse_facts(text, system)


def read_numpy(
    text: str,
    shapes: Mapping[str, Sequence[str | int]],
    params: Sequence[str],
    facts: Mapping[str, str | Sequence[str]],
    name: str,
) -> Builder:
    """The declarations and the equation of an expression in NumPy syntax."""
    builder = Builder()
    parse_numpy(text, shapes, builder, params, facts, name=name)
    return builder


def read_sympy(expression: object, builder: Builder, symbols: MutableMapping[str, Any]) -> Node:
    """A SymPy expression as a node; names that are not declared yet are left to the snapshot."""
    made = from_user(expression, lambda name: builder.kind_of_name(name) or "quantity", symbols)
    builder.decimals |= has_floats(expression)
    return made


def reopen(system: EquationSystem) -> Builder:
    """A builder that holds the declarations, equations and facts of a system."""
    builder = Builder()
    builder.decimals = system.decimals
    for quantity in system.given():
        axes = [(axis.letter, axis.extent) for axis in quantity.axes]
        builder.declare(quantity.name, axes, quantity.role, quantity.kind, quantity.latex)
    for equation in system.author_equations:
        builder.define(equation.target, equation.at, equation.right, ranges=equation.ranges)
    for fact in system.facts:
        builder.fact(fact)
    return builder


def checked(system: EquationSystem) -> EquationSystem:
    """The system, if it is well formed."""
    return check(system)


# -- evaluate -------------------------------------------------------------------------------------


def evaluate(system: EquationSystem, values: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every quantity that its author named.

    Evaluated are the spellings of `stability.py`; the interpreter itself takes the author's.
    """
    closed = [n for n in values if n in system.quantities and not system.quantities[n].given]
    results = interpret(stabilise(system, closed).system, values)
    shown = (name for name, q in system.quantities.items() if not q.hidden)
    return {name: results[name] for name in shown if name in results}


def print_spellings(system: EquationSystem) -> str:
    """Which equations are computed in other spellings than they are written in, and in which."""
    return stabilise(system).report()


# -- derive ---------------------------------------------------------------------------------------


def derive(
    system: EquationSystem,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    *,
    at: Mapping[str, Any] | None = None,
    simplify: bool = True,
) -> Ledger:
    """The derivation of the derivatives of `of` by each of `wrt`.

    Raises:
        UnknownNameError: a name that does not occur.
        DeclarationError: no output, or several, and `of` is not given.
        NotSupportedError: something that cannot be differentiated yet.
    """
    output = _chosen_output(system, of)
    inputs = _chosen_inputs(system, wrt)
    return differentiate(system, output, inputs, at=at, simplify=simplify)


def _chosen_output(system: EquationSystem, of: str | None) -> str:
    if of is not None:
        return _visible(system, of).name
    outputs = [q for q in system.quantities.values() if q.role == "output" and not q.hidden]
    scalars = [q.name for q in outputs if not q.axes]
    if len(scalars) == 1:
        return scalars[0]
    if scalars:
        raise DeclarationError(
            f"the system has several outputs; say which: of={scalars[0]!r} ({', '.join(scalars)})"
        )
    names = ", ".join(q.name for q in outputs)
    raise DeclarationError(
        f"the system has no scalar output; give of= one of: {names}"
        if names
        else "the system has no equations: there is nothing to differentiate"
    )


def _chosen_inputs(system: EquationSystem, wrt: Sequence[str] | None) -> tuple[str, ...]:
    if wrt is not None:
        return tuple(dict.fromkeys(_visible(system, name).name for name in wrt))
    chosen = system.given("parameter") or system.given("input")
    names = tuple(q.name for q in chosen if q.kind == "real")
    if not names:
        raise DeclarationError("the system has no parameter and no input to differentiate by")
    return names


def _visible(system: EquationSystem, name: str) -> Quantity:
    quantity = system.quantities.get(name)
    if quantity is None or quantity.hidden:
        shown = [q.name for q in system.quantities.values() if not q.hidden]
        raise UnknownNameError(
            f"{name[:60]!r} does not occur in the system; {suggest(name, shown)}"
        )
    return quantity


# -- count ----------------------------------------------------------------------------------------


def count(system: EquationSystem) -> Cost:
    """The operations of a system: a polynomial in the extents.

    Raises:
        NotSupportedError: a range that depends on data, or a tensor operator.
    """
    return count_system(system)


def report_passes(ledger: Ledger, extents: Mapping[str, int] | None = None) -> Report:
    """What each pass of a derivation did; the last one is what kernels go by.

    Raises:
        ShapeError: extents are given, and one is missing or is no positive integer.
    """
    begun = process_time()
    stable = stabilise(ledger.system).system
    last = Pass("stabilise", process_time() - begun, lambda: stable)
    return report(ledger, extents, later=[last])


# -- solve ----------------------------------------------------------------------------------------


def solve(
    system: EquationSystem,
    goals: Mapping[str, float],
    wrt: str | None,
    start: float,
    at: Mapping[str, Any],
) -> Solution:
    """The value of one given scalar at which a computed scalar reaches its goal.

    Raises:
        DeclarationError: not one goal, or the unknown is not said and there are several.
    """
    if len(goals) != 1:
        raise DeclarationError("solve takes one goal: solve(E=0.5, wrt='X', start=2)")
    of, goal = next(iter(goals.items()))
    open_names = [q.name for q in system.given() if q.name not in at]
    if wrt is None and len(open_names) != 1:
        raise DeclarationError(f"say what to solve for, wrt= one of: {', '.join(open_names)}")
    return solve_scalar(system, of, goal, wrt or open_names[0], start, at=at)


# -- verify ---------------------------------------------------------------------------------------


def verify(system: EquationSystem, left: str, right: str | None = None) -> Verdict:
    """The verdict on a claim about a system, `left = right`."""
    return judge(system, left, right)


def check_derivation(ledger: Ledger) -> list[Problem]:
    """What of a derivation other code than its own could not confirm."""
    return check_ledger(ledger)


def with_check(ledger: Ledger) -> Ledger:
    """The derivation with what a checker found of it, which then prints below it."""
    return replace(ledger, check=examine(ledger))


# -- compile --------------------------------------------------------------------------------------


def compile_system(
    system: EquationSystem,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    *,
    dtype: str = "float64",
    facts: Sequence[Fact | Identity] | None = None,
    optimizer: str | None = None,
) -> Kernel:
    """Compiled functions for a system: forward values, loss, loss and gradient, training steps.

    Args:
        system: a checked system.
        of: the output; None: its one scalar output, or none where it has no scalar output.
        wrt: what the gradient is by; None: parameters, or inputs where there are none.
        dtype: `float64` or `float32`.
        facts: what may be relied on; None: what was declared.
        optimizer: what training steps do with the gradient; None: there are none.

    Raises:
        UnknownNameError, DeclarationError: as `derive`.
        NotSupportedError: something that no kernel is made of yet.
    """
    from symbp.kernels.compiled import Kernel  # noqa: PLC0415 (a derivation does not need it)
    from symbp.kernels.planning import plan  # noqa: PLC0415
    from symbp.kernels.stepping import sample_extents  # noqa: PLC0415
    from symbp.training.optimisers import optimiser  # noqa: PLC0415

    chosen = system if facts is None else check(system.with_facts(facts))
    outputs = (q for q in chosen.quantities.values() if q.role == "output" and not q.hidden)
    if of is None and all(q.axes for q in outputs):
        return Kernel(plan(chosen), dtype)
    planned = plan(chosen, derive(chosen, of, wrt))
    if optimizer is not None:
        samples = sample_extents(planned)
        cut = samples[0] if len(samples) == 1 else None
        planned = replace(planned, optimiser=optimiser(optimizer), samples=cut)
    return Kernel(planned, dtype)


# -- print ----------------------------------------------------------------------------------------

#: The printers of a derivation, by the name of what they write.
FORMATS: dict[str, Callable[..., str]] = {
    "text": print_text,
    "latex": print_latex,
    "markdown": print_markdown,
    "html": print_html,
}


def print_derivation(ledger: Ledger, form: str, style: str = "index", **options: Any) -> str:
    """A derivation as text, LaTeX, Markdown, HTML or JSON.

    Args:
        ledger: the derivation.
        form: one of `FORMATS`, or `json`, which holds all levels and both languages.
        style: `index`, or `matrix`.
        options: of the printer: `level`, `lang`, `numbering`, `title`, and `document` of LaTeX.

    Raises:
        ValueError: no such style, level or language.
    """
    if form == "json":
        return to_json(ledger, options.get("numbering", "1."))
    return FORMATS[form](ledger, style=style, **options)


def print_formula(ledger: Ledger, gradient: Gradient, form: str) -> str:
    """One derivative on one line, as text or LaTeX."""
    if form == "latex":
        return equation_latex(gradient.printed, ledger)
    return spell_gradient(ledger, gradient.by)


def print_steps(ledger: Ledger) -> tuple[Step, ...]:
    """The rows of a derivation as text."""
    return step_views(ledger)


def print_conditions(ledger: Ledger, conditions: Sequence[Condition]) -> tuple[str, ...]:
    """Conditions as text."""
    return tuple(spell_condition(ledger, condition) for condition in conditions)


def print_graph(ledger: Ledger, form: str = "svg") -> str:
    """The graph of a derivation as SVG or DOT."""
    writers = {"svg": to_svg, "dot": to_dot}
    if form not in writers:
        raise ValueError(f"there is no graph as {form!r}; there are svg and dot")
    return writers[form](ledger)


def print_system(system: EquationSystem, form: str = "text") -> str:
    """The equations of a system, as text that reads back, or as LaTeX."""
    if form == "text":
        return list_system(system)
    lines = [equation_latex(equation) for equation in system.author_equations]
    rows = " \\\\\n".join(line.replace(" = ", " &= ", 1) for line in lines)
    return f"\\begin{{align}}\n{rows}\n\\end{{align}}"

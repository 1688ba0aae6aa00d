"""The whole text of a stand-alone file of kernels.

    docstring     the equations, the gradients, the facts that they rely on
    head          imports, the hash, the type of numbers, how functions are compiled
    helpers       functions that NumPy lacks, or spells less carefully
    compute_...   compiled: loops under their equations; they check and allocate nothing
    forward ...   called by people: read the arguments, check them, call compiled code

The same plan gives the same bytes in every process. The hash is that of the text without it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symbp.kernels import template
from symbp.kernels.emitter import Shared, emit_function, fold
from symbp.kernels.faces import Faces, shape_of
from symbp.kernels.factchecks import spell_fact, write_checks
from symbp.kernels.helpers import write_helpers
from symbp.kernels.loops import Section, walk
from symbp.kernels.naming import Namer
from symbp.kernels.planning import Plan
from symbp.kernels.pymath import Used
from symbp.kernels.stepping import write_steps
from symbp.kernels.writing import WIDTH
from symbp.quantities import Quantity
from symbp.spelling import spell_equation
from symbp.version import VERSION

__all__ = ["Emitted", "emit_module"]

_HASH_DIGITS = 16


@dataclass(frozen=True)
class Emitted:
    """A file, and what a caller has to know of it.

    Attributes:
        text: the file.
        names: the keyword of each given quantity, and of each extent, in its functions.
        parameter_extents: the extents that `unpack` asks for.
    """

    text: str
    names: Mapping[str, str]
    parameter_extents: tuple[str, ...]


def emit_module(plan: Plan, dtype: str = "float64", *, cache: bool = False) -> Emitted:
    """The text of a file that computes a plan.

    Args:
        plan: what it holds.
        dtype: `float64` or `float32`.
        cache: whether Numba keeps what it compiled beside the file.

    Raises:
        NotSupportedError: an expression that has no spelling in Python yet.
    """
    writing = _Module(plan, dtype, cache=cache)
    text = writing.text()
    digest = hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]
    text = text.replace('HASH = ""', f'HASH = "{digest}"', 1)
    return Emitted(text, writing.keywords(), tuple(writing.parameter_extents))


class _Module:
    """One file while it is written."""

    def __init__(self, plan: Plan, dtype: str, *, cache: bool) -> None:
        self.plan = plan
        self.dtype = dtype
        self.cache = cache
        self.system = plan.system
        self.names = Namer()
        for name, quantity in self.system.quantities.items():
            if not quantity.hidden:
                self.names("quantity", name)
        self.used: Used = {}
        self.parameter_extents: list[str] = []

    def text(self) -> str:
        """The file, with an empty hash."""
        plan, names = self.plan, self.names
        shared = Shared()
        kernels = [
            emit_function(t.program, t.signature, names, self.dtype, self.used, shared)
            for t in plan.tasks.values()
        ]
        checks = write_checks(plan.facts, self.system, names, self.used)
        faces = Faces(plan, names, checks)
        self.parameter_extents = faces.parameter_extents
        steps = write_steps(plan, names, self.dtype, self.used, checks, faces.workspace_extents)
        labels = any(q.kind != "real" for q in self.system.given())
        reaches = any(task.reaches for task in plan.tasks.values())
        parts = [
            *write_helpers(self.used, self.dtype),
            _ruler("compiled: loops under their equations; nothing is checked or allocated here"),
            *shared.texts,
            *kernels,
            *steps.compiled,
            *checks.functions,
            _ruler("what comes from outside is checked"),
            template.CHECKS,
            *((template.CHECK_RANGE,) if reaches else ()),
            *((template.AS_LABELS,) if labels else ()),
            *((template.CHECK_WORD,) if checks.lines else ()),
            *faces.facts(),
            _ruler("to be called"),
            *faces.texts(),
            *steps.public,
        ]
        body = "\n\n".join(part.strip("\n") + "\n" for part in parts)
        imports = "import math\n\n" if "math." in body else ""
        head = template.HEAD.format(hash="", cache=self.cache, dtype=self.dtype, imports=imports)
        return f"{self._docstring(faces.usage())}\n{head}\n\n{body}"

    def keywords(self) -> dict[str, str]:
        """Names of given quantities, and of all symbolic extents, in the file."""
        found = {q.name: self.names("quantity", q.name) for q in self.system.given()}
        for quantity in self.system.quantities.values():
            for extent in shape_of(quantity):
                found.update({n: self.names("extent", n) for n in extent.extents})
        return found

    # -- pieces -----------------------------------------------------------------------------------

    def _docstring(self, usage: Sequence[str]) -> str:
        plan = self.plan
        made_of = {q.name for q in self.system.quantities.values() if q.adjoint_of}
        shown = [e for e in self.system.author_equations if e.target not in made_of]
        lines = [f"Kernels in {self.dtype}, written by symbp {VERSION}.", "", "The model:", ""]
        lines += [f"    {spell_equation(e, decimals=self.system.decimals)}" for e in shown]
        if plan.of is not None:
            lines += ["", f"Derivatives of {plan.of}:", "", *self._derivatives()]
            vector = ", ".join(_signature_text(self.system.quantities[n]) for n in plan.wrt)
            lines += ["", f"The vector of all parameters, theta, holds {vector}, in this order."]
        if plan.facts:
            facts = "; ".join(spell_fact(f, self.system) for f in plan.facts)
            lines += ["", f"Declared facts, checked on the data: {facts}."]
        lines += ["", "To use:", "", *(f"    {call}" for call in usage)]
        lines += ["", "Arrays of another type or layout are copied, once a call."]
        folded = [
            piece
            for text in lines
            for piece in fold(text, "", " " * 8 if text.startswith(" ") else "") or [""]
        ]
        return '"""' + "\n".join(folded).replace("\\", "\\\\") + '\n"""\n'

    def _derivatives(self) -> list[str]:
        """The adjoint equations that are computed, as the author would write them."""
        targets = (q for q in self.system.quantities.values() if q.adjoint_of and not q.hidden)
        starts = tuple(f"{q.name}{end}" for q in targets for end in ("[", " ="))
        statements = walk(self.plan.tasks["loss_and_gradient"].program.body)
        # What a section says after its equation tells how it is computed: that is for the loops.
        texts = (s.equation.partition("    (")[0] for s in statements if isinstance(s, Section))
        return [f"    {text}" for text in texts if text.startswith(starts)]


def _ruler(text: str) -> str:
    return f"# -- {text} ".ljust(WIDTH, "-")


def _signature_text(quantity: Quantity) -> str:
    shape = ", ".join(str(e) for e in shape_of(quantity))
    return f"{quantity.name}[{shape}]" if shape else quantity.name

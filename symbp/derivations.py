"""The ledger: a derivation is data, and printers, checkers and comments read only this.

A *step* is one row that a good author would print: what it is about, what stood before and what
stands after (nodes, never strings), the rule with what fills its phrase, the rows it rests on and
the conditions it needs. A *derivation* is the forward system, the adjoint system, the rows in
order, and the names that print.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from symbp.equations import Equation
from symbp.expressions import Access, Binder, Node
from symbp.facts import Fact, Identity
from symbp.systems import EquationSystem

__all__ = ["Certificate", "Condition", "Gradient", "Ledger", "Partial", "Pass", "StepRecord"]


@dataclass(frozen=True, slots=True)
class Partial:
    """The left side of a row: `of` differentiated by `by` (an adjoint, or a local partial).

    A partial of the output by what its own equation reads is `local` where all else that it reads
    is held fixed; its two names alone would mean the whole derivative.
    """

    of: Access
    by: Access
    local: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold.

    Attributes:
        kind: `domain` (a comparison node that the author's functions need), `fact` (an identity or
            word that was declared), `nonzero` (a denominator that was cancelled), `kink` (a place
            without derivative, with the value used there), `tie` (a maximum that is attained more
            than once; the derivative goes to the first place).
        statement: a truth node, an identity or a fact.
        asked_by: the key of the rule that needs it.
    """

    kind: str
    statement: Node | Identity | Fact
    asked_by: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a checker needs to confirm a step without knowing how it was found.

    Attributes:
        before, after: the two sides, closed under the same ranges.
        instances: definitions that were used: pairs (access, what it stands for).
        conditions: what was assumed.
    """

    before: Node
    after: Node
    instances: tuple[tuple[Node, Node], ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One row of the ledger.

    Attributes:
        id: position in the ledger, from 0; other rows cite it.
        about: the quantity that the row speaks of.
        form: `derived`, `printed` or `emitted`.
        section: `forward`, `local`, `backward`, `output`, `hidden`, `result`, `matrix`.
        left: what stands left of the equals sign: an access, or a derivative.
        before: the right side before the step; None where the row opens a chain of equalities.
        after: the right side after it.
        rule: key of the phrase table (`power`, `chain`, `sift`, `definition`, ...).
        args: what fills the phrase, nodes or row ids.
        premises: ids of the rows that it rests on.
        conditions: what it needs.
        certificate: how it can be checked.
        level: 1 result, 2 textbook, 3 all algebra.
        parent: id of the level-2 row that contains this level-3 row.
        ranges: the running indices of the row.
    """

    id: int
    about: str
    section: str
    left: Access | Partial
    after: Node
    rule: str
    before: Node | None = None
    form: str = "printed"
    args: Mapping[str, Any] = field(default_factory=dict)
    premises: tuple[int, ...] = ()
    conditions: tuple[Condition, ...] = ()
    certificate: Certificate | None = None
    level: int = 2
    parent: int | None = None
    ranges: tuple[Binder, ...] = ()


@dataclass(frozen=True, slots=True)
class Gradient:
    """The derivative of the output by one quantity, in its forms.

    Attributes:
        of, by: names of the output and the quantity.
        quantity: name of the adjoint quantity in the derived system.
        delta: name under which an error signal prints, else None.
        printed: the equation in the author's names, declared facts used.
        unconditional: the same without facts that tie data; what is differentiated again.
        conditions: what `printed` needs.
        zero_because: for a gradient that vanishes, the key of the reason, else None.
    """

    of: str
    by: str
    quantity: str
    delta: str | None
    printed: Equation
    unconditional: Equation
    conditions: tuple[Condition, ...] = ()
    zero_because: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a check did not confirm.

    Attributes:
        about: the quantity, or the row, that was checked.
        kind: `wrong` (the numbers differ), `unproved` (they agree, and no proof was found) or
            `unchecked` (there was no point to compare at, or the form is beyond the checker).
        formula: what was checked, as text.
        reason: what stood in the way.
    """

    about: str
    kind: str
    formula: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What a checker, other code than derived it, found of a derivation.

    Attributes:
        formulas: how many formulas were checked.
        points: sizes of the extents at each random point of comparison.
        largest: the largest difference from differences of the values, relative to 1 plus the
            magnitudes that went into both.
        problems: what was not confirmed.
    """

    formulas: int
    points: tuple[Mapping[str, int], ...]
    largest: float
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of a derivation, for its report; nothing ever depends on how long it took.

    Attributes:
        name: what it is called.
        seconds: processor time.
        made: the system as the pass left it; None: it changes what prints, not what is evaluated.
    """

    name: str
    seconds: float
    made: Callable[[], EquationSystem] | None = None


@dataclass(frozen=True)
class Ledger:
    """A whole derivation.

    Attributes:
        forward: the system that was differentiated.
        system: forward and adjoint equations, in order of evaluation, unconditional.
        of: name of the output.
        wrt: names of the quantities that were asked for, in order.
        gradients: by quantity name: those asked for and those on the way (error signals).
        narrator: makes the rows; they are made when they are first read.
        worker: makes the rows of all algebra, from the others; likewise.
        at: the sample point, if there is one: numbers of the given scalars.
        values: value of every scalar at that point, derivatives under their adjoint's name.
        aliases: adjoint quantity name -> the name under which it prints (`delta`).
        parts: names of repeated parts of long equations -> what they are parts of.
        check: what a checker found, where one was asked.
        passes: what was done in which order, with the times.
    """

    forward: EquationSystem
    system: EquationSystem
    of: str
    wrt: tuple[str, ...]
    gradients: Mapping[str, Gradient]
    narrator: Callable[[Ledger], tuple[StepRecord, ...]] | None = None
    at: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    check: Check | None = None
    worker: Callable[[Ledger], tuple[StepRecord, ...]] | None = None
    passes: tuple[Pass, ...] = ()

    @cached_property
    def steps(self) -> tuple[StepRecord, ...]:
        """The rows in the order in which they print."""
        return () if self.narrator is None else self.narrator(self)

    @cached_property
    def workings(self) -> tuple[StepRecord, ...]:
        """All algebra (level 3): every application of a rule, from the chain rule to the form."""
        return () if self.worker is None else self.worker(self)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Conditions of all gradients asked for, each once."""
        found = (c for name in self.wrt for c in self.gradients[name].conditions)
        return tuple(dict.fromkeys(found))

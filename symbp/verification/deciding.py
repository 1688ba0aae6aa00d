"""The order of it all: shapes, refuter, prover, domain, further facts; and the verdict.

    1  the shapes agree, or the claim is refuted without a witness
    2  the refuter tries its points; a difference at a generic one ends the matter
    3  the prover, without facts, then with all, then with as few as are needed
    4  what the claimed side asks for must be shown, else it is not proved
    5  the second lock: the proof's forms evaluate to what the interpreter gives
    6  where only an exceptional point refutes, a proof almost everywhere: holds_except
    7  of a refuted claim, the one further fact that makes it true: holds_if

Nothing is guessed: what is neither refuted by numbers nor proved with both locks is undecided.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbp.errors import LimitExceeded, MathError, NotSupportedError
from symbp.expressions import ZERO, Access, Comparison, Node
from symbp.facts import Fact, Identity, identity_of
from symbp.spelling import spell
from symbp.systems import EquationSystem
from symbp.verification.benches import Bench
from symbp.verification.claims import MismatchError, Statement, read_statement
from symbp.verification.defects import find_defect
from symbp.verification.domains import (
    Need,
    asserted_places,
    claim_conditions,
    kink_places,
)
from symbp.verification.grounds import same_zero, unshown
from symbp.verification.hypotheses import further_fact
from symbp.verification.locks import check_forms
from symbp.verification.proofs import Facts, Proof, prove
from symbp.verification.theories import Theory, make_theory
from symbp.verification.verdicts import Verdict
from symbp.verification.witnesses import Findings, find_undefined, shrink, try_points

__all__ = ["decide", "judge"]

_REFUSALS = (LimitExceeded, NotSupportedError, MathError)


def judge(
    system: EquationSystem, left: str, right: str | None = None, bench: Bench | None = None
) -> Verdict:
    """The verdict on a claim in the text language.

    Args:
        system: a checked system, with the facts under which the claim is made.
        left: the left side, or the whole claim `left = right`.
        right: the right side.
        bench: experiments to share between claims about one system.

    Raises:
        ParseError, UnknownNameError, ShapeError, DeclarationError: the claim cannot be read.
    """
    text = left if right is None else f"{left} = {right}"
    try:
        statement = read_statement(system, left, right)
    except MismatchError as mismatch:
        return Verdict("refuted", reason=f"the shapes disagree: {mismatch}", claim=text)
    except NotSupportedError as limit:
        return Verdict("undecided", reason=str(limit), claim=text)
    return decide(statement, bench)


def decide(statement: Statement, bench: Bench | None = None) -> Verdict:
    """The verdict on a statement."""
    return _Case(statement, bench or Bench(statement.system)).verdict()


class _Case:
    """One claim on its way to a verdict."""

    def __init__(self, statement: Statement, bench: Bench) -> None:
        self.statement = statement
        self.bench = bench
        self.system = statement.system
        self.findings = Findings()
        self.conditions = claim_conditions(statement)
        self.kinks = kink_places(statement)
        self.theory: Theory | None = None
        self.reason = "no proof and no counterexample was found"

    def verdict(self) -> Verdict:
        try:
            self.findings = try_points(self.statement, self.bench)
        except _REFUSALS as limit:
            return self._answer("undecided", reason=str(limit))
        found = self.findings
        if found.never_defined:
            return self._refuted("the claimed side has no value at any point that was tried")
        if found.refuted is not None and not found.exceptional:
            return self._false()
        try:
            self.theory = make_theory(self.statement)
        except _REFUSALS as limit:
            return self._not_proved(str(limit))
        if found.refuted is not None:
            return self._except_there(self.theory)
        return self._prove(self.theory)

    # -- proving ----------------------------------------------------------------------------------

    def _prove(self, theory: Theory) -> Verdict:
        proof = self._least(theory)
        if proof is not None:
            return self._proved(theory, proof)
        proof = self._attempt(theory, self.system.facts, almost=True)
        if proof is None or not proof.exceptions:
            return self._where_defined(theory)
        exceptions = proof.exceptions
        if not same_zero(self.statement, theory, exceptions, self.kinks):
            shown = ", ".join(f"{spell(e)} = 0" for e in exceptions)
            return self._answer("undecided", reason=f"proved but where {shown}; not known there")
        asserted = asserted_places(self.statement)
        if any(same_zero(self.statement, theory, (e,), asserted) for e in exceptions):
            return self._excepted(tuple(Comparison("!=", e, ZERO) for e in exceptions))
        return self._proved(theory, proof)

    def _where_defined(self, theory: Theory) -> Verdict:
        """A proof that needs what the claimed side asks for: exp(ln(x)) = x for x > 0."""
        needed = unshown(self.statement, theory, self.system.facts)
        words = tuple(fact for need in needed for fact in _as_fact(need, self.system))
        if words and self._attempt(theory, (*self.system.facts, *words)) is not None:
            return self._equal_where(needed)
        return self._answer("undecided", reason=self.reason)

    def _least(self, theory: Theory) -> Proof | None:
        """A proof under as few of the facts as are needed."""
        facts: Facts = ()
        proof = self._attempt(theory, facts)
        if proof is not None or not self.system.facts:
            return proof
        facts = self.system.facts
        proof = self._attempt(theory, facts)
        if proof is None:
            return None
        for fact in self.system.facts:
            fewer = tuple(f for f in facts if f != fact)
            again = self._attempt(theory, fewer) if fewer else None
            if again is not None:
                facts, proof = fewer, again
        return proof

    def _attempt(self, theory: Theory, facts: Facts, *, almost: bool = False) -> Proof | None:
        try:
            return prove(self.statement, theory, facts, self.bench if almost else None)
        except _REFUSALS as limit:
            self.reason = str(limit)
            return None

    def _proved(self, theory: Theory, proof: Proof) -> Verdict:
        missing = unshown(self.statement, theory, self.system.facts)
        if missing or self.findings.undefined is not None:
            return self._equal_where(missing)
        if not check_forms(proof, self.statement, self.bench):
            reason = "equal by algebra, but at no point tried do both sides have a value"
            return self._answer("undecided", reason=reason)
        return self._answer("proved", rests=self._texts(proof.facts), method="canonical")

    def _equal_where(self, missing: tuple[Need, ...]) -> Verdict:
        """The sides are equal where the claimed one has a value; what it needs was not shown."""
        for need in missing:
            if self.findings.undefined is None and need.relation != "inside":
                found = find_undefined(self.statement, self.bench, need.value)
                self.findings.undefined = found
        needed = _without_weaker(missing)
        if self.findings.undefined is not None:
            return self._excepted(tuple(need.condition for need in needed))
        shown = ", ".join(_need_text(need.condition) for need in needed)
        return self._answer(
            "undecided",
            reason=f"the sides are equal, but the claimed one needs {shown}, which is not shown",
        )

    def _except_there(self, theory: Theory) -> Verdict:
        """An exceptional point refutes the claim: does it hold everywhere else?"""
        proof = self._attempt(theory, self.system.facts, almost=True)
        if proof is None or not proof.exceptions:
            return self._false()
        if not check_forms(proof, self.statement, self.bench):
            return self._false()
        return self._excepted(tuple(Comparison("!=", e, ZERO) for e in proof.exceptions))

    # -- false ------------------------------------------------------------------------------------

    def _false(self) -> Verdict:
        found = self.findings.refuted
        fact = None if found is None else further_fact(self.statement, found.experiment)
        witness = self._witness()
        if fact is None:
            return self._answer("refuted", witness=witness, method="digits50")
        rests = (*self._texts(self.system.facts), _word_text(fact, self.system))
        return self._answer("holds_if", rests=rests[-1:], witness=witness, method="canonical")

    def _witness(self) -> dict[str, object] | None:
        found = self.findings.refuted or self.findings.undefined
        return None if found is None else shrink(self.statement, self.bench, found)

    def _refuted(self, reason: str) -> Verdict:
        return self._answer("refuted", witness=self._witness(), reason=reason, method="digits50")

    def _not_proved(self, reason: str) -> Verdict:
        if self.findings.refuted is not None:
            return self._false()
        return self._answer("undecided", reason=reason)

    def _excepted(self, needed: tuple[Node, ...]) -> Verdict:
        rests = tuple(dict.fromkeys(_need_text(n) for n in needed))
        rests = rests or (f"{spell(self.statement.right)} has a value",)
        return self._answer(
            "holds_except", rests=rests, witness=self._witness(), method="canonical"
        )

    # -- texts ------------------------------------------------------------------------------------

    def _texts(self, facts: Facts) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_fact_text(f, self.system) for f in facts))

    def _answer(
        self,
        word: str,
        *,
        rests: tuple[str, ...] = (),
        witness: dict[str, object] | None = None,
        reason: str | None = None,
        method: str = "none",
    ) -> Verdict:
        domains = [spell(c) for c in self.conditions]
        domains += [_need_text(Comparison("!=", k, ZERO)) for k in self.kinks]
        made = tuple(f"domain: {text}" for text in dict.fromkeys(domains))
        return Verdict(
            word,
            conditions=(*made, *rests),
            witness=witness,
            method=method,
            sizes=tuple(self.findings.tried),
            reason=reason,
            everywhere=bool(self.statement.extents),
            claim=self.statement.text,
            seeker=self._defect if word in ("refuted", "holds_if") else None,
        )

    def _defect(self) -> Mapping[str, str] | None:
        def proved(repaired: Statement) -> bool:
            return decide(repaired, self.bench).verdict == "proved"

        return find_defect(self.statement, self.bench, proved)


def _as_fact(need: Need, system: EquationSystem) -> tuple[Fact, ...]:
    """A need as a word said of a given quantity, where it is one."""
    word = {">": "positive", ">=": "nonnegative", "!=": "nonzero"}.get(need.relation)
    value = need.value
    if word is None or need.guards or not isinstance(value, Access):
        return ()
    return (Fact(word, value.quantity),) if system.quantity(value.quantity).given else ()


def _without_weaker(needs: tuple[Need, ...]) -> tuple[Need, ...]:
    """Needs that another one on the same value implies are left out."""
    strict = {need.value for need in needs if need.relation == ">"}
    return tuple(n for n in needs if n.relation == ">" or n.value not in strict)


def _need_text(condition: Node) -> str:
    if isinstance(condition, Comparison):
        return spell(condition)
    return f"{spell(condition)} within its range"


def _fact_text(fact: Fact | Identity, system: EquationSystem) -> str:
    """A fact: the identity that it states, if it states one, else its word."""
    if isinstance(fact, Fact):
        identity = identity_of(fact, system.quantity(fact.quantity))
        if identity is None or "one_hot" in fact.word:
            return _word_text(fact, system)
        fact = identity
    return f"{spell(fact.left)} = {spell(fact.right)}"


def _word_text(fact: Fact, system: EquationSystem) -> str:
    letters = system.quantity(fact.quantity).letters
    axes = ",".join(letters[axis] for axis in fact.axes)
    return f"{fact.quantity}: {fact.word}" + (f"({axes})" if axes else "")

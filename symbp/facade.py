"""What users call: `derive` and `verify`, beside the objects that they take and give back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from symbp import pipeline
from symbp.errors import DeclarationError
from symbp.models import Network, System
from symbp.results import Derivation, Formula

if TYPE_CHECKING:
    from symbp.verification.verdicts import Verdict

__all__ = ["Derivation", "Formula", "Network", "System", "derive", "verify"]


def derive(
    system: System | str,
    of: Any = None,
    wrt: Any = None,
    *,
    at: Mapping[Any, Any] | None = None,
    simplify: bool = True,
) -> Derivation:
    """The derivatives of one quantity by others.

    Args:
        system: a system, or the text of one.
        of: what is differentiated, by name; None: the one scalar output.
        wrt: by what: a name or several; None: all parameters, or all inputs where there are none.
        at: values of given scalars at which the derivation is evaluated as well.
        simplify: whether derivatives are brought into their shortest form.

    Raises:
        UnknownNameError: a name that does not occur.
        DeclarationError: no output, or several, and `of` does not say which.
        NotSupportedError: something that cannot be differentiated yet.
    """
    model = _system(system)
    names = None if wrt is None else [model.name_of(name) for name in _several(wrt)]
    output = None if of is None else model.name_of(of)
    point = {model.name_of(name): value for name, value in (at or {}).items()}
    return Derivation(pipeline.derive(model.snapshot(), output, names, at=point, simplify=simplify))


def verify(system: System | str, left: str, right: str | None = None) -> Verdict:
    """The verdict on a claim: proved, refuted with a witness, true under a fact, or undecided.

    Args:
        system: a system, or the text of one.
        left: the left side of the claim, or the whole claim `left = right`.
        right: its right side.

    Raises:
        ParseError: the claim is not in the language.
    """
    return pipeline.verify(_system(system).snapshot(), left, right)


def _system(system: System | str) -> System:
    return System(system) if isinstance(system, str) else system


def _several(names: Any) -> Sequence[Any]:
    several = list(names) if isinstance(names, list | tuple) else [names]
    if not several:
        raise DeclarationError("wrt names nothing; leave it out for all parameters")
    return several

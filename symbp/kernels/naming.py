"""Names in emitted files: plain ASCII, readable, and never one name for two things.

    σ  sigma      dL/dz  dL_dz      w′  w_prime      lambda  lambda_2      _1  part1

A file is read in any editor and imported under any encoding, so only its comments and texts hold
the author's own spelling. Two names that would become one are told apart by a number.
"""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Iterable

from symbp.functions import FUNCTIONS
from symbp.kernels.shorthands import SHORTHANDS
from symbp.numerics.special import PARTS, VALUES

__all__ = ["RESERVED", "Namer", "romanise"]

#: What emitted files use themselves.
OWN = (
    *("np", "math", "numba", "compiled", "HASH", "CACHE", "REAL", "DataError", "DTypeError"),
    *("ShapeError", "Workspace", "make_workspace", "pack", "unpack", "forward", "loss"),
    *("loss_and_gradient", "train_step", "train_steps", "check_facts", "check_labels"),
    *("check_finite", "check_range", "check_shape", "check_word", "check_workspace", "sizes"),
    *("as_array", "as_labels", "first", "workspace", "theta", "self", "extents", "gradient"),
    *("check", "times_ln", "times_log2", "times_log10", "value", "views", "shapes"),
    *("parameter_shapes", "left", "right", "size", "derivatives", "SETTINGS", "settings"),
    *("state", "make_state", "parameters", "losses", "batch", "order", "start", "stop", "step"),
    *("check_vector", "check_training", "as_order", "read_array", "compute_forward"),
    *("compute_loss", "compute_loss_and_gradient", "compute_update", "compute_batch"),
    *("compute_train_step", "compute_train_steps"),
)
#: Functions that a file may define.
_HELPERS = (*FUNCTIONS, *SHORTHANDS, *VALUES, *PARTS, "exactly")
RESERVED = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *OWN, *_HELPERS))


def romanise(name: str) -> str:
    """A Python identifier in ASCII that reads like the name; different names may meet in it."""
    if name.startswith("_") and name[1:].isdecimal():
        return f"part{name[1:]}"
    made = "".join(_letter(character) for character in name)
    return f"_{made}" if not made or made[0].isdecimal() else made


def _letter(character: str) -> str:
    if character.isascii() and (character.isalnum() or character == "_"):
        return character
    if character in "/·":
        return "_"
    if character == "′":
        return "_prime"
    words = unicodedata.name(character, "").split()
    if words[:1] == ["GREEK"] and "LETTER" in words:
        word = "_".join(words[words.index("LETTER") + 1 :]).lower()
        return word.capitalize() if "CAPITAL" in words else word
    plain = unicodedata.normalize("NFD", character)[0]
    return plain if plain.isascii() and plain.isalnum() else f"u{ord(character):x}"


class Namer:
    """Gives each thing of one file a name of its own, always the same one.

    Args:
        taken: names that nothing may get.
    """

    def __init__(self, taken: Iterable[str] = RESERVED) -> None:
        self._taken = set(taken)
        self._names: dict[tuple[str, str], str] = {}

    def __call__(self, kind: str, name: str) -> str:
        """The name of a thing; `kind` (quantity, letter, extent, temporary) parts homonyms."""
        known = self._names.get((kind, name))
        if known is None:
            stem = romanise(name.removeprefix("·"))
            if stem.startswith("compute_") and not kind.startswith("function"):
                stem = f"q_{stem}"  # compiled functions are called so
            known, number = stem, 2
            while known in self._taken:
                known, number = f"{stem}_{number}", number + 1
            self._taken.add(known)
            self._names[kind, name] = known
        return known

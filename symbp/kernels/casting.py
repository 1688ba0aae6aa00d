"""What is cast before a kernel takes it, and the one notice that says so.

The notice is a record of the logger `symbp`, at the level of a warning: it shows on standard error,
stops nothing, and is turned off as any logger is.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np

from symbp.systems import EquationSystem

__all__ = ["Notice"]

_LOGGER = logging.getLogger("symbp")


class Notice:
    """Says once what was cast.

    Args:
        system: where the quantities are declared.
        dtype: the type of all real numbers of the kernel.
    """

    def __init__(self, system: EquationSystem, dtype: str) -> None:
        self._kinds = {
            q.name: np.dtype(dtype if q.kind == "real" else np.int64)
            for q in system.given()
            if q.axes
        }
        self._dtype = dtype
        self._said = False

    def say(self, values: Mapping[str, Any], *, once: bool = False) -> None:
        """Look at the arrays that are handed over; speak at the first that is cast.

        Args:
            values: by name; numbers for quantities without axes are never told.
            once: whether they are cast once, and not at each call.
        """
        if self._said:
            return
        wanted = ((name, value, self._kinds.get(name)) for name, value in values.items())
        found = [
            f"{name} is {_description(value, kind)}"
            for name, value, kind in wanted
            if kind is not None and not _fits(value, kind)
        ]
        if found:
            self._said = True
            _LOGGER.warning("%s", self._text(found, once=once))

    def _text(self, found: list[str], *, once: bool) -> str:
        text = f"symbp: {'; '.join(found)} (cast {'once' if once else 'at each call'})"
        if once:
            return text
        advice = f"contiguous arrays of {self._dtype}, and int64 for labels, are used as they are"
        return f"{text}\n  {advice}"


def _fits(value: Any, kind: np.dtype[Any]) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == kind and value.flags.c_contiguous


def _description(value: Any, kind: np.dtype[Any]) -> str:
    if not isinstance(value, np.ndarray):
        return f"a {type(value).__name__}, not an array of {kind}"
    return f"{value.dtype}, not {kind}" if value.dtype != kind else "not contiguous"

"""One line on the terminal that says how far training has come; nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TextIO

from symbp.console import in_ascii

__all__ = ["Progress"]

#: Seconds between two lines: faster than anyone reads costs time for nothing.
PAUSE = 0.1


class Progress:
    """Rewrites one line of standard error.

    Args:
        epochs: how many there will be.
        wanted: whether to show anything; None: if standard error is a terminal.
        stream: where to write; None: standard error.
    """

    def __init__(
        self, epochs: int, *, wanted: bool | None = None, stream: TextIO | None = None
    ) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._shown = self._stream.isatty() if wanted is None else wanted
        self._epochs = epochs
        self._last = -PAUSE
        self._width = 0

    def begin(self) -> None:
        """Say what takes the time before the first step."""
        if self._shown:
            self._line("compiling ...")

    def show(self, epoch: int, part: float, row: Mapping[str, float]) -> None:
        """Say which epoch is under way, how much of it is done, and the last numbers."""
        now = time.monotonic()
        if self._shown and now - self._last >= PAUSE:
            self._last = now
            self._write(epoch, part, row)

    def leave(self) -> None:
        """Leave the line as it stands: an error is going to be told below it."""
        if self._shown and self._width:
            self._stream.write("\n")
            self._stream.flush()

    def end(self, epoch: int, row: Mapping[str, float]) -> None:
        """Write the last line, and leave it standing."""
        if self._shown:
            self._write(epoch, 0, row)
            self._stream.write("\n")
            self._stream.flush()

    def _write(self, epoch: int, part: float, row: Mapping[str, float]) -> None:
        numbers = "".join(f"  {name} {value:.4g}" for name, value in row.items())
        text = f"epoch {epoch}/{self._epochs}{f' {part:4.0%}' if part else ''}{numbers}"
        self._line(text)

    def _line(self, text: str) -> None:
        text = in_ascii(text, self._stream.encoding or "utf-8")
        self._stream.write(f"\r{text.ljust(self._width)}")
        self._stream.flush()
        self._width = len(text)

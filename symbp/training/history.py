"""The history of a training: one row of numbers for each epoch."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping

from symbp.errors import UnknownNameError
from symbp.names import suggest

__all__ = ["History"]


class History(Mapping[str, tuple[float, ...]]):
    """What was measured after each epoch: `history["loss"]` has one number for each.

    `loss` is the mean over the samples of the losses of their batches, each taken before the step
    that it led to; names with `val_` were measured on the validation data after the epoch.
    """

    def __init__(self, rows: Iterable[Mapping[str, float]] = ()) -> None:
        self._rows: list[dict[str, float]] = [dict(row) for row in rows]

    def add(self, row: Mapping[str, float]) -> None:
        """Append the numbers of one epoch; each row has the names of the first."""
        self._rows.append({name: float(value) for name, value in row.items()})

    @property
    def epochs(self) -> int:
        """How many epochs were completed."""
        return len(self._rows)

    def first(self, epochs: int) -> History:
        """The history of the first epochs only."""
        return History(self._rows[:epochs])

    @property
    def last(self) -> dict[str, float]:
        """The numbers of the last epoch; nothing before the first."""
        return dict(self._rows[-1]) if self._rows else {}

    def best(self, name: str = "loss") -> int:
        """The epoch, counted from 1, in which a number was smallest; 0 if there is none.

        Raises:
            UnknownNameError: nothing of that name was measured.
        """
        values = [(value, epoch) for epoch, value in enumerate(self[name], 1) if value == value]  # noqa: PLR0124
        return min(values)[1] if values else 0

    def __getitem__(self, name: str) -> tuple[float, ...]:
        if self._rows and name not in self._rows[0]:
            raise UnknownNameError(f"{name!r} was not measured; {suggest(name, self._rows[0])}")
        return tuple(row[name] for row in self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows[0] if self._rows else ())

    def __len__(self) -> int:
        return len(self._rows[0]) if self._rows else 0

    def json(self) -> str:
        """The rows as JSON; what is no number is null."""
        rows = [{n: v if math.isfinite(v) else None for n, v in row.items()} for row in self._rows]
        return json.dumps({"epochs": rows}, indent=1)

    def __str__(self) -> str:
        if not self._rows:
            return "no epoch was completed"
        header = ["epoch", *self._rows[0]]
        rows = [
            [str(number), *(f"{value:.6g}" for value in row.values())]
            for number, row in enumerate(self._rows, 1)
        ]
        widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
        return "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            for row in (header, *rows)
        )

    def __repr__(self) -> str:
        shown = ", ".join(f"{name} {value:.6g}" for name, value in self.last.items())
        return f"<History of {self.epochs} epochs{': ' if shown else ''}{shown}>"

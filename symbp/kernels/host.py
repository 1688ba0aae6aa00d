"""The text of what a file does before it calls compiled code: read, solve for extents, check.

Numba checks no bounds, so that a wrong shape or label would be a wild read. Every public function
of a file begins with these lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symbp.indices import Extent, IndexExpr
from symbp.kernels.naming import Namer
from symbp.kernels.pymath import write_index
from symbp.kernels.reach import Reach
from symbp.kernels.writing import tuple_of
from symbp.labelbounds import label_bounds
from symbp.quantities import Quantity
from symbp.systems import EquationSystem

__all__ = ["Reader", "write_shape"]


class Reader:
    """Writes the lines that read and check the arguments of one public function.

    Args:
        system: where the quantities are declared.
        names: names of the file.
        given: the quantities that the function takes.
        needed: symbolic extents that it needs beyond those of its arguments' shapes.
        reaches: places that its loops may reach, which depends on the sizes.

    Attributes:
        asked: extents that no array fixes: the caller gives them.
    """

    def __init__(
        self,
        system: EquationSystem,
        names: Namer,
        given: Sequence[Quantity],
        needed: Iterable[str] = (),
        reaches: Sequence[Reach] = (),
    ) -> None:
        self.names = names
        self.given = given
        self.reaches = reaches
        self.bounds = label_bounds(system, [q.name for q in given])
        shapes = (e for q in given for e in _shape(q))
        wanted = dict.fromkeys(name for e in shapes for name in e.extents)
        wanted.update(dict.fromkeys(needed))
        wanted.update(
            dict.fromkeys(n for bs in self.bounds.values() for b in bs for n in b.extents)
        )
        ends = (e for r in reaches for e in (r.low, r.high, r.extent))
        wanted.update(dict.fromkeys(n for e in ends for n in e.extents))
        self._solutions, self.asked = self._solve(tuple(wanted))

    @property
    def words(self) -> list[str]:
        """The keyword arguments: quantities, and extents that nothing fixes."""
        words = [self.names("quantity", q.name) for q in self.given]
        return words + [self.names("extent", name) for name in self.asked]

    def lines(self) -> list[str]:
        """The statements, in order: types, extents, shapes, labels."""
        made = [self._read(q) for q in self.given]
        made += [line for lines in self._solutions.values() for line in lines]
        made += [self._shape_check(q) for q in self.given if q.axes]
        for name, bounds in self.bounds.items():
            word = self.names("quantity", name)
            for bound in bounds:
                below = write_index(bound, self.names)
                made.append(f'check_labels("{name}", {word}, {below})')
        for reach in self.reaches:
            ends = [write_index(e, self.names) for e in (reach.low, reach.high, reach.extent)]
            made.append(f'check_range("{reach.access}", {", ".join(ends)})')
        return made

    def _read(self, quantity: Quantity) -> str:
        word = self.names("quantity", quantity.name)
        reader = "as_array" if quantity.kind == "real" else "as_labels"
        text = f'{word} = {reader}("{quantity.name}", {word}, {len(quantity.axes)})'
        return text if quantity.axes else f"{text}[()]"

    def _shape_check(self, quantity: Quantity) -> str:
        word = self.names("quantity", quantity.name)
        shape = write_shape(_shape(quantity), self.names)
        letters = ", ".join(quantity.letters)
        return f'check_shape("{quantity.name}", {word}, {shape}, "{letters}")'

    # -- extents ----------------------------------------------------------------------------------

    def _solve(self, wanted: Sequence[str]) -> tuple[dict[str, list[str]], tuple[str, ...]]:
        """For each extent the lines that find it: from an axis that it is, or that it moves."""
        found: dict[str, list[str]] = {}
        sources = [(e, q, n) for q in self.given for n, e in enumerate(_shape(q))]
        for name in wanted:
            for extent, quantity, axis in sources:
                if extent == IndexExpr.extent(name):
                    word, own = self.names("quantity", quantity.name), self.names("extent", name)
                    found.setdefault(name, [f"{own} = {word}.shape[{axis}]"])
        for _ in wanted:
            for extent, quantity, axis in sources:
                open_names = [n for n in extent.extents if n not in found]
                slope = _slope(extent, open_names[0]) if len(open_names) == 1 else None
                if slope is not None and open_names[0] in wanted:
                    found[open_names[0]] = self._inverted(
                        extent, open_names[0], slope, quantity, axis
                    )
        return found, tuple(name for name in wanted if name not in found)

    def _inverted(
        self, extent: IndexExpr, name: str, slope: int, quantity: Quantity, axis: int
    ) -> list[str]:
        """`2*M + 1 = shape` solved for M; a remainder shows up when the shape is checked."""
        word, own = self.names("quantity", quantity.name), self.names("extent", name)
        rest = extent - IndexExpr.extent(name) * slope
        text = f"{word}.shape[{axis}]"
        if len(rest.terms) == 1 and rest.terms[0][1] < 0:
            text += f" + {write_index(-rest, self.names)}"
        elif rest.terms:
            inner = write_index(rest, self.names)
            text += f" - {inner}" if len(rest.terms) == 1 else f" - ({inner})"
        divisor = slope if slope > 0 else f"({slope})"
        if slope != 1:
            text = f"({text})//{divisor}" if rest.terms else f"{text}//{divisor}"
        return [f"{own} = {text}"]


def write_shape(extents: Sequence[IndexExpr], names: Namer) -> str:
    """A shape as a tuple."""
    return tuple_of([write_index(e, names) for e in extents])


def _shape(quantity: Quantity) -> tuple[IndexExpr, ...]:
    return tuple(axis.extent or IndexExpr.integer(1) for axis in quantity.axes)


def _slope(extent: IndexExpr, name: str) -> int | None:
    """The integer factor of an extent that occurs in one term, by itself."""
    terms = [t for t in extent.terms if any(_mentions(a, name) for a in t[0])]
    if len(terms) != 1 or terms[0][0] != (Extent(name),):
        return None
    return terms[0][1]


def _mentions(atom: object, name: str) -> bool:
    return name in IndexExpr((((atom,), 1),)).extents  # type: ignore[arg-type]

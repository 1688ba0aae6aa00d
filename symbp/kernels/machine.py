"""Programs, checked and run slowly: what the emitted text has to agree with.

`check_program` says whether a program means something; `run_program` runs it, statement by
statement, over the numbers of the interpreter. Neither knows how programs were made or what is
emitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from symbp.environments import Environment
from symbp.errors import impossible
from symbp.evaluation import Value
from symbp.expressions import Access, Constant, Node, Reduce, TensorOperator, accesses, postorder
from symbp.kernels.loops import (
    KINDS,
    OPERATORS,
    STORAGES,
    Accumulate,
    Assign,
    Contract,
    Guard,
    Let,
    Loop,
    Program,
    Section,
    Statement,
    walk,
)

__all__ = ["check_program", "run_program"]


def check_program(program: Program) -> Program:
    """The program, if it is well formed.

    Every letter is bound by a loop around it, every temporary was bound before, no argument is
    written, no sum is left inside an expression, and a loop that reduces stores to temporaries
    only: the value of an accumulator exists outside its loop.

    Raises:
        AssertionError: it is not; the lowering, or a pass, made a mistake.
    """
    for buffer in program.buffers:
        if buffer.storage not in STORAGES:
            impossible(f"{program.name}: {buffer.name} is stored as {buffer.storage!r}")
    _Checker(program).block(program.body, (), frozenset())
    return program


class _Checker:
    """One visit; as deep as loops are, which is limited."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.buffers = {b.name: b for b in program.buffers}

    def block(
        self, statements: Sequence[Statement], loops: tuple[Loop, ...], known: frozenset[str]
    ) -> frozenset[str]:
        """Check statements; gives the temporaries that are bound after them."""
        for statement in statements:
            if isinstance(statement, Section):
                known = self.block(statement.body, loops, known)
            elif isinstance(statement, Guard | Loop):
                inner = (*loops, statement) if isinstance(statement, Loop) else loops
                if isinstance(statement, Guard):
                    self._value(statement.condition, loops, known)
                if isinstance(statement, Loop):
                    self._loop(statement, loops)
                self.block(statement.body, inner, known)
            elif isinstance(statement, Let):
                self._value(statement.value, loops, known)
                known |= {statement.name}
            elif isinstance(statement, Contract):
                self._contract(statement)
            else:
                self._value(statement.value, loops, known)
                self._store(statement, loops, known)
        return known

    def _loop(self, loop: Loop, loops: tuple[Loop, ...]) -> None:
        bound = {outer.letter for outer in loops}
        if loop.kind not in KINDS or loop.letter in bound:
            self._wrong(f"a loop over {loop.letter} ({loop.kind}) inside {sorted(bound)}")
        if not bound.issuperset((*loop.lower.letters, *loop.upper.letters)):
            self._wrong(f"the range of {loop.letter} reads a letter that is not bound")

    def _value(self, value: Node, loops: tuple[Loop, ...], known: frozenset[str]) -> None:
        if any(isinstance(n, Reduce | TensorOperator) for n in postorder(value)):
            self._wrong("a sum, or a tensor operator, is left inside an expression")
        if not value.free <= {loop.letter for loop in loops}:
            self._wrong(f"{sorted(value.free)} are not all bound")
        for access in accesses(value):
            self._place(access, known)

    def _place(self, access: Access, known: frozenset[str]) -> None:
        buffer = self.buffers.get(access.quantity)
        if buffer is None and access.quantity not in known:
            self._wrong(f"{access.quantity} is neither a buffer nor a temporary bound before")
        axes = 0 if buffer is None else len(buffer.extents)
        if len(access.indices) != axes:
            self._wrong(f"{access.quantity} has {axes} axes")

    def _store(
        self, statement: Assign | Accumulate, loops: tuple[Loop, ...], known: frozenset[str]
    ) -> None:
        place = statement.place
        self._place(place, known)
        buffer = self.buffers.get(place.quantity)
        if buffer is not None and buffer.storage == "argument":
            self._wrong(f"{place.quantity} is an argument, and is written")
        added = (loop.letter for loop in loops if loop.kind == "reduction")
        if buffer is not None and not place.free.issuperset(added):
            self._wrong(f"{place.quantity} is stored inside the loop that reduces it")
        if isinstance(statement, Accumulate) and statement.operator not in OPERATORS:
            self._wrong(f"there is no operator {statement.operator!r}")

    def _contract(self, statement: Contract) -> None:
        names = (statement.target, statement.left[0], statement.right[0])
        for name in names:
            if name not in self.buffers or len(self.buffers[name].extents) != 2:
                self._wrong(f"{name} is no matrix")
        if statement.target in names[1:] or self.buffers[names[0]].storage == "argument":
            self._wrong(f"{statement.target} is a factor of its own, or an argument")

    def _wrong(self, what: str) -> None:
        impossible(f"program {self.program.name}: {what}")


def run_program(
    program: Program, environment: Environment
) -> Mapping[str, Mapping[tuple[int, ...], Value]]:
    """Run a program over the numbers of an environment.

    Args:
        program: a checked program.
        environment: holds the extents and the elements of the arguments.

    Returns:
        The elements of every buffer, with the magnitudes that went into them.
    """
    machine = _Machine(program, environment)
    machine.block(program.body, {})
    return {b.name: environment.elements.get(b.name, {}) for b in program.buffers}


class _Machine:
    """Statements in order; letters have values, temporaries are elements without a place."""

    def __init__(self, program: Program, environment: Environment) -> None:
        self.environment = environment
        self.extents = {b.name: b.extents for b in program.buffers}
        for statement in walk(program.body):
            for name in _written(statement):
                environment.elements.pop(name, None)

    def block(self, statements: Iterable[Statement], letters: dict[str, int]) -> None:
        environment = self.environment
        for statement in statements:
            if isinstance(statement, Section):
                self.block(statement.body, letters)
            elif isinstance(statement, Loop):
                lower = environment.index(statement.lower, letters)
                for value in range(lower, environment.index(statement.upper, letters)):
                    self.block(statement.body, {**letters, statement.letter: value})
            elif isinstance(statement, Guard):
                if environment.evaluate(statement.condition, letters):
                    self.block(statement.body, letters)
            elif isinstance(statement, Let):
                self._elements(statement.name)[()] = self._start(statement.value, letters)
            elif isinstance(statement, Contract):
                self._contract(statement)
            else:
                self._store(statement, letters)

    def _start(self, value: Node, letters: dict[str, int]) -> Any:
        """A value; infinity, from which a maximum starts, is no constant of the mathematics."""
        if isinstance(value, Constant) and value.name in ("inf", "-inf"):
            numbers = self.environment.numbers
            return Value(numbers.of_data(float(value.name)), numbers.of_data(0.0))
        return self.environment.evaluate(value, letters)

    def _store(self, statement: Assign | Accumulate, letters: dict[str, int]) -> None:
        value: Value = self.environment.evaluate(statement.value, letters)
        place = tuple(self.environment.index(i, letters) for i in statement.place.indices)
        elements = self._elements(statement.place.quantity)
        if isinstance(statement, Accumulate):
            value = self._combined(statement.operator, elements[place], value)
        elements[place] = value

    def _combined(self, operator: str, old: Value, new: Value) -> Value:
        numbers = self.environment.numbers
        if operator == "sum":
            return Value(numbers.add(old.value, new.value), old.magnitude + new.magnitude)
        return Value(numbers.multiply(old.value, new.value), old.magnitude * new.magnitude)

    def _contract(self, statement: Contract) -> None:
        shapes = [self._shape(*factor) for factor in (statement.left, statement.right)]
        (rows, inner), (_, columns) = shapes
        left, right = (
            self.environment.elements[name] for name, _ in (statement.left, statement.right)
        )
        for row in range(rows):
            for column in range(columns):
                terms = [
                    (
                        left[_turn((row, c), statement.left[1])],
                        right[_turn((c, column), statement.right[1])],
                    )
                    for c in range(inner)
                ]
                self._elements(statement.target)[row, column] = self._dot(terms)

    def _dot(self, terms: Sequence[tuple[Value, Value]]) -> Value:
        numbers = self.environment.numbers
        products = [
            Value(numbers.multiply(a.value, b.value), a.magnitude * b.magnitude) for a, b in terms
        ]
        total = products[0]
        for product in products[1:]:
            total = self._combined("sum", total, product)
        return total

    def _shape(self, name: str, turned: bool) -> tuple[int, ...]:  # noqa: FBT001 (a factor's pair)
        return _turn(tuple(self.environment.index(e, {}) for e in self.extents[name]), turned)

    def _elements(self, name: str) -> dict[tuple[int, ...], Any]:
        return self.environment.elements.setdefault(name, {})


def _written(statement: Statement) -> tuple[str, ...]:
    if isinstance(statement, Assign | Accumulate):
        return (statement.place.quantity,)
    return (statement.target,) if isinstance(statement, Contract) else ()


def _turn(pair: tuple[int, ...], turned: bool) -> tuple[int, ...]:  # noqa: FBT001 (a factor's pair)
    return pair[::-1] if turned else pair

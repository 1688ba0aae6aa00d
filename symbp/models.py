"""`System` and `Network`: what users declare models with. Their methods call the pipeline.

A system only grows: declarations and equations are appended, and every reading takes a checked
snapshot. `assume` and `without_facts` give new systems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from symbp import pipeline
from symbp.coefficients import writes_decimals
from symbp.costs import Cost
from symbp.declarations import Builder
from symbp.errors import DeclarationError
from symbp.expressions import Node, node
from symbp.facts import Fact, Identity
from symbp.handles import Handle, Index, as_place
from symbp.indices import IndexExpr
from symbp.language.factwords import fact_in_word
from symbp.layers.drafts import Layer
from symbp.layers.losses import Loss
from symbp.layers.networks import assemble
from symbp.names import fold_keys, fold_name, meant
from symbp.solving import Solution
from symbp.systems import EquationSystem

if TYPE_CHECKING:
    from symbp.kernels.compiled import Kernel

__all__ = ["Network", "System"]


class System:
    """A system of equations.

    Args:
        text: the system in the text language; None: an empty one, to be filled by the methods.

    Raises:
        ParseError: the text is not in the language; the message has line and column.
        DeclarationError, ShapeError, UnknownNameError, NameCollisionError: it is not well formed.
    """

    def __init__(self, text: str | None = None) -> None:
        self._fill(Builder() if text is None else pipeline.read_system(text))
        if text is not None:
            self.snapshot()

    def _fill(self, builder: Builder | None, snapshot: EquationSystem | None = None) -> None:
        self._filled = builder
        self._snapshot = snapshot
        self._symbols: dict[str, Any] = {}

    # -- other ways to make one -------------------------------------------------------------------

    @classmethod
    def from_text(cls, text: str) -> System:
        """The system of a text, as `System(text)`."""
        return System(text)

    @classmethod
    def from_numpy(
        cls,
        text: str,
        shapes: Mapping[str, Sequence[int | str]],
        *,
        params: Sequence[str] = (),
        facts: Mapping[str, str | Sequence[str]] | None = None,
        name: str = "L",
    ) -> System:
        """The system of an expression in NumPy syntax.

        Args:
            text: the expression; it is parsed, and never run.
            shapes: the shape of each variable: integers or names of extents.
            params: the variables that are parameters.
            facts: what is known of the variables: `{"s": "positive"}`.
            name: the name of the result.

        Raises:
            ParseError: the text is not in the supported part of NumPy syntax.
            ShapeError: shapes do not agree.
        """
        builder = pipeline.read_numpy(text, shapes, params, facts or {}, name)
        return System.from_snapshot(builder.snapshot(), builder)

    @staticmethod
    def from_snapshot(snapshot: EquationSystem, builder: Builder | None = None) -> System:
        """The system of checked equations; what was derived has no other builder than these."""
        made = System()
        made._fill(builder, snapshot)
        return made

    # -- declaring --------------------------------------------------------------------------------

    def index(self, letter: str, extent: int | str | Index | None = None) -> Index:
        """Declare an index, `m.index("n", "N")`; its extent is a number or a name."""
        size = None if extent is None else _extent(extent)
        self._changed().index(letter, size)
        return Index(IndexExpr.letter(fold_name(letter)), size)

    def extent(self, name: str) -> Index:
        """A symbolic extent as a number: `1/m.extent("N")`."""
        return Index(IndexExpr.extent(fold_name(name)))

    def input(self, name: str, *indices: Index | str, **more: Any) -> Handle:
        """Declare data; see `declare`."""
        return self.declare("input", name, *indices, **more)

    def param(self, name: str, *indices: Index | str, **more: Any) -> Handle:
        """Declare a parameter; see `declare`."""
        return self.declare("parameter", name, *indices, **more)

    def target(self, name: str, *indices: Index | str, **more: Any) -> Handle:
        """Declare a target; see `declare`."""
        return self.declare("target", name, *indices, **more)

    def const(self, name: str, *indices: Index | str, **more: Any) -> Handle:
        """Declare a constant; see `declare`."""
        return self.declare("constant", name, *indices, **more)

    def state(self, name: str, *indices: Index | str, **more: Any) -> Handle:
        """Declare a state; see `declare`."""
        return self.declare("state", name, *indices, **more)

    def declare(
        self,
        role: str,
        name: str,
        *indices: Index | str,
        facts: str | Sequence[str] = (),
        kind: str | None = None,
        latex: str | None = None,
    ) -> Handle:
        """Declare a quantity that is given from outside.

        Args:
            role: input, parameter, target, constant or state.
            name: its name.
            indices: the indices of its axes.
            facts: what is known of it: `positive`, `one_hot(k)`, ...
            kind: real, integer or boolean.
            latex: how its name prints.

        Raises:
            NameCollisionError: the name is taken.
            DeclarationError: no such role, kind or fact.
        """
        axes = [(i.letter, i.extent) if isinstance(i, Index) else (str(i), None) for i in indices]
        quantity = self._changed().declare(name, axes, role, kind, latex)
        for word in (facts,) if isinstance(facts, str) else facts:
            self._builder.fact(fact_in_word(self._builder, word, quantity.name))
        return Handle(quantity.name, quantity.letters)

    # -- defining ---------------------------------------------------------------------------------

    def let(self, name: str, indices: Any = (), expression: Any = None, /) -> Handle:
        """Add the equation `name[indices] = expression`; `let(name, expression)` for a scalar.

        Args:
            name: what is defined.
            indices: an index or a tuple of them; integers fix a place.
            expression: made with handles; a number; a SymPy expression, whose symbols stand for the
                quantities of their names; or text.

        Raises:
            UnknownNameError, ShapeError, NameCollisionError: as for text.
        """
        if expression is None:
            indices, expression = (), indices
        places = indices if isinstance(indices, tuple | list) else (indices,)
        at = [as_place(_as_index(place)) for place in places]
        right = self._right(expression, [letter for place in at for letter in place.letters])
        self._changed().define(name, at, right)
        folded = fold_name(name)
        return Handle(folded, self._builder.quantities[folded].letters)

    def _right(self, expression: Any, letters: Sequence[str]) -> Node:
        if isinstance(expression, str):
            return pipeline.read_expression(expression, self._builder, letters)
        made = node(expression)
        if made is NotImplemented:
            return pipeline.read_sympy(expression, self._builder, self._symbols)
        self._builder.decimals |= writes_decimals(made)
        return cast("Node", made)

    def assume(self, *facts: str | Fact | Identity) -> System:
        """A new system in which these facts hold as well: `"sum(k, y[n,k]) = 1"`, `"s > 0"`.

        Raises:
            ParseError: a fact is not in the language.
        """
        snapshot = self.snapshot()
        read = list(snapshot.facts)
        for fact in facts:
            read += pipeline.read_facts(fact, snapshot) if isinstance(fact, str) else [fact]
        return System.from_snapshot(pipeline.checked(snapshot.with_facts(read)))

    def without_facts(self) -> System:
        """A new system, without any declared fact."""
        return System.from_snapshot(pipeline.checked(self.snapshot().with_facts(())))

    def name_of(self, what: Any) -> str:
        """The name that a user means by a string, a handle or a SymPy symbol.

        Raises:
            NameCollisionError: the system was written with another symbol of that name.
            DeclarationError: it is none of these.
        """
        if isinstance(what, str):
            return meant(what)
        if isinstance(what, Handle):
            return what.name
        if node(what) is NotImplemented:
            return pipeline.symbol_name(what, self._symbols)
        raise DeclarationError("a quantity is meant by its name, 'W'")

    @property
    def _builder(self) -> Builder:
        """What declarations are added to; of a mere snapshot, made from its equations."""
        if self._filled is None:
            self._filled = pipeline.reopen(self.snapshot())
        return self._filled

    def _changed(self) -> Builder:
        builder = self._builder
        self._snapshot = None
        return builder

    # -- reading ----------------------------------------------------------------------------------

    def snapshot(self) -> EquationSystem:
        """The system so far, complete and checked.

        Raises:
            DeclarationError, ShapeError, UnknownNameError: it is not well formed.
        """
        if self._snapshot is None:
            self._snapshot = self._builder.snapshot()
        return self._snapshot

    def evaluate(self, values: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """The value of every quantity, given those of inputs, parameters and so on.

        Args:
            values: numbers and arrays by name.
            more: the same as keywords.

        Raises:
            DataError, ShapeError, DTypeError: the values do not fit the declarations.
            MathError: a value does not exist.
        """
        return pipeline.evaluate(self.snapshot(), fold_keys({**(values or {}), **more}))

    def cost(self) -> Cost:
        """The operations of all equations, as a polynomial in the extents: `2*N*J*K + N*K`.

        `cost.at(N=100, J=25, K=2)` is their number, `cost["z"]` the part of one quantity.

        Raises:
            NotSupportedError: a range that depends on data, or a tensor operator.
        """
        return pipeline.count(self.snapshot())

    def spellings(self) -> str:
        """Which equations `evaluate` and kernels compute in other spellings, and in which."""
        return pipeline.print_spellings(self.snapshot())

    def solve(
        self,
        goal: Mapping[str, float] | None = None,
        /,
        *,
        wrt: Any = None,
        start: float,
        at: Mapping[str, Any] | None = None,
        **more: float,
    ) -> Solution:
        """The value of one input at which a computed scalar reaches a goal.

        Newton's method, by back-propagated increments: `chain.solve(E=0.5, wrt="X", start=2)`.

        Args:
            goal: the goal by name, `{"E": 0.5}`, or as a keyword.
            wrt: the unknown; None: the only input that has no value in `at`.
            start: where the search begins.
            at: values of the other inputs.

        Raises:
            UnknownNameError, DeclarationError, ShapeError, DataError: this is no scalar equation.
            MathError: a zero derivative, a step out of the domain, or no convergence.
        """
        goals = fold_keys({**(goal or {}), **more})
        name = None if wrt is None else self.name_of(wrt)
        return pipeline.solve(self.snapshot(), goals, name, start, fold_keys(at or {}))

    def compile(
        self,
        dtype: str = "float64",
        of: Any = None,
        wrt: Any = None,
        *,
        facts: Sequence[str | Fact | Identity] | None = None,
        optimizer: str | None = "sgd",
    ) -> Kernel:
        """Compiled functions: forward values, loss, loss and gradient, training steps.

        Args:
            dtype: `float64` or `float32`.
            of: the output that is differentiated; None: the one scalar output.
            wrt: by what: a name or several; None: all parameters, or all inputs.
            facts: what gradients may rely on; None: the declared facts; `()`: nothing.
            optimizer: of the training steps; None, or nothing to learn: without them.

        Raises:
            UnknownNameError, DeclarationError: as `derive`.
            DTypeError: another type of number.
            NotSupportedError: something that no kernel is made of yet.
        """
        snapshot = self.snapshot()
        names = None
        if wrt is not None:
            several = wrt if isinstance(wrt, list | tuple) else [wrt]
            names = [self.name_of(name) for name in several]
        read: list[Fact | Identity] | None = None
        if facts is not None:
            read = []
            for fact in facts:
                read += pipeline.read_facts(fact, snapshot) if isinstance(fact, str) else [fact]
        output = None if of is None else self.name_of(of)
        steps = optimizer if names or snapshot.given("parameter") else None
        return pipeline.compile_system(
            snapshot, output, names, dtype=dtype, facts=read, optimizer=steps
        )

    def latex(self) -> str:
        """The equations as LaTeX."""
        return pipeline.print_system(self.snapshot(), "latex")

    def __str__(self) -> str:
        return pipeline.print_system(self.snapshot(), "text")

    def __repr__(self) -> str:
        shown = [q for q in self.snapshot().quantities.values() if not q.hidden]
        return f"<{type(self).__name__} of {len(shown)} quantities>"

    def _repr_latex_(self) -> str:
        return self.latex()


class Network(System):
    """A network of layers: the system of their equations.

    Args:
        layers: in order; a layer reads the one before it, or what its `input` says.
        loss: a loss by name, a `Loss`, or several; None: without a loss.
        target: name of the target, where the loss is given by name.
        target_facts: what is known of that target: `simplex`, `one_hot`, `binary`, ...
        samples: the number of samples, or its name; None: one sample, without an index for it.

    Raises:
        DeclarationError, ShapeError, LimitExceeded: the layers do not fit together.
        ParseError: no such loss or activation.
    """

    def __init__(
        self,
        *layers: Layer,
        loss: str | Loss | Sequence[Loss] | None = None,
        target: str = "y",
        target_facts: str | Sequence[str] = (),
        samples: int | str | None = "N",
    ) -> None:
        facts = target_facts if isinstance(target_facts, str) else tuple(target_facts)
        if loss is None:
            losses: tuple[Loss, ...] = ()
        elif isinstance(loss, str):
            losses = (Loss(loss, target=target, facts=facts),)
        else:
            losses = (loss,) if isinstance(loss, Loss) else tuple(loss)
        self._fill(assemble(layers, losses, samples))
        self.snapshot()


def _extent(value: int | str | Index) -> IndexExpr:
    if isinstance(value, str):
        return IndexExpr.extent(fold_name(value))
    return as_place(value)


def _as_index(place: Any) -> Any:
    return IndexExpr.letter(fold_name(place)) if isinstance(place, str) else place

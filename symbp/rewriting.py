"""The rewriting engine: ordered tables of named rules, applied leaves first to a fixpoint.

A rule is a row of data: its name, its laws (pattern, replacement and the conditions under which
they are equal, all in the text language), and a matcher that returns the rewritten node or None
where the rule does not apply. Tables are in `symbp/rules/`; this module knows how rows are applied,
not what they say.

Every application goes to the `Log`, which a ledger keeps: what stood before, what stands after, the
row with its law; those of the moves, which are candidates of a search, as well. The conditions of
an application are read off the two sides when somebody asks for them: what the left side needs to
have a value, and the right side no longer asks for.

Termination: each table says which measure its rows lower, and the tests lower it on random nodes;
the engine also stops with an error after a bound on rewrites that no well-founded table reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from weakref import WeakSet

from symbp.domains import needs
from symbp.errors import impossible
from symbp.expressions import Node, postorder

__all__ = ["Application", "Law", "Log", "Move", "Rule", "rewrite"]

#: Rewrites of one node before the engine calls the table faulty.
MAX_REWRITES_PER_NODE = 200


@dataclass(frozen=True, slots=True)
class Law:
    """`pattern = replacement` for all values that satisfy the conditions.

    Attributes:
        pattern, replacement: the two sides. Letters: u, v, x, y, z stand for any expressions, p for
            what a condition compares; f, g, h for expressions in the index that they carry, c and d
            for numbers, m and n for whole numbers above 1; i, j, k, l are indices, t a label.
        conditions: what must hold besides, so that the sides are equal; where one side has no value
            the other has none either.
    """

    pattern: str
    replacement: str
    conditions: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f", where {' and '.join(self.conditions)}" if self.conditions else ""
        return f"{self.pattern} = {self.replacement}{where}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: `apply` uses its laws, left to right, on nodes of type `on`."""

    name: str
    on: type[Node]
    apply: Callable[[Node], Node | None]
    laws: tuple[Law, ...]

    @property
    def law(self) -> str:
        """The laws as one text."""
        return "; ".join(str(law) for law in self.laws)


@dataclass(frozen=True, slots=True)
class Move:
    """A row that a search applies, where the engine would apply a rule wherever it can.

    Attributes:
        name: what records call it.
        laws: the identities that it uses.
        says: in place of laws: where the identity comes from, an equation of the system or a fact.
    """

    name: str
    laws: tuple[Law, ...] = ()
    says: str = ""

    @property
    def law(self) -> str:
        """The laws, or where they come from, as one text."""
        return self.says or "; ".join(str(law) for law in self.laws)


@dataclass(frozen=True, slots=True)
class Application:
    """One use of a row: the part of an expression that it changed, before and after."""

    row: Rule | Move
    before: Node
    after: Node

    @property
    def rule(self) -> str:
        """Name of the row."""
        return self.row.name

    @property
    def law(self) -> str:
        """Law of the row."""
        return self.row.law

    @property
    def conditions(self) -> tuple[Node, ...]:
        """What `before` needs to have a value, and `after` does not say any more."""
        kept = needs(self.after, {}, strict=False)
        return tuple(c for c in needs(self.before, {}, strict=False) if c not in kept)


@dataclass(slots=True)
class Log:
    """What a rewrite, or a search, did: the applications in order.

    Each one is on a part of the expression that the ones before it left: put in the place of that
    part, one after the other, they lead from the expression to the result.
    """

    applications: list[Application] = field(default_factory=list)

    def add(self, row: Rule | Move, before: Node, after: Node) -> None:
        """One more application; none where nothing changed."""
        if before != after:
            self.applications.append(Application(row, before, after))


def rewrite(root: Node, rules: Sequence[Rule], log: Log | None = None) -> Node:
    """Apply the rules to a fixpoint, leaves first; shared nodes are rewritten once."""
    record = log if log is not None else Log()
    settled = _settled_by(rules)
    if root in settled:
        return root
    done: dict[int, Node] = {}
    alive = [root]  # keeps the identities that key `done` from being reused
    for current in postorder(root):
        if current in settled:
            done[id(current)] = current
            continue
        children = [done[id(child)] for child in current.children]
        same = all(a is b for a, b in zip(children, current.children, strict=True))
        made = current if same else current.rebuild(children)
        alive.append(made)
        done[id(current)] = found = _settle(made, rules, record)
        settled.add(found)
    return done[id(root)]


#: Nodes on which no rule of a table has anything to do, nor on what is below them: looked at once.
_SETTLED: dict[int, tuple[Sequence[Rule], WeakSet[Node]]] = {}


def _settled_by(rules: Sequence[Rule]) -> WeakSet[Node]:
    # a table is kept with its nodes, so that its identity is not given to another one
    return _SETTLED.setdefault(id(rules), (rules, WeakSet()))[1]


def _settle(start: Node, rules: Sequence[Rule], log: Log) -> Node:
    current = start
    for _ in range(MAX_REWRITES_PER_NODE):
        changed = _first_change(current, rules, log)
        if changed is None:
            return current
        # what a rule built may hold new redexes below its top
        current = (
            changed if not changed.children else _settle_children(changed, current, rules, log)
        )
    return impossible(f"rules do not terminate on a {type(start).__name__}")


def _first_change(current: Node, rules: Sequence[Rule], log: Log) -> Node | None:
    kind = type(current)
    for rule in rules:
        if rule.on is not kind:
            continue
        changed = rule.apply(current)
        if changed is not None and changed is not current and changed != current:
            log.applications.append(Application(rule, current, changed))
            return changed
    return None


def _settle_children(made: Node, before: Node, rules: Sequence[Rule], log: Log) -> Node:
    known = {id(child) for child in before.children}
    if all(id(child) in known or not child.children for child in made.children):
        return made
    children = [
        child if id(child) in known else rewrite(child, rules, log) for child in made.children
    ]
    if all(a is b for a, b in zip(children, made.children, strict=True)):
        return made
    return made.rebuild(children)

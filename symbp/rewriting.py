"""The rewriting engine: ordered tables of named rules, applied leaves first to a fixpoint.

A rule is a row: a name, its law in the text language, and a function that returns the rewritten
node or None where the rule does not apply. Rules with a side condition report it to the `Log`.
Tables are in `symbp/rules/`; this module knows how rows are applied, not what they say.

Termination: each row makes the node smaller in the order (number of nodes, number of nested sums,
products and reductions, disorder), which the tests check on random nodes; the engine also stops
with an error after a bound on rewrites that no well-founded table reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from symbp.errors import impossible
from symbp.expressions import Node, postorder

__all__ = ["Application", "Log", "Rule", "rewrite"]

#: Rewrites of one node before the engine calls the table faulty.
MAX_REWRITES_PER_NODE = 200


@dataclass(frozen=True, slots=True)
class Application:
    """One use of a rule."""

    rule: str
    before: Node
    after: Node


@dataclass(slots=True)
class Log:
    """What a rewrite did: rules applied in order, and denominators that must not vanish."""

    applications: list[Application] = field(default_factory=list)
    nonzero: dict[Node, str] = field(default_factory=dict)

    def needs_nonzero(self, value: Node, rule: str) -> None:
        """Record that a rule is right only where `value` is not 0."""
        self.nonzero.setdefault(value, rule)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: `law` is the identity, `apply` uses it, left to right, on nodes of type `on`."""

    name: str
    law: str
    on: type[Node]
    apply: Callable[[Node, Log], Node | None]


def rewrite(root: Node, rules: Sequence[Rule], log: Log | None = None) -> Node:
    """Apply the rules to a fixpoint, leaves first; shared nodes are rewritten once."""
    record = log if log is not None else Log()
    done: dict[int, Node] = {}
    alive = [root]  # keeps the identities that key `done` from being reused
    for current in postorder(root):
        children = [done[id(child)] for child in current.children]
        same = all(a is b for a, b in zip(children, current.children, strict=True))
        made = current if same else current.rebuild(children)
        alive.append(made)
        done[id(current)] = _settle(made, rules, record)
    return done[id(root)]


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
        changed = rule.apply(current, log)
        if changed is not None and changed is not current and changed != current:
            log.applications.append(Application(rule.name, current, changed))
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

"""The phrase table: every reason and every heading, one key, two languages.

A *reason* is a key of `RULES` with arguments; a ledger row carries both (`StepRecord.rule` and
`.args`). `fill` turns them into pieces, text and things to be set, and each printer sets the
pieces its own way. The kinds of arguments are

    node      a `Node`                             set as a formula
    rows      ids of ledger rows, an int or ints    set as (1.6)–(1.10)
    letter    name of an index, a str               set as an index letter
    index     `IndexExpr`, str or int               set as an index expression
    name      name of a quantity, a str             set as a formula, without indices
    function  name of a row of functions.py         set as a function symbol
    word      key of `sentences.WORDS`                      translated
    shape     tuple of extents                      set as J × I
    fact      `Fact` or `Identity`                  set as the letter it has in the header: (H)
    text      a str                                 verbatim, escaped

The layout uses more: `plain`, `strong`, `sign`, `digits`, `bar` (a name under a bar), `slope`
(names of a derivative written on the line), `range` (letter, lower, upper), `arrows` (names),
`real` (a name).

Every rule takes one more argument, `then`: a sequence of pairs (key, args), further reasons of the
same row ("only k=m survives; by (H)"). What a row needs (`StepRecord.conditions`) is appended by
the printers and is no argument.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symbp.errors import impossible

__all__ = ["LANGUAGES", "RULES", "Piece", "Rule", "fill"]

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason in two languages.

    Attributes:
        en: English, at most about ten words; `{name}` stands for an argument, `{=}` for the sign.
        zh: Chinese.
        args: kind of each argument by name.
    """

    en: str
    zh: str
    args: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a phrase: literal text (`kind` is `plain`), or an argument of that kind."""

    kind: str
    value: Any


def _rule(en: str, zh: str, **args: str) -> Rule:
    return Rule(en, zh, args)


#: Reasons of rows. The narration may use these keys and no others.
RULES: dict[str, Rule] = {
    # definitions (forward pass)
    "definition": _rule("definition", "定义"),
    "definition_needs": _rule(
        "definition; needs {condition}", "定义，要求 {condition}", condition="node"
    ),
    "part_of": _rule("repeated part of {whole}", "{whole} 中重复的部分", whole="node"),
    "definition_of": _rule("{what}", "{what}", what="word"),
    "given": _rule("given", "已知"),
    # local derivatives: one operator each
    "sum_rule": _rule("sum rule", "和的求导法则"),
    "sum_constant": _rule(
        "sum rule; the constant {c} drops out", "和的求导法则，常数 {c} 的导数为 0", c="node"
    ),
    "sum_constants": _rule(
        "sum rule; the other terms drop out", "和的求导法则，其余各项的导数为 0"
    ),
    "linear": _rule("linear in {x}", "对 {x} 是线性的", x="node"),
    "constant_factor": _rule("the constant factor {c} stays", "常数因子 {c} 保留", c="node"),
    "product": _rule("product rule", "积的求导法则"),
    "quotient": _rule("quotient rule", "商的求导法则"),
    "power": _rule("power rule", "幂函数求导法则"),
    "power_exponent": _rule(
        "power rule, exponent {exponent}", "幂函数求导法则，指数 {exponent}", exponent="node"
    ),
    "log": _rule("logarithm rule", "对数函数求导法则"),
    "exp": _rule("exponential rule", "指数函数求导法则"),
    "trig": _rule(
        "derivative of {function}", "三角函数 {function} 的求导法则", function="function"
    ),
    "function_rule": _rule(
        "derivative of {function}", "函数 {function} 的导数", function="function"
    ),
    "several_rules": _rule("rules of differentiation", "求导法则"),
    "own_value": _rule(
        "derivative of {function}, written in its value",
        "{function} 的导数，用函数值本身表示",
        function="function",
    ),
    "own_value_of": _rule(
        "derivative written in the value {value}", "导数用函数值 {value} 本身表示", value="node"
    ),
    "branches": _rule("branch by branch", "逐段求导"),
    "kink": _rule(
        "undefined at {place}; convention: {value} there",
        "在 {place} 处不可导，约定取 {value}",
        place="node",
        value="node",
    ),
    "iverson": _rule(
        "entries are independent: {bracket}", "各元素相互独立：{bracket}", bracket="node"
    ),
    # the chain rule
    "seed": _rule("derivative of {x} by itself", "{x} 对自身的导数", x="name"),
    "chain": _rule("chain rule with {rows}", "链式法则，由 {rows}", rows="rows"),
    "chain_cancel": _rule(
        "chain rule with {rows}; the {c} cancels",
        "链式法则，由 {rows}，约去 {c}",
        rows="rows",
        c="node",
    ),
    "chain_all": _rule("chain rule, all factors", "链式法则，全部因子"),
    "chain_plain": _rule("chain rule", "链式法则"),
    "chain_sum": _rule(
        "chain rule: every {every} depends on {by}",
        "链式法则：每个 {every} 都依赖于 {by}，求和号不能去掉",
        every="node",
        by="node",
    ),
    "chain_shared": _rule(
        "{x} is used in several places; contributions add",
        "{x} 在多处出现，各处贡献相加",
        x="node",
    ),
    "chain_paths": _rule(
        "chain rule with {rows}; contributions add",
        "链式法则，由 {rows}，各路贡献相加",
        rows="rows",
    ),
    "feeds": _rule(
        "{source} feeds every {target}", "{source} 影响每个 {target}", source="node", target="node"
    ),
    "feeds_unit": _rule(
        "{source} feeds every {unit}", "{source} 影响每个{unit}", source="node", unit="word"
    ),
    "only_through": _rule(
        "{w} enters {output} only through {z}",
        "{w} 只通过 {z} 影响 {output}",
        w="node",
        output="name",
        z="node",
    ),
    # algebra
    "sift": _rule(
        "only {index}{=}{value} survives",
        "只剩 {index}{=}{value} 的一项",
        index="letter",
        value="index",
    ),
    "indep": _rule(
        "does not depend on {index}, taken out of the sum",
        "与 {index} 无关，提到求和号外",
        index="letter",
    ),
    "indep_factor": _rule(
        "{c} does not depend on {index}, taken out",
        "{c} 与 {index} 无关，提到求和号外",
        c="node",
        index="letter",
    ),
    "split_sum": _rule("split the sum", "把和式拆开"),
    "cancel": _rule("cancel {c}", "约去 {c}", c="node"),
    "cancel_split": _rule("cancel {c}; split the sum", "约去 {c}，把和式拆成两项", c="node"),
    "insert": _rule("insert {rows}", "代入 {rows}", rows="rows"),
    "substitute": _rule("substitute {rows}", "代入 {rows}", rows="rows"),
    "substitute_using": _rule(
        "substitute {rows}, {left}{=}{right}",
        "代入 {rows}，{left}{=}{right}",
        rows="rows",
        left="node",
        right="node",
    ),
    "reduce": _rule("by definition {rows}", "由定义 {rows}", rows="rows"),
    "lemma": _rule("lemma {label}", "引理 {label}", label="text"),
    "lemma_from": _rule(
        "lemma {label}, from {rows}", "引理 {label}，由 {rows}", label="text", rows="rows"
    ),
    "times": _rule("{rows} times {other}", "{rows} 与 {other} 相乘", rows="rows", other="rows"),
    "likewise": _rule("as in {rows}", "与 {rows} 同理", rows="rows"),
    "simplify": _rule("simplify", "化简"),
    "collect": _rule("collect like terms", "合并同类项"),
    "expand": _rule("expand", "展开"),
    "factor_out": _rule("take out the factor {c}", "提出因子 {c}", c="node"),
    "rename": _rule("write {new} for {old}", "把 {old} 记为 {new}", old="letter", new="letter"),
    "hyp": _rule("by {fact}", "由假设 {fact}", fact="fact"),
    # names and results
    "delta": _rule("error signal of unit {unit}", "单元 {unit} 的误差项", unit="letter"),
    "definition_of_delta": _rule("definition of {name}", "{name} 的定义", name="name"),
    "result": _rule("result", "结果"),
    "zero_unused": _rule(
        "{x} does not enter {output}", "{x} 不影响 {output}", x="name", output="name"
    ),
    "zero_cancels": _rule("all contributions cancel", "各项贡献相互抵消"),
    "zero_blocked": _rule(
        "{x} enters {output} only where it is locally constant",
        "{x} 只通过局部为常数的部分影响 {output}",
        x="name",
        output="name",
    ),
    "matrix_form": _rule("matrix form of {rows}", "{rows} 的矩阵形式", rows="rows"),
    "shape": _rule("{shape}", "{shape}", shape="shape"),
    "matrix_shape": _rule(
        "matrix form of {rows}, {shape}", "{rows} 的矩阵形式，{shape}", rows="rows", shape="shape"
    ),
    "first_order": _rule("holds to first order only", "只在一阶近似下成立"),
}

_FIELD = re.compile(r"\{(\w+|=)\}")


def fill(key: str, args: Mapping[str, Any], lang: str) -> tuple[Piece, ...]:
    """The pieces of a reason, those of `then` after it."""
    rule = RULES.get(key)
    if rule is None:
        impossible(f"there is no phrase {key!r}")
    pieces: list[Piece] = []
    place = 0
    template = rule.zh if lang == "zh" else rule.en
    for match in _FIELD.finditer(template):
        name = match.group(1)
        if name != "=" and name not in args:
            impossible(f"the phrase {key!r} needs the argument {name!r}")
        if match.start() > place:
            pieces.append(Piece("plain", template[place : match.start()]))
        sign = name == "="
        pieces.append(Piece("sign", "=") if sign else Piece(rule.args[name], args[name]))
        place = match.end()
    if place < len(template):
        pieces.append(Piece("plain", template[place:]))
    for more, its_args in args.get("then", ()):
        pieces.append(Piece("plain", "；" if lang == "zh" else "; "))
        pieces.extend(fill(more, its_args, lang))
    return tuple(pieces)

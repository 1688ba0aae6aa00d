"""Words, headings and sentences around the rows, in two languages.

Together with `phrases.py` (the reasons of rows) this is all the language that derivations print.
"""

from __future__ import annotations

from symbp.derivations import Check
from symbp.printers.phrases import Piece

__all__ = [
    "SECTIONS",
    "WORDS",
    "check_line",
    "condition_line",
    "section_title",
    "sensitivity_note",
    "word",
]

#: Headings of sections, by `StepRecord.section`; `{adjoint}`, `{start}` are set by the layout.
SECTIONS: dict[str, tuple[str, str]] = {
    "forward": ("Forward pass", "前向计算"),
    "lemma": ("Lemmas", "引理"),
    "local": ("Local derivatives, one per operator", "逐个算子求局部导数"),
    "backward": ("Backward pass", "反向传播"),
    "output": ("Output layer", "输出层"),
    "hidden": ("Hidden layers", "隐藏层"),
    "result": ("Result", "结果"),
    "matrix": ("Matrix form", "矩阵形式"),
}

#: Words and sentences of headers, tables and notes.
WORDS: dict[str, tuple[str, str]] = {
    "activation": ("activation", "激活值"),
    "at": ("Values at", "数值均取"),
    "batch": ("batch", "批量"),
    "bias": ("bias", "偏置"),
    "boolean": ("boolean", "布尔量"),
    "chain_title": ("Chain", "方程链"),
    "check": ("Check", "验证"),
    "condition": ("Condition", "条件"),
    "conditions": ("Conditions", "条件"),
    "constant": ("constant", "常数"),
    "cross_entropy": ("cross-entropy", "交叉熵"),
    "derivation": ("Derivation", "推导"),
    "domain": ("Domain", "定义域"),
    "elementwise": ("elementwise", "逐元素"),
    "fact": ("Assumption", "假设"),
    "find": ("find", "求"),
    "formula": ("formula", "公式"),
    "gradient": ("gradient", "梯度"),
    "hidden_layer": ("hidden layer", "隐藏层"),
    "hidden_unit": ("hidden unit", "隐藏单元"),
    "if": ("if", "若"),
    "indices": ("Indices", "下标范围"),
    "input": ("input", "输入"),
    "integer": ("integer", "整数"),
    "intermediate": ("intermediate", "中间量"),
    "held": ("held fixed", "保持不变"),
    "iverson": ("1 if the condition holds, else 0", "条件成立时为 1，否则为 0"),
    "kink": ("no derivative where", "不可导之处"),
    "kink_value": ("the value of the branch taken is used", "约定取所在分支的导数"),
    "linear_layer": ("linear layer", "线性层"),
    "loss": ("loss", "损失函数"),
    "matrix_form": ("matrix form", "矩阵形式"),
    "matrix_note": (
        "Vectors are columns; the first index counts rows.",
        "向量为列向量；第一个下标为行，第二个下标为列。",
    ),
    "meaning": ("meaning", "含义"),
    "nonzero": ("nonzero", "不为零"),
    "number": ("no.", "编号"),
    "otherwise": ("otherwise", "其他"),
    "output": ("output", "输出"),
    "output_layer": ("output layer", "输出层"),
    "output_unit": ("output unit", "输出单元"),
    "parameter": ("parameter", "参数"),
    "pre_activation": ("pre-activation", "净输入"),
    "quantities": ("Quantities", "符号"),
    "quantity": ("quantity", "量"),
    "reason": ("reason", "理由"),
    "result": ("Result", "结果"),
    "sample": ("sample", "样本"),
    "scalar": ("scalar", "标量"),
    "sensitivity": ("sensitivity", "灵敏度"),
    "shape": ("shape", "形状"),
    "softmax": ("softmax", "softmax"),
    "squared_error": ("squared error", "平方误差"),
    "state": ("state", "状态"),
    "step": ("Step", "步骤"),
    "system": ("System of equations", "方程组"),
    "target": ("target", "标签"),
    "unit": ("unit", "单元"),
    "value": ("value", "数值"),
    "weight": ("weight", "权重"),
    "weight_decay": ("weight decay", "权重衰减"),
}


def word(key: str, lang: str) -> str:
    """A word of `WORDS` in the language."""
    return WORDS[key][lang == "zh"]


def section_title(section: str, number: int, lang: str) -> list[Piece]:
    """The heading of a section: `Step 2. Local derivatives, one per operator`."""
    english, chinese = SECTIONS[section]
    if lang == "zh":
        return [Piece("plain", f"第{_chinese(number)}步　{chinese}")]
    return [Piece("plain", f"Step {number}. {english}")]


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    if number < 20:
        return "十" + (digits[number - 10] if number > 10 else "")
    return str(number)


def sensitivity_note(output: str, letter: str, lang: str) -> list[Piece]:
    """What a bar means; `letter` stands for any quantity."""
    bar, slope = Piece("bar", letter), Piece("slope", (output, letter))
    start = [Piece("bar", output), Piece("sign", "="), Piece("digits", "1")]
    if lang == "zh":
        return [
            Piece("plain", "记 "), bar, Piece("sign", ":="), slope, Piece("plain", "（"),
            Piece("name", output), Piece("plain", " 对 "), Piece("name", letter),
            Piece("plain", " 的灵敏度），由 "), *start, Piece("plain", " 开始。"),
        ]  # fmt: skip
    return [
        Piece("plain", "Write "), bar, Piece("sign", ":="), slope,
        Piece("plain", " (sensitivity of "), Piece("name", output), Piece("plain", " to "),
        Piece("name", letter), Piece("plain", "); start from "), *start, Piece("plain", "."),
    ]  # fmt: skip


def condition_line(kind: str, statement: list[Piece], lang: str) -> list[Piece]:
    """A line of the list of conditions."""
    before, after = _CONDITIONS[kind][lang == "zh"]
    pieces = [Piece("plain", before)] if before else []
    return [*pieces, *statement, *([Piece("plain", after)] if after else [])]


def check_line(check: Check, lang: str) -> list[Piece]:
    """What was checked and how: formulas, proofs, points, their sizes, the largest difference."""
    chinese = lang == "zh"
    good = check.formulas - len(check.problems)
    sizes = "; ".join(
        dict.fromkeys(
            ", ".join(f"{name} = {size}" for name, size in point.items()) for point in check.points
        )
    ).strip("; ")
    shown = {
        "good": good,
        "all": check.formulas,
        "points": len(check.points),
        "at": f"（{sizes}）" if sizes and chinese else f" ({sizes})" if sizes else "",
        "error": f"{check.largest:.1g}",
    }
    key = ("sizes" if sizes else "plain") if good == check.formulas else "part"
    text = _CHECKED[key][chinese].format(**shown)
    if check.points:
        text += _CHECKED["points"][chinese].format(**shown)
    for problem in check.problems:
        reason = problem.reason or problem.kind
        shown = {"about": problem.about, "formula": problem.formula, "reason": reason}
        text += _CHECKED["problem"][chinese].format(**shown)
    return [Piece("plain", text + ("。" if chinese else "."))]


#: The parts of the check line, in both languages.
_CHECKED: dict[str, tuple[str, str]] = {
    "plain": ("{all} formulas proved", "{all} 个公式均已证明"),
    "sizes": ("{all} formulas proved for all sizes", "{all} 个公式对任意大小均已证明"),
    "part": ("{good} of {all} formulas proved", "{all} 个公式中有 {good} 个已证明"),
    "points": (
        "; differences agree at {points} random points{at}, largest relative difference {error}",
        "；在 {points} 个随机点{at}与数值差分一致，最大相对差为 {error}",
    ),
    "problem": ("; not confirmed: {formula} ({reason})", "；未能确认：{formula}（{reason}）"),
}

#: What stands before and after a condition in the list, by its kind, in both languages.
_CONDITIONS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "domain": (("", ""), ("", "")),
    "nonzero": (("", " (cancelled)"), ("", "（被约去）")),
    "fact": (("", " (assumed)"), ("", "（假设）")),
    "kink": (
        ("no derivative where ", "; the branch that the definition takes there is differentiated"),
        ("在 ", " 处不可导，约定取定义在该处所用分支的导数"),
    ),
    "tie": (
        ("no derivative where ", "; the first place that attains it is differentiated"),
        ("在 ", " 处不可导，约定取第一个达到极值的位置"),
    ),
}

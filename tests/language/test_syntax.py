import pytest

from symbp.language.syntax import run


def test_tasks_nest_without_the_call_stack():
    def down(depth):
        if depth == 0:
            return 1
        below = yield down(depth - 1)
        return below + 1

    def count():
        total = yield down(200_000)
        return total

    assert run(count()) == 200_001


def test_what_a_task_raises_passes_through():
    def fails():
        raise KeyError("x")
        yield

    def outer():
        yield fails()

    with pytest.raises(KeyError):
        run(outer())

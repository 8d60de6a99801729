"""The order of evaluation: what a statement takes out of a container, or assigns, is seen where Python sees it.

Each program has smooth draws only. At fixed ω its value is the function's own, on the same uniforms, and its tangent is
the central difference of that value.
"""

from __future__ import annotations

from typing import Any

import pytest
from harness import program_of, run_original, tangent_lines
from stubs import Queue

from stochtrace.carried.reservoir import EveryCrossing
from stochtrace.carried.sample import carried, differentiated
from stochtrace.diagnostics import Refusal
from stochtrace.estimation.program import Program

H = 1e-5

# the body of f(p, rng), after `xs = [0.5 * p, 3.0 * p, 2.0]` and `ks = [3, 1, 2]`
BODIES = {
    "taken in the middle": "return xs.pop(0) * p + rng.random()",
    "taken twice": "return xs.pop() * p * xs.pop() + rng.random()",
    "read before it is taken": "return xs[0] * p + xs.pop(0) * p + rng.random()",
    "read after it is taken": "return xs.pop(0) * p + xs[0] * p + rng.random()",
    "taken, and read by a tangent": "y = ks[0] * p + ks.pop(0)\nreturn y * p + rng.random()",
    "taken at both ends": "y = ks.pop(0) + ks.pop() * p\nreturn y * p + rng.random()",
    "taken where its length says": "x = xs.pop(len(xs) - 2)\nreturn x * p + xs[1] + rng.random()",
    "taken where its length says, in the middle": "return xs.pop(len(xs) - 2) * p + rng.random()",
    "taken by max": "return max(xs.pop(0), 0.1) + rng.random()",
    "taken, and its tangent not used": "n = len([xs.pop()])\nreturn xs.pop() * n * p + rng.random()",
    "taken in a test": "if xs.pop() is None:\n    return 0.0\nreturn xs.pop() * p + rng.random()",
    "taken in a loop's test": "while xs.pop() is None:\n    pass\nreturn xs.pop() * p + rng.random()",
    "added to what is taken from": "xs[0] += xs.pop() * p\nreturn xs[0] * p + rng.random()",
    "stored in what is taken from": "xs[0] = xs.pop(1) * p\nreturn xs[0] * xs[1] * p + rng.random()",
    "put back": "xs.append(xs.pop(0))\nxs.insert(0, xs.pop() * p)\nreturn xs[0] * p + xs[1] + rng.random()",
    "put in by what is assigned": "y = xs.append(p * p)\nreturn xs[-1] * p + rng.random()",
    "put in by a test": "if xs.append(p * p) is None:\n    return xs[-1] * p + rng.random()\nreturn 0.0",
    "put in by a comprehension": "[xs.append(k * p) for k in ks]\nreturn xs[-1] * p + xs[-2] + rng.random()",
    "put in by a guard": (
        "match ks:\n    case [3, *_] if xs.append(p * p) is None:\n        return xs[-1] * p + rng.random()\nreturn 0.0"
    ),
    "deleted with another": "del xs[0], ks[0], xs[-1]\nreturn xs[0] * p + ks[0] * rng.random()",
    "put in and taken": "return (xs.append(p * p) or xs.pop()) * p + rng.random()",
    "out of a heap": (
        "heapq.heapify(ks)\nx = heapq.heappop(ks) * p\nreturn x + heapq.heappop(ks) * p * p + rng.random()"
    ),
    "out of an iterator": "it = iter(ks)\nreturn next(it) * p + next(it) * p * rng.random() + next(it)",
    "under another name": "ys = ks\nreturn ys[0] * p + ks.pop(0) * p + rng.random()",
    "a conditional that decides": (
        "ks.append(0)\nxs.append(p * p if (ks[0] > 1 if len(ks) > 3 else ks[1]) else p)\nreturn xs[-1] * rng.random()"
    ),
    "in a conditional": "y = (ks.pop() if ks else 0) * p + (ks.pop() if ks else 0) * p * p\nreturn y + rng.random()",
    "in a comprehension": "ys = [ks[0] * ks.pop() * p for _ in range(2)]\nreturn ys[0] + ys[1] * p + rng.random()",
    "arguments by keyword": "return rng.logistic(scale=ks.pop(), loc=ks.pop()) * p",
    "an argument and what is around": "return ks[0] * rng.normal(ks.pop(0) * p, 1.0) * p",
    "an argument used more than once": "x = rng.uniform(ks.pop(), 4 + p)\nreturn x * ks.pop()",
    "an argument of a heap": "x = rng.exponential(heapq.heappop(ks) * p)\nreturn x * heapq.heappop(ks)",
    "an argument that a function takes": (
        "def take():\n    return ks.pop()\nx = rng.uniform(take() * p, 4 + take() + p)\nreturn x * take()"
    ),
    "an argument that a function counts": (
        "k = 0\ndef count():\n    nonlocal k\n    k += 1\n    return k\n"
        "return k * p + count() * p + rng.normal(count(), k + p)"
    ),
    "a parameter of an array": "x = rng.normal(ks.pop() * p, ks.pop(), size=ks.pop() - 1)\nreturn x.sum() * p",
    "assigned in the middle": "a = 2.0\nreturn a * p + (a := 3.0 * p) * p + a * rng.random()",
    "counted in the middle": "k = 1\ny = k * p + (k := k + 1) * p\nreturn y + k * rng.random()",
    "arguments of a function": (
        "def less(a, b):\n    return a * p - b * rng.random()\nreturn less(b=ks.pop(), a=ks[-1]) + ks[0]"
    ),
    "out of a queue": "d = deque(ks)\nreturn d.popleft() * p + d.popleft() * p * p + rng.random()",
    "replaced in a heap": (
        "heapq.heapify(ks)\n"
        "return heapq.heapreplace(ks, 5) * p + heapq.heappushpop(ks, 7) * p * p + ks[0] * rng.random()"
    ),
    "put where nothing is": (
        "d = {}\nreturn d.setdefault(0, len(d) + 1) * p + d.setdefault(1, len(d) + 1) * p * p + rng.random()"
    ),
    "taken before it is read": "return xs.pop() * p * xs[0] + rng.random()",
    "under another name, and read by a tangent": "ys = ks\ny = ys[0] * p + ks.pop(0)\nreturn y * p + rng.random()",
    "taken by a function, and read by a tangent": (
        "def take():\n    return ks.pop(0)\ny = ks[0] * p + take()\nreturn y * p + rng.random()"
    ),
    "taken by a function of a function": (
        "def take():\n    return ks.pop(0)\ndef both():\n    return take()\n"
        "return ks[0] * p + both() * p + rng.random()"
    ),
    "out of a heap by a function": (
        "def take():\n    return heapq.heappop(ks)\nreturn ks[0] * p + take() * p + rng.random()"
    ),
    "stored by a function": ("def put():\n    ks[0] = 5\n    return 2\nreturn ks[0] * p + put() * p + rng.random()"),
    "taken in a target": "xs[ks.pop() - 2] = ks[2] * p\nreturn (xs[0] + 2 * xs[1]) * p + rng.random()",
    "taken in an annotated target": (
        "xs[ks.pop() - 2]: float = ks[2] * p\nreturn (xs[0] + 2 * xs[1]) * p + rng.random()"
    ),
    "taken in the test of a conditional": "y = (ks[0] if ks.pop() > 1 else 0) * p\nreturn y + rng.random()",
    "taken in a clause": "ys = [ks[0] * p for _ in range(ks.pop())]\nreturn ys[0] + ys[1] + rng.random()",
    "out of one of several": "ws = [ks, [4, 5]]\ni = 1\nreturn i * p + ws[i].pop() * p + rng.random()",
    "arguments of a density": ("y = stats.norm.logpdf(0.5, scale=ks.pop(), loc=ks.pop())\nreturn y * p + rng.random()"),
    "arguments of a density that moves": (
        "return stats.norm.logpdf(ks[-1] * p, scale=ks.pop(), loc=ks.pop() * p) * p + rng.random()"
    ),
    "an iterator to its end": "it = iter(ks)\ny = sum(it) * p\nreturn y + rng.random()",
    "a part of an iterator, and the rest": "it = iter(ks)\nreturn next(it) * p + sum(it) * p + rng.random()",
    "pairs to their end": "it = zip(ks, xs)\nys = [k * x * p for k, x in it]\nreturn sum(ys) + rng.random()",
    "an iterator as a scale": "it = map(float, ks)\nreturn rng.exponential(sum(it) * p)",
    "an iterator that a function reads": (
        "def total(it):\n    return sum(it) * p\nreturn total(iter(ks)) + rng.random()"
    ),
    "an iterator that a function returns": (
        "def some():\n    return itertools.islice(ks, 2)\nit = some()\nreturn max(it) * p + rng.random()"
    ),
    "an iterator in a loop": "it, y = reversed(ks), 0.0\nfor k in it:\n    y += k * p\nreturn y + rng.random()",
    "an iterator in a list": "its = [iter(ks)]\nreturn sum(its[0]) * p + rng.random()",
    "an iterator out of a list": "its = [iter(ks)]\nit = its[0]\nreturn sum(it) * p + rng.random()",
    "an iterator, or none": "it = ks[3:] or iter(ks)\nreturn sum(it) * p + rng.random()",
    "a generator that a function reads": (
        "def total(it):\n    return sum(it) * p\nreturn total(k for k in ks) + rng.random()"
    ),
    "out of an iterator, by keyword": "it = iter(ks)\nreturn rng.logistic(scale=next(it), loc=next(it)) * p",
    "read whole before it is taken from": (
        "it = iter(ks)\ny = list(it)[0] * p + next(it, 7)\nreturn y * p + rng.random()"
    ),
}
WITH_LINES = (
    "taken in the middle", "an argument used more than once", "out of a queue", "replaced in a heap",
    "put where nothing is", "taken before it is read", "taken in the test of a conditional", "taken in a clause",
    "out of one of several", "out of an iterator", "an iterator in a loop",
)  # fmt: skip


def text(body: str) -> str:
    """The program with a body."""
    imports = ["import heapq", "import itertools", "from collections import deque", "from scipy import stats"]
    lines = [*imports, "def f(p, rng):", "    xs = [0.5 * p, 3.0 * p, 2.0]", "    ks = [3, 1, 2]"]
    return "\n".join([*lines, *(f"    {line}" for line in body.splitlines())]) + "\n"


class Constant(Queue):
    """An omega that gives the same uniform for every draw, in whatever order they are made."""

    def __init__(self, uniform: float) -> None:
        super().__init__(0)
        self._random = lambda: uniform


def derivative(program: Program, p: float, uniform: float) -> tuple[float, float]:
    """The value and the tangent of a sample."""
    omega: Any = Constant(uniform)
    if program.functions.on_carried_values:
        model: Any = program.functions.carried
        found = differentiated(model, model, (p,), (carried(p, 1.0),), omega, EveryCrossing())
        assert not found.jumps
        return float(found.value), float(found.delta)
    value, tangent = program.functions.derivative(p, 1.0, omega, None)
    return value, tangent


@pytest.mark.parametrize("uniform", [0.3, 0.8])
@pytest.mark.parametrize("case", BODIES)
def test_value_and_tangent_are_those_of_the_function(case: str, uniform: float) -> None:
    source = text(BODIES[case])
    program = program_of(source)
    below, at, above = (run_original(source, program, {"p": p}, Constant(uniform)) for p in (0.7 - H, 0.7, 0.7 + H))
    value, tangent = derivative(program, 0.7, uniform)
    assert value == pytest.approx(at, rel=1e-14)
    assert tangent == pytest.approx((above - below) / (2 * H), rel=1e-7)


@pytest.mark.parametrize("case", WITH_LINES)
def test_what_is_taken_in_the_middle_has_tangent_lines(case: str) -> None:
    assert "_dot" in tangent_lines(text(BODIES[case]))


def test_a_change_before_a_reading_is_named() -> None:
    with pytest.raises(Refusal, match="this changes `ks` in the middle of a statement") as caught:
        tangent_lines(text("return ks[0] * p + ks.pop(0) * p + rng.random()"))
    assert (caught.value.line, caught.value.column) == (8, 23)

"""A grammar of small programs that decide on what they draw; the parameter p stands in parameters of draws alone.

So there is a second unbiased estimator, which knows nothing of decisions: the score function, X × d/dp log of the
probability of all draws, summed up by a generator that is given p as a dual number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

Choose = Callable[[Sequence[Any]], Any]
DRAWS = (
    "rng.normal({real}, {positive})",
    "rng.normal({real}, {positive})",
    "rng.exponential({positive})",
    "rng.exponential({positive})",
    "rng.uniform({fixed}, {fixed} + 2.0)",
    "rng.gamma({positive}, 1.0)",
    "rng.random()",
    "rng.laplace({real}, {positive})",
    "rng.logistic({real}, {positive})",
    "rng.gumbel(scale={positive}, loc={real})",
    "rng.rayleigh({positive})",
    "rng.lognormal({real} / 4, 0.5)",
    "{positive_x} * rng.weibull(2.0)",
    "({x} if rng.random() < {chance} else rng.exponential({positive}))",
    "max(rng.exponential({positive}) for _ in range(2))",
    "float(np.max(rng.normal({fixed}, p, size=3)))",
    "sum(v for v in rng.exponential(p, size=2) if v > {c})",
    "min([{x}, rng.normal({real}, 1.0)], key=abs)",
    "last(arrivals({positive}, rng))",
)
COUNTS = (
    "rng.poisson({positive})",
    "rng.binomial(3, {chance})",
    "int(rng.random() < {chance})",
    "rng.binomial(1, {q})",
    "rng.geometric({chance})",
    "int({x} > {c} and rng.random() < {chance})",
    "int({x} > {c} or rng.normal({real}, 1.0) > {x})",
    "sum(rng.exponential({positive}) > v for v in ({x}, {c}))",
    "len([v for v in ({x}, {x}) if rng.normal({real}, 1.0) < v])",
    "len(list(arrivals({positive}, rng)))",
    "[0, 2, 1][rng.binomial(1, {chance}):][{n} % 2]",
    "int({c} < rng.normal({real}, {positive}) < {x})",
    "int((y := rng.exponential({positive})) > {c}) + (y > {c})",
)
REAL = ("p", "2 * p", "p - 1", "p * {n}", "{x}", "0.5 * {x} + p", "1.0")
POSITIVE = ("p", "p + 0.5", "p * (1 + {n})", "1.0", "abs({x}) + p", "0.5 + {n} * p")
CHANCE = ("p / 2", "0.9 - p / 2", "0.4", "p / (1 + p + {n})")
VALUES = (
    "{x} + {x}", "{x} - {x}", "0.5 * {x}", "{x} * {x}", "max({x}, {x})", "min({x}, 1.0)", "abs({x})", "{x} + {n}",
    "math.exp(-abs({x}))", "{x} / (1.0 + {x} * {x})", "sorted([{x}, {x}, {x}])[1]", "{x} ** 2 - {x}",
    "float(np.clip({x}, -0.5, {c} + 0.5))", "positive({x}) - {x}", "Part({x}).worn({x})",
    "float(np.sum(np.array([{x}, {x}, {c}])[np.array([{x}, {x}, {x}]) > {c}]))", "logged({x})",
    "float(np.where({x} > {c}, {x}, {c}))", "sorted([{x}, {x}, {c}], key=lambda v: -v)[0]",
    "sum(v for v in ({x}, {x}, {x}) if v > {c})", "float(np.maximum({x}, {x}))", "halved({x}, 3)",
    "Wear({x}).use({x}).left", "float(np.cumsum(np.array([{x}, {x}]))[-1])",
    "float(np.sort(np.array([{x}, {x}, {c}]))[1])", "cut([{x}, {x}])", "({x} > {c}) * {x}",
    "({x} if {n} % 2 else {x})", "{x} * ({x} < {c}) + {n}", "next((v for v in ({x}, {x}) if v > {c}), {c})",
    "float(np.median(np.array([{x}, {x}, {c}])))", "math.sqrt(max({x}, 0.0))",
    "{'a': {x}, 'b': {x}}['ab'[{x} > {c}]]", "statistics.median([{x}, {x}, {x}])", "served([{x}, {x}])",
    "float(np.abs({x}))", "({x}, {x})[{n} % 2]", "heapq.nlargest(2, [{x}, {x}, {c}])[-1]",
)  # fmt: skip
INTEGERS = (
    "int({x}) % 3", "max(range(3), key=[{x}, {x}, 0.5].__getitem__)", "sum(1 for v in [{x}, {x}] if v > {c})",
    "sorted(range(3), key=[{x}, {x}, {c}].__getitem__)[0]", "bisect.bisect([0.0, 0.7, 1.5], {x})",
    "heapq.nsmallest(1, [({x}, 0), ({x}, 1)])[0][1]", "{n} + 1", "round({x}) % 2", "len(state({x}))",
    "int(np.argmax(np.array([{x}, {x}, {c}])))", "popped([({x}, 1), ({x}, 2), ({c}, 0)])",
    "any(v > {c} for v in ({x}, {x})) + 0", "int(np.argsort(np.array([{x}, {x}, {c}]))[0])", "matched({x}, {n})",
    "int(np.searchsorted(np.array([0.0, 0.7, 1.5]), {x}))", "({x} > {c}) + ({x} > {x})",
    "int(np.sum(np.array([{x}, {x}]) > {c}))", "len({'a' if v > {c} else 'b' for v in ({x}, {x})})",
    "math.floor({x}) % 2", "min(max({n}, 0), 3)", "sum(i for i, v in enumerate(sorted([{x}, {x}])) if v > {c})",
    "len(f'{{n}}')", "Wear({x}).use({x}).times", "next((i for i, v in enumerate([{x}, {x}]) if v > {c}), 2)",
)  # fmt: skip
TESTS = (
    "{x} > {c}",
    "{x} < {x}",
    "{c} <= {x} < {c} + 1",
    "{x} * {x} > {c} or {x} < 0",
    "{n} > 1",
    "not {x} > {c}",
    "{x} + {x} >= {c}",
)

HELPER = r"^(?:def|class) (\w+)"

# what the programs call: a nested function, a class, a heap, an error that is caught, a string that is a state
HEAD = """import bisect
import heapq
import math
import statistics
from collections import deque
from dataclasses import dataclass

import numpy as np


class Part:
    def __init__(self, life):
        self.life = life

    def worn(self, use):
        if use > self.life:
            self.life = 0.5
        return min(self.life, 2.0)


def positive(x):
    def cut(y):
        return y if y > 0.0 else 0.0

    return cut(x) + 0.5


def logged(x):
    try:
        return max(math.log(x), -1.0)
    except ValueError:
        return -1.5


def popped(events):
    heapq.heapify(events)
    time, kind = heapq.heappop(events)
    while events and time < 0.5:
        time, kind = heapq.heappop(events)
    return kind


def state(x):
    word = "low"
    while x > 0.5 and len(word) < 6:
        word, x = word + "+", x - 0.4
    return word


def halved(x, n):
    if n == 0 or x < 0.5:
        return x
    return halved(x - 0.5, n - 1)


def arrivals(scale, rng):
    time = rng.exponential(scale)
    while time < 1.5:
        yield time
        time += 0.3 + rng.exponential(scale)


def last(times):
    x = 0.0
    for x in times:
        if x > 1.0:
            break
    return x


def cut(values):
    a = np.array(values)
    a[a > 0.5] = 0.5
    a[a < 0.0] *= 2.0
    return float(a.sum())


def matched(x, n):
    match (x, n):
        case (v, 0) if v > 0.5:
            return 1
        case (v, _) if v < 0.0:
            return 2
    return 0


@dataclass
class Wear:
    left: float
    times: int = 0

    def use(self, x):
        while self.left > 0.3 and self.times < 4:
            self.left -= abs(x) + 0.1
            self.times += 1
        else:
            self.left += 0.5
        return self


def served(times):
    queue, total = deque(sorted(times)), 0.0
    while queue:
        first = queue.popleft()
        if first > 1.0 and len(queue) < 2:
            queue.append(first - 1.0)
        else:
            total += first
    return min(total, 3.0)


def f(p, rng):
    """


def written(body: str) -> str:
    """Return a program with what it calls above it."""
    before, _, head = HEAD.rpartition("def f(p, rng)")
    imports, *helpers = before.strip().split("\n\n\n")
    used = [part for part in helpers for name in re.findall(HELPER, part, re.M) if re.search(rf"\b{name}\b", body)]
    text = "\n\n\n".join([*used, f"def f(p, rng){head}{body}"])
    lines = [line for line in imports.split("\n") if line and re.search(rf"\b{line.split()[-1]}\b", text)]
    return "\n".join([*lines, "\n", text]).lstrip()


class Writer:
    """Writes one program, with a function that makes all choices."""

    def __init__(self, choose: Choose) -> None:
        self.choose = choose
        self.smooth: list[str] = []
        self.integers: list[str] = []
        self.count = 0

    def program(self) -> str:
        """The text of `def f(p, rng)`."""
        body = [self._draw(), self._draw(), self._count()]
        for _ in range(self.choose((2, 3, 4, 5))):
            body += self._statement(0)
        kept = " + ".join(f"{self.choose(('1.0', '0.5', '2.0'))} * {self._clipped()}" for _ in range(2))
        body.append(f"return {kept} + {self._n()}")
        if self.choose((True, False)):
            body[-1] += f" + p * {self._clipped()}"
        return written("\n    ".join(body) + "\n")

    def _clipped(self) -> str:
        return f"min(max({self._x()}, -3.0), 3.0)"

    def _statement(self, depth: int) -> list[str]:
        kind = self.choose(
            ("draw", "value", "value", "integer", "if", "if", "loop") if depth < 2 else ("draw", "value")
        )
        if kind == "draw":
            return [self._draw() if self.choose((True, False)) else self._count()]
        if kind == "value":
            return [self._assign("x", self._filled(self.choose(VALUES)))]
        if kind == "integer":
            return [self._assign("n", self._filled(self.choose(INTEGERS)))]
        return self._if(depth) if kind == "if" else self._loop()

    def _if(self, depth: int) -> list[str]:
        target = self.choose(self.smooth)
        lines = [f"if {self._filled(self.choose(TESTS))}:"]
        before = list(self.smooth), list(self.integers)
        lines += ["    " + line for line in self._statement(depth + 1)]
        lines.append(f"    {target} = {self._x()}")
        self.smooth, self.integers = list(before[0]), list(before[1])
        lines.append("else:")
        lines.append(f"    {target} = {self._filled('{x} - {c}')}")
        self.smooth, self.integers = before
        return lines

    def _loop(self) -> list[str]:
        t, n = self._name("x"), self._name("n")
        step = self.choose(("rng.exponential(p + 0.3)", "abs(rng.normal(p, 0.5))", "0.3 + rng.random()"))
        lines = [f"{t}, {n} = 0.0, 0", f"while {t} < 1.5 and {n} < 6:", f"    {t} += {step}", f"    {n} += 1"]
        self.smooth.append(t)
        self.integers.append(n)
        return lines

    def _draw(self) -> str:
        return self._assign("x", self._filled(self.choose(DRAWS)))

    def _count(self) -> str:
        return self._assign("n", self._filled(self.choose(COUNTS)))

    def _name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def _assign(self, kind: str, text: str) -> str:
        name = self._name(kind)
        (self.smooth if kind == "x" else self.integers).append(name)
        return f"{name} = {text}"

    def _x(self) -> str:
        return self.choose(self.smooth) if self.smooth else "1.0"

    def _n(self) -> str:
        return self.choose(self.integers) if self.integers else "1"

    def _filled(self, text: str) -> str:
        fillers = {
            "{real}": lambda: self._filled(self.choose(REAL)),
            "{positive}": lambda: self._filled(self.choose(POSITIVE)),
            "{positive_x}": lambda: self.choose(("0.5", "1.0", "2.0")),
            "{chance}": lambda: self._filled(self.choose(CHANCE)),
            "{fixed}": lambda: self.choose(("0.0", "-1.0", "0.5")),
            "{q}": lambda: f"1 / (1 + math.exp(-{self._x()}))",
            "{x}": self._x,
            "{n}": self._n,
            "{c}": lambda: self.choose(("0.0", "0.5", "1.0", "1.7")),
        }
        for hole, fill in fillers.items():
            while hole in text:
                text = text.replace(hole, fill(), 1)
        return text

"""A grammar of small programs that decide on what they draw; the parameter p stands in parameters of draws alone.

So there is a second unbiased estimator, which knows nothing of decisions: the score function, X × d/dp log of the
probability of all draws, summed up by a generator that is given p as a dual number.
"""

from __future__ import annotations

import math
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
)
COUNTS = (
    "rng.poisson({positive})",
    "rng.binomial(3, {chance})",
    "int(rng.random() < {chance})",
    "rng.binomial(1, {q})",
)
REAL = ("p", "2 * p", "p - 1", "p * {n}", "{x}", "0.5 * {x} + p", "1.0")
POSITIVE = ("p", "p + 0.5", "p * (1 + {n})", "1.0", "abs({x}) + p", "0.5 + {n} * p")
CHANCE = ("p / 2", "0.9 - p / 2", "0.4", "p / (1 + p + {n})")
VALUES = ("{x} + {x}", "{x} - {x}", "0.5 * {x}", "{x} * {x}", "max({x}, {x})", "min({x}, 1.0)", "abs({x})", "{x} + {n}",
          "math.exp(-abs({x}))", "{x} / (1.0 + {x} * {x})", "sorted([{x}, {x}, {x}])[1]", "{x} ** 2 - {x}",
          "float(np.clip({x}, -0.5, {c} + 0.5))", "positive({x}) - {x}", "Part({x}).worn({x})",
          "float(np.sum(np.array([{x}, {x}, {c}])[np.array([{x}, {x}, {x}]) > {c}]))", "logged({x})",
          "float(np.where({x} > {c}, {x}, {c}))", "heapq.nlargest(2, [{x}, {x}, {c}])[-1]")  # fmt: skip
INTEGERS = ("int({x}) % 3", "max(range(3), key=[{x}, {x}, 0.5].__getitem__)",
            "sum(1 for v in [{x}, {x}] if v > {c})",
            "sorted(range(3), key=[{x}, {x}, {c}].__getitem__)[0]", "bisect.bisect([0.0, 0.7, 1.5], {x})",
            "heapq.nsmallest(1, [({x}, 0), ({x}, 1)])[0][1]", "{n} + 1", "round({x}) % 2", "len(state({x}))",
            "int(np.argmax(np.array([{x}, {x}, {c}])))", "popped([({x}, 1), ({x}, 2), ({c}, 0)])",
            "any(v > {c} for v in ({x}, {x})) + 0",
            "next((i for i, v in enumerate([{x}, {x}]) if v > {c}), 2)")  # fmt: skip
TESTS = (
    "{x} > {c}",
    "{x} < {x}",
    "{c} <= {x} < {c} + 1",
    "{x} * {x} > {c} or {x} < 0",
    "{n} > 1",
    "not {x} > {c}",
    "{x} + {x} >= {c}",
)

# what the programs call: a nested function, a class, a heap, an error that is caught, a string that is a state
HEAD = """import bisect
import heapq
import math

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


def f(p, rng):
    """


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
        return HEAD + "\n    ".join(body) + "\n"

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


class Dual:
    """The parameter, or a parameter of a draw, with its derivative by p at fixed values of all draws."""

    def __init__(self, v: float, d: float) -> None:
        self.v, self.d = v, d

    def __add__(self, other: Any) -> Dual:
        b = dual(other)
        return Dual(self.v + b.v, self.d + b.d)

    def __mul__(self, other: Any) -> Dual:
        b = dual(other)
        return Dual(self.v * b.v, self.d * b.v + self.v * b.d)

    def __truediv__(self, other: Any) -> Dual:
        b = dual(other)
        return Dual(self.v / b.v, (self.d - self.v / b.v * b.d) / b.v)

    def __sub__(self, other: Any) -> Dual:
        return self + dual(other) * -1.0

    def __rsub__(self, other: Any) -> Dual:
        return dual(other) - self

    __radd__, __rmul__ = __add__, __mul__


def dual(x: Any) -> Dual:
    """A number as a dual one."""
    return x if isinstance(x, Dual) else Dual(float(x), 0.0)


class Uniform(float):
    """A uniform that may be compared with a chance that depends on p: then it is a Bernoulli draw with a score."""

    scored: Scored

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, Dual):
            return float(self) < other
        hit = float(self) < other.v
        self.scored.score += other.d / other.v if hit else -other.d / (1 - other.v)
        return hit


class Scored:
    """A generator of NumPy's that sums up the score."""

    def __init__(self, rng: Any) -> None:
        self.rng, self.score = rng, 0.0

    def normal(self, loc: Any, scale: Any) -> float:
        m, s = dual(loc), dual(scale)
        z = self.rng.standard_normal()
        self.score += m.d * z / s.v + s.d * (z * z - 1) / s.v
        return float(m.v + s.v * z)

    def exponential(self, scale: Any) -> float:
        s = dual(scale)
        e = self.rng.standard_exponential()
        self.score += s.d * (e - 1) / s.v
        return float(s.v * e)

    def gamma(self, shape: Any, scale: float) -> float:
        from scipy.special import digamma

        a = dual(shape)
        x = self.rng.gamma(a.v)
        self.score += a.d * (math.log(x) - digamma(a.v)) if a.d else 0.0
        return float(scale * x)

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def random(self) -> Uniform:
        u = Uniform(self.rng.random())
        u.scored = self
        return u

    def poisson(self, lam: Any) -> int:
        rate = dual(lam)
        k = int(self.rng.poisson(rate.v))
        self.score += rate.d * (k / rate.v - 1)
        return k

    def binomial(self, n: int, p: Any) -> int:
        q = dual(p)
        k = int(self.rng.binomial(n, q.v))
        self.score += q.d * (k / q.v - (n - k) / (1 - q.v)) if q.d else 0.0
        return k

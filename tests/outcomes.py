"""Mean and derivative of a program as it is written, by all outcomes of its draws; generated code plays no part.

The source runs once per path of outcomes, with the complex parameter p + ih. The probabilities of a path are then
complex too, and the imaginary part of the sum of probability times result is h dE/dp: exact to rounding (complex step;
Squire & Trapp 1998, SIAM Review 40, 110-112).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

STEP = 1e-30


class TooMany(Exception):
    """The program makes more paths than a test can afford."""


class Tally:
    """Counts runs, up to a limit."""

    def __init__(self, limit: float) -> None:
        self.limit, self.runs = limit, 0

    def one(self) -> None:
        self.runs += 1
        if self.runs > self.limit:
            raise TooMany(f"more than {self.limit} runs")


class Outcomes:
    """Depth-first over the outcomes of one draw after the other; `chance` is the complex probability of a path."""

    def __init__(self) -> None:
        self.path: list[tuple[int, list[complex]]] = []

    def start(self) -> None:
        self.at, self.chance = 0, 1 + 0j

    def pick(self, chances: Sequence[complex]) -> int:
        """Return the index of the outcome of this path, and multiply its probability in."""
        if self.at == len(self.path):
            self.path.append((possible(chances, 0), list(chances)))
        index, known = self.path[self.at]
        self.at += 1
        self.chance *= known[index]
        return index

    def advance(self) -> bool:
        while self.path:
            index, chances = self.path.pop()
            index = possible(chances, index + 1)
            if index < len(chances):
                self.path.append((index, chances))
                return True
        return False


def possible(chances: Sequence[complex], start: int) -> int:
    """Return the first outcome from `start` on that has a probability, or would get one as p moves."""
    return next((i for i in range(start, len(chances)) if chances[i] != 0), len(chances))


class Uniform:
    """A number that is only compared, once, with a probability."""

    def __init__(self, outcomes: Outcomes) -> None:
        self.outcomes = outcomes

    def __lt__(self, q: complex) -> bool:
        return self.outcomes.pick([1 - q, q]) == 1

    def __gt__(self, q: complex) -> bool:
        return self.outcomes.pick([q, 1 - q]) == 1

    __le__, __ge__ = __lt__, __gt__


class Enumerating:
    """A generator, of NumPy's make or `random`'s, that runs through all outcomes."""

    def __init__(self) -> None:
        self.outcomes = Outcomes()

    def random(self) -> Uniform:
        return Uniform(self.outcomes)

    def binomial(self, n: int, p: complex) -> int:
        return self.outcomes.pick([math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])

    def poisson(self, lam: complex) -> int:
        assert complex(lam).real == 0, "other means have no thresholds on a lattice"
        return self.outcomes.pick([1 - lam, lam])

    def geometric(self, p: complex) -> int:
        assert complex(p).real == 1, "other probabilities have no thresholds on a lattice"
        return 1 + self.outcomes.pick([p, 1 - p])

    def integers(self, low: int, high: int | None = None) -> int:
        low, high = (0, low) if high is None else (low, high)
        return low + self.outcomes.pick([1 / (high - low)] * (high - low))

    def randint(self, a: int, b: int) -> int:
        return self.integers(a, b + 1)

    def choice(self, a: Any, p: Any = None) -> Any:
        values = range(a) if isinstance(a, int) else a
        weights = [1.0] * len(values) if p is None else list(p)
        return values[self.outcomes.pick([w / sum(weights) for w in weights])]


def expected(
    source: str, name: str, at: Mapping[str, Any], wrt: str, index: tuple[int, ...] = (), limit: float = math.inf
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Return E and dE/d(wrt) of a function of a source text, each with the sum of the sizes of its terms."""
    namespace: dict[str, Any] = {"__name__": "source"}
    exec(compile(source.replace("import math", "import cmath as math"), "source.py", "exec"), namespace)
    rng = Enumerating()
    namespace.update({name: rng for name in ("rng", "random") if name in namespace})
    function = namespace[name]
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    arguments = {n: moved(at[n], index, STEP * (n == wrt)) if n in at else rng for n in names}
    tally, terms = Tally(limit), []
    while True:
        tally.one()
        rng.outcomes.start()
        terms.append(numbers(function(**arguments)) * rng.outcomes.chance)
        if not rng.outcomes.advance():
            return summed(np.real(terms)), summed(np.imag(terms) / STEP)


def summed(terms: Any) -> tuple[Any, Any]:
    """Return the sum of vectors, without rounding, and of their sizes: what rounding of the terms is measured by."""
    columns = np.transpose(terms)
    return np.array([math.fsum(c) for c in columns]), np.abs(columns).sum(axis=1)


def moved(value: Any, index: tuple[int, ...], step: float) -> Any:
    """Return a parameter as a complex number or array, with a step at one coordinate."""
    if isinstance(value, int):
        return value
    array = np.array(value, dtype=complex)
    array[index] += 1j * step
    return array if array.shape else complex(array)


def numbers(value: Any) -> Any:
    """Return the complex numbers of a result as one vector."""
    if isinstance(value, tuple | list | np.ndarray):
        return np.concatenate([numbers(v) for v in value])
    return np.array([complex(value)])

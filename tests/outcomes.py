"""Mean and derivative of a program as it is written, by all outcomes of its draws; generated code plays no part.

The source runs once per path of outcomes, with the complex parameter p + ih. The probabilities of a path are then
complex too, and the imaginary part of the sum of probability times result is h dE/dp: exact to rounding (complex step;
Squire & Trapp 1998, SIAM Review 40, 110-112).
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from harness import defined
from scipy.special import gammaincinv, ndtri

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
    """A number that is compared with probabilities, each within the interval that those before left; or used as it is.

    Its value is one of the midpoints of the lattice then.
    """

    def __init__(self, outcomes: Outcomes, size: int) -> None:
        self.outcomes, self.size = outcomes, size
        self.low, self.high = 0j, 1 + 0j
        self.known: float | None = None

    def __lt__(self, q: complex) -> bool:
        if not self.low.real < complex(q).real < self.high.real and (self.low, self.high) != (0, 1):
            return self.high.real <= complex(q).real
        hit = (q - self.low) / (self.high - self.low)
        if self.outcomes.pick([1 - hit, hit]):
            self.high = complex(q)
            return True
        self.low = complex(q)
        return False

    def __gt__(self, q: complex) -> bool:
        return not self < q

    __le__, __ge__ = __lt__, __gt__

    def __mul__(self, x: Any) -> Any:
        if self.known is None:
            self.known = midpoint(self.outcomes, self.size)
        return self.known * x

    __rmul__ = __mul__


def midpoint(outcomes: Outcomes, size: int) -> float:
    """Return one of the points of the lattice, as a uniform that is only read takes them."""
    return (outcomes.pick([1 / size] * size) + 0.5) / size


class Enumerating:
    """A generator, of NumPy's make or `random`'s, that runs through all outcomes, of a continuous draw `size`."""

    def __init__(self, size: int = 1) -> None:
        self.outcomes, self.size = Outcomes(), size

    def random(self, size: int | None = None) -> Any:
        return self._array(size, lambda: Uniform(self.outcomes, self.size))

    def binomial(self, n: int, p: complex, size: int | None = None) -> Any:
        chances = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
        return self._array(size, lambda: self.outcomes.pick(chances))

    def multinomial(self, n: int, pvals: Sequence[complex]) -> Any:
        assert len(pvals) == 2
        k = self.binomial(n, pvals[0])
        return np.array([k, n - k])

    def _array(self, size: int | None, draw: Callable[[], Any]) -> Any:
        if size is None:
            return draw()
        values = [draw() for _ in range(size)]
        return np.array(values, dtype=object if isinstance(values[0], Uniform) else None)

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

    randrange = integers

    def choice(self, a: Any, size: int | None = None, p: Any = None) -> Any:
        values = range(a) if isinstance(a, int) else a
        weights = [1.0] * len(values) if p is None else list(p)
        chances = [w / sum(weights) for w in weights]
        return self._array(size, lambda: values[self.outcomes.pick(chances)])

    # -- continuous draws, by inversion at the midpoints ---------------------------------------------------------

    def standard_normal(self) -> float:
        return float(ndtri(midpoint(self.outcomes, self.size)))

    def normal(self, loc: complex = 0.0, scale: complex = 1.0, size: int | None = None) -> Any:
        return self._array(size, lambda: loc + scale * self.standard_normal())

    def lognormal(self, mean: complex, sigma: complex) -> complex:
        return cmath.exp(self.normal(mean, sigma))

    def exponential(self, scale: complex) -> complex:
        return -scale * math.log1p(-midpoint(self.outcomes, self.size))

    def uniform(self, low: complex, high: complex) -> complex:
        return low + (high - low) * midpoint(self.outcomes, self.size)

    def logistic(self, loc: complex = 0.0, scale: complex = 1.0) -> complex:
        w = midpoint(self.outcomes, self.size)
        return loc + scale * math.log(w / (1 - w))

    def laplace(self, loc: complex = 0.0, scale: complex = 1.0) -> complex:
        w = midpoint(self.outcomes, self.size)
        return loc + scale * (math.log(2 * w) if w < 0.5 else -math.log(2 * (1 - w)))

    def weibull(self, a: float) -> float:
        return float((-math.log1p(-midpoint(self.outcomes, self.size))) ** (1 / a))

    def gamma(self, shape: float, scale: complex) -> complex:
        return scale * float(gammaincinv(shape, midpoint(self.outcomes, self.size)))


class NumPys(Enumerating):
    """The same with the names of NumPy, beside that of `random`, which shares its outcomes."""

    def __init__(self, size: int = 1) -> None:
        super().__init__(size)
        self.plain = Enumerating(size)
        self.plain.outcomes = self.outcomes

    randint = Enumerating.integers


def expected(
    source: str,
    name: str,
    at: Mapping[str, Any],
    wrt: str,
    index: tuple[int, ...] = (),
    limit: float = math.inf,
    size: int = 1,
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Return E and dE/d(wrt) of a function of a source text, each with the sum of the sizes of its terms."""
    rng = NumPys(size)
    namespace = defined(source, rng, rng.plain, math=cmath)
    function = namespace[name]
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    arguments = {n: moved(at[n], index if n == wrt else (), STEP * (n == wrt)) if n in at else rng for n in names}
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

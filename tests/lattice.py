"""Whole discrete programs, exactly: every uniform runs over a lattice, and the program as written gives the answer.

Where all thresholds of a program are multiples of 1/N, each of the N midpoints stands for its interval of the uniform:
the mean over all midpoints of all uniforms *is* the expectation. `estimated` takes it for the generated program with
all its jumps. `expected` never sees generated code: it runs the source once per outcome of its draws, with complex
probabilities p + ih, whose products carry the derivative of E in their imaginary part. Both are finite sums.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from stochtrace.estimation.program import Program
from stochtrace.runtime.jumps import EveryJump, Reservoir
from stochtrace.runtime.values import zero_like
from stochtrace.transform.pipeline import transform

STEP = 1e-30
Place = tuple[int, int]
Direction = tuple[str, tuple[int, ...]]


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


# -- the generated program, over all midpoints ------------------------------------------------------------------------


class Grid:
    """ω on one point of the lattice: `known` uniforms, then those of `prefix`, then the first of each new place.

    `sizes` are the points per uniform of site 0, which chooses among jumps, and of all others.
    """

    def __init__(self, sizes: tuple[int, int], known: Mapping[Place, int], prefix: Sequence[int]) -> None:
        self.sizes, self.known, self.prefix = sizes, known, prefix
        self.fresh: dict[Place, int] = {}
        self.replay(-1, -1, 0)

    def replay(self, site: int, visit: int, to: int) -> None:
        self.visits = [0] * 100
        self.site, self.visit, self.to = site, visit, to

    def next(self, site: int) -> float:
        place = (site, self.visits[site])
        self.visits[site] += 1
        if place not in self.known and place not in self.fresh:
            at = len(self.fresh)
            self.fresh[place] = self.prefix[at] if at < len(self.prefix) else 0
        digit = self.known[place] if place in self.known else self.fresh[place]
        return (digit + 0.5) / self.sizes[site > 0]


Sizes = tuple[int, int]


def points(run: Callable[[Grid], Any], sizes: Sizes, known: Mapping[Place, int]) -> Iterator[tuple[float, Any, Any]]:
    """Yield weight, result and known uniforms for every point of the lattice that a run can tell apart."""
    prefix: list[int] = []
    while True:
        grid = Grid(sizes, known, prefix)
        result = run(grid)
        yield math.prod(1 / sizes[site > 0] for site, _ in grid.fresh), result, {**known, **grid.fresh}
        prefix = list(grid.fresh.values())
        bases = [sizes[site > 0] for site, _ in grid.fresh]
        while prefix and prefix[-1] == bases[len(prefix) - 1] - 1:
            prefix.pop()
        if not prefix:
            return
        prefix[-1] += 1


def estimated(
    program: Program,
    at: Mapping[str, Any],
    direction: Direction,
    sizes: Sizes,
    every: bool = True,
    limit: float = math.inf,
) -> tuple[Any, Any]:
    """Return the means of value and derivative of a program over the lattice, with all jumps or with one."""
    arguments, with_tangents = given(program, at, *direction)
    tally = Tally(limit)
    terms: list[tuple[Any, Any]] = []

    def sample(grid: Grid) -> Any:
        tally.one()
        jumps = EveryJump() if every else Reservoir()
        result = program.derivative(*with_tangents, grid, jumps)
        value, delta = result if program.smooth else (result, zero_like(result))
        return numbers(value), numbers(delta), jumps.chosen()

    def outcome(grid: Grid) -> Any:
        tally.one()
        return numbers(program.primal(*arguments, grid))

    for weight, (value, delta, jumps), known in points(sample, sizes, {}):
        for jump in jumps:

            def replayed(grid: Grid, jump: Any = jump) -> Any:
                grid.replay(jump.site, jump.visit, jump.to)
                return outcome(grid)

            after = sum(w * y for w, y, _ in points(replayed, sizes, known))
            delta = delta + jump.weight * (after - value)
        terms.append((weight * value, weight * delta))
    values, slopes = zip(*terms, strict=True)
    return exact_sum(values), exact_sum(slopes)


def exact_sum(vectors: Sequence[Any]) -> Any:
    """Return the sum of real vectors without rounding: there are many, and some are large."""
    return np.array([math.fsum(column) for column in np.real(vectors).T])


# -- the source, over all outcomes -------------------------------------------------------------------------------------


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
) -> tuple[Any, Any]:
    """Return E and dE/d(wrt) of a function of a source text, by its outcomes."""
    namespace: dict[str, Any] = {"__name__": "source"}
    exec(compile(source.replace("import math", "import cmath as math"), "source.py", "exec"), namespace)
    rng = Enumerating()
    namespace.update({name: rng for name in ("rng", "random") if name in namespace})
    function = namespace[name]
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    arguments = {n: moved(at[n], index, STEP * (n == wrt)) if n in at else rng for n in names}
    tally, total = Tally(limit), 0j
    while True:
        tally.one()
        rng.outcomes.start()
        total = total + numbers(function(**arguments)) * rng.outcomes.chance
        if not rng.outcomes.advance():
            return total.real, total.imag / STEP


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


def given(program: Program, at: Mapping[str, Any], wrt: str, index: tuple[int, ...]) -> tuple[list[Any], list[Any]]:
    """Return the arguments of the primal, and those of the derivative: tangents follow what they belong to."""
    values = {n: np.array(v) if isinstance(v, list) else v for n, v in at.items()}
    code, known, with_tangents = program.derivative.__code__, "", []
    for name in code.co_varnames[: code.co_argcount - 2]:
        if name not in values:
            tangent = np.zeros(np.shape(values[known]))
            tangent[index] = known == wrt
            with_tangents.append(tangent if tangent.shape else float(tangent))
            continue
        known = name
        with_tangents.append(values[name])
    return [values[n] for n in program.parameters], with_tangents


# -- both -----------------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A program, where it is evaluated, and the number of lattice points per uniform.

    `choices` are those of the uniforms that choose among jumps: the ratios of their weights must lie on that lattice
    too. 0: all jumps are taken.
    """

    source: str
    at: dict[str, Any]
    size: int
    choices: int = 0
    name: str = "f"


def generated(source: str, name: str = "f") -> Program:
    """Return the program object of a source text."""
    code = transform(source.encode(), filename="m.py", output="m_d.py", functions=(name,)).code
    namespace: dict[str, Any] = {"__name__": "m_d"}
    exec(compile(code, "m_d.py", "exec"), namespace)
    program: Program = namespace[name]
    return program


def check(case: Case, limit: float = math.inf) -> None:
    """Fail unless value and derivative of the generated program have exactly the right means, in every direction."""
    program = generated(case.source, case.name)
    for d in [(name, index) for name in program.wrt for index in np.ndindex(np.shape(case.at[name]))]:
        wanted = expected(case.source, case.name, case.at, *d, limit)
        found = estimated(program, case.at, d, (case.choices, case.size), not case.choices, limit)
        for what, a, b in zip(("value", "derivative"), found, wanted, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12, err_msg=f"{what} by {d}")

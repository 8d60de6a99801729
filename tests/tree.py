"""Derivatives of small programs, exactly and without sampling.

Every outcome of the discrete draws is enumerated, and the uniforms of the continuous ones are kept fixed. Then the
mean, and the mean of the derivative estimator, are finite sums, and d mean/dp = mean of (smooth part + sum of weight
(Y - X)) holds to rounding, whatever the fixed uniforms are.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import numpy as np
from harness import bound, every_direction, given
from scipy import special, stats

from stochtrace import runtime
from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import basis, flatten
from stochtrace.runtime.distributions import (
    beta_binomial,
    discrete,
    discrete_exponential,
    hypergeometrics,
    logarithmic,
    negative_binomials,
    vectors,
    zipf_law,
)
from stochtrace.runtime.jumps import EveryJump
from stochtrace.runtime.values import zero_like
from stochtrace.transform.pairs import pairs

NEGLIGIBLE = 1e-17
MODULES = (
    beta_binomial,
    discrete,
    discrete_exponential,
    hypergeometrics,
    logarithmic,
    negative_binomials,
    zipf_law,
    vectors,
)


Outcomes = dict[tuple[int, int], int]


class Tree:
    """An omega for one path: draws that are known have their outcome, others take the first and note the rest."""

    site = visit = to = -1

    def __init__(self, known: Outcomes, seed: int) -> None:
        self.known, self.seed = known, seed
        self.made: Outcomes = {}
        self.others: list[Outcomes] = []
        self.chances: dict[tuple[int, int], float] = {}
        self.visits: defaultdict[int, int] = defaultdict(int)

    def next(self, site: int) -> float:
        self.visits[site] += 1
        return random.Random(f"{self.seed} {site} {self.visits[site]}").random()

    def branch(self, site: int, first: int, chances: Sequence[float]) -> int:
        """The outcome of a discrete draw on first, first + 1, ..."""
        self.visits[site] += 1
        place = site, self.visits[site]
        if place in self.known:
            outcome = self.known[place]
        else:
            likely = NEGLIGIBLE / max(math.prod(self.chances.values()), NEGLIGIBLE)
            outcome, *others = [first + i for i, c in enumerate(chances) if c > likely] or [first]
            self.others += [{**self.known, **self.made, place: other} for other in others]
        self.made[place] = outcome
        self.chances[place] = chances[outcome - first] if 0 <= outcome - first < len(chances) else 0.0
        return outcome

    def before(self, place: tuple[int, int]) -> Outcomes:
        """The draws made before one of them."""
        places = list(self.made)
        return {p: self.made[p] for p in places[: places.index(place)]}


def paths(run: Callable[[Tree], Any], seed: int, known: Outcomes) -> Iterator[tuple[float, Any, Tree]]:
    """Every path with these outcomes: its probability given them, the result, the omega that it leaves behind."""
    todo = [known]
    while todo:
        omega = Tree(todo.pop(), seed)
        result = run(omega)
        todo += omega.others
        yield math.prod(chance for place, chance in omega.chances.items() if place not in known), result, omega


def until_negligible(pmf: Callable[[int], float], start: int) -> list[float]:
    chances: list[float] = []
    while not chances or sum(chances) < 0.5 or chances[-1] > NEGLIGIBLE:
        chances.append(pmf(start + len(chances)))
    return chances


def negative_binomial(n: float, p: float) -> list[float]:
    return until_negligible(
        lambda k: math.exp(math.lgamma(n + k) - math.lgamma(n)) / math.factorial(k) * p**n * (1 - p) ** k, 0
    )


def two_sided(a: float) -> int:
    """The largest outcome of a discrete Laplace draw that matters."""
    return 1 + int(-math.log(NEGLIGIBLE) / a)


def around(count: int) -> range:
    return range(-count, count + 1)


def hypergeometric(good: int, bad: int, taken: int) -> list[float]:
    total = math.comb(good + bad, taken)
    return [math.comb(good, k) * math.comb(bad, taken - k) / total for k in range(min(good, taken) + 1)]


BRANCHES: dict[str, Callable[..., tuple[int, Sequence[float]]]] = {
    "bernoulli": lambda p: (0, (1 - p, p)),
    "flip": lambda p: (0, (1 - min(max(p, 0), 1), min(max(p, 0), 1))),
    "binomial": lambda n, p: (0, [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]),
    "poisson": lambda lam: (0, until_negligible(lambda k: math.exp(-lam) * lam**k / math.factorial(k), 0)),
    "geometric": lambda p: (1, until_negligible(lambda k: p * (1 - p) ** (k - 1), 1)),
    "negative_binomial": lambda n, p: (0, negative_binomial(n, p)),
    "logseries": lambda p: (1, until_negligible(lambda k: -(p**k) / (k * math.log1p(-p)), 1)),
    "zipf": lambda a: (1, until_negligible(lambda k: k**-a / special.zeta(a, 1), 1)),
    "hypergeometric": lambda good, bad, taken: (0, hypergeometric(good, bad, taken)),
    "planck": lambda rate: (0, until_negligible(lambda k: -math.expm1(-rate) * math.exp(-rate * k), 0)),
    "boltzmann": lambda rate, n: (0, [float(stats.boltzmann.pmf(k, rate, n)) for k in range(n)]),
    "dlaplace": lambda a: (-two_sided(a), [math.tanh(a / 2) * math.exp(-a * abs(k)) for k in around(two_sided(a))]),
    "betabinom": lambda n, a, b: (0, [float(stats.betabinom.pmf(k, n, a, b)) for k in range(n + 1)]),
    "categorical": lambda p: (0, [x / sum(p) for x in p]),
    "weighted": lambda w: (0, [x / sum(w) for x in w]),
    "integers": lambda low, high: (low, [1 / (high - low)] * (high - low)),
}


def branching(name: str) -> Callable[..., Any]:
    kind = bool if name == "flip" else int

    def sampler(omega: Tree, site: int, *parameters: Any) -> Any:
        return kind(omega.branch(site, *BRANCHES[name](*parameters)))

    sampler.__annotations__ = dict(vars(runtime)[name].__annotations__)
    return sampler


@contextmanager
def enumerated() -> Iterator[None]:
    """Inside, discrete draws branch instead of inverting uniforms."""
    samplers = {name: branching(name) for name in BRANCHES}
    with ExitStack() as stack:
        for module in (runtime, *MODULES):
            known = {name: sampler for name, sampler in samplers.items() if hasattr(module, name)}
            stack.enter_context(mock.patch.multiple(module, **known))
        yield


def mean(program: Program, at: dict[str, Any], seed: int, known: Outcomes) -> Any:
    """The mean of the primal, given some outcomes."""
    arguments = given(program, at)
    runs = paths(lambda omega: program.primal(*arguments, omega), seed, known)
    return sum(chance * np.array(flatten(result)) for chance, result, _ in runs)


def derivative(program: Program, at: dict[str, Any], seed: int, direction: Any) -> Any:
    """The mean of the derivative estimator."""
    arguments = given(program, at, direction)
    after: dict[frozenset[Any], Any] = {}

    def run(omega: Tree) -> Any:
        jumps = EveryJump()
        result = program.derivative(*arguments, omega, jumps)
        return *(result if program.smooth else (result, zero_like(result))), jumps

    total: Any = 0.0
    for chance, (value, delta, jumps), omega in paths(run, seed, {}):
        slope = np.array(flatten(delta))
        for jump in jumps.chosen():
            place = jump.site, jump.visit
            known = {**omega.before(place), place: jump.to}
            key = frozenset(known.items())
            if key not in after:
                after[key] = mean(program, at, seed, known)
            slope = slope + jump.weight * (after[key] - np.array(flatten(value)))
        total = total + chance * slope
    return total


def difference(program: Program, at: dict[str, Any], seed: int, direction: Any, step: float = 2e-4) -> Any:
    """The derivative of the mean by central differences, extrapolated once: wrong by about step**4."""
    values = bound(program, at)

    def slope(h: float) -> Any:
        ends = []
        for sign in (1, -1):
            value = values[direction.name]
            moved = value + sign * h * np.asarray(basis(direction, direction.name, value))
            ends.append(mean(program, {**at, direction.name: moved if np.ndim(moved) else float(moved)}, seed, {}))
        return (ends[0] - ends[1]) / (2 * h)

    return (4 * slope(step) - slope(2 * step)) / 3


def assert_exact(program: Program, at: dict[str, Any], seeds: Sequence[int] = (1, 2)) -> None:
    """The derivative estimator has the derivative of the mean as its mean, in every direction."""
    uniforms = any(name == "read" or pairs()[name].continuous for _, _, name in program.draws.values())
    with enumerated():
        for direction in every_direction(program, at):
            for seed in seeds if uniforms else seeds[:1]:
                expected = difference(program, at, seed, direction)
                np.testing.assert_allclose(derivative(program, at, seed, direction), expected, rtol=1e-6, atol=1e-7)

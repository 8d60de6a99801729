"""Differences, quadrature and matrix exponentials."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.integrate import quad
from scipy.linalg import expm

Outcomes = Iterable[tuple[float, Any]]


def slope(expectation: Callable[[float], float], p: float) -> float:
    """Return the derivative by the difference of sixth order."""
    h = 2e-3 * max(abs(p), 0.5)
    weights = ((1, 45), (2, -9), (3, 1))
    return sum(w * (expectation(p + i * h) - expectation(p - i * h)) for i, w in weights) / (60 * h)


def integral(function: Callable[[float], float], low: float, high: float, points: tuple[float, ...] = ()) -> float:
    """Return an integral; `points` are kinks."""
    ends = [low, *sorted(x for x in points if low < x < high), high]
    return sum(quad(function, a, b, epsabs=1e-13, epsrel=1e-12, limit=200)[0] for a, b in pairwise(ends))


def normal_density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def normal_below(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def evolved(start: dict[Any, float], step: Callable[[Any], Outcomes], times: int) -> dict[Any, float]:
    """Return the distribution of a chain after some steps."""
    now = start
    for _ in range(times):
        later: dict[Any, float] = defaultdict(float)
        for state, mass in now.items():
            for q, new in step(state):
                later[new] += mass * q
        now = later
    return now


def mean(distribution: dict[Any, float], reward: Callable[[Any], float]) -> float:
    return sum(mass * reward(state) for state, mass in distribution.items())


def at_time(rates: Callable[[Any], Outcomes], states: list[Hashable], start: Any, t: float) -> tuple[Any, Any]:
    """Return where a continuous chain is at t, and the mean time in each state until then."""
    n, place = len(states), {s: i for i, s in enumerate(states)}
    generator = np.zeros((2 * n, 2 * n))
    for s in states:
        for rate, new in rates(s):
            generator[place[s], place[new]] += rate
            generator[place[s], place[s]] -= rate
    generator[:n, n:] = np.eye(n)
    row = expm(generator * t)[place[start]]
    return row[:n], row[n:]

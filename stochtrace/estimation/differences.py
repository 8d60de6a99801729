"""Central differences of a program under common random numbers, extrapolated, beside its derivative samples.

At steps h_0 > h_1 > h_2 > h_3, each half of the one before, every sample gives the quotients
Q_j = (X(p + h_j) - X(p - h_j)) / 2h_j with the uniforms of its derivative. Their error is c h² + d h⁴ + …, of which
Richardson's extrapolation removes three terms (Romberg 1955). All of it is linear in the samples, so that paired
samples give every standard error: that of extrapolated minus derivative too. Where X jumps, the variance of a quotient
grows as 1/h, so that the steps are as wide as the series converges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from stochtrace.estimation.moments import Array, Moments

STEPS = 4
FAITH = 16  # the bend says that much more than the error that is left; in a series that converges 63
ROUNDING = 1e-11  # relative error of a value, in the worst of the inverse distribution functions
BESIDE = 1e-8  # bounds what replays just beside a root add to a derivative, of the value by the step

Quotients = Callable[[float], Array]


def romberg(order: int) -> Array:
    """Return the weights of quotients at `order` + 1 steps, the widest first, that remove `order` error terms."""
    tableau = np.eye(order + 1)
    for k in range(1, order + 1):
        tableau = (4.0**k * tableau[1:] - tableau[:-1]) / (4.0**k - 1)
    weights: Array = tableau[0]
    return weights


WEIGHTS = romberg(STEPS - 1)
BEND = np.append(0.0, romberg(STEPS - 2)) - np.append(romberg(STEPS - 2), 0.0)


@dataclass(frozen=True)
class Differences:
    """Moments of rows, (rows, components), and of values; sums of the 4th powers of extrapolated - derivative.

    The rows are the derivative, the quotients at each step from `step` on, the extrapolated one, that minus the
    derivative, and the bend: the difference of extrapolations from the three finer and the three wider steps.
    """

    step: float
    rows: Moments
    value: Moments
    fourth: Array

    @classmethod
    def of(cls, step: float, values: Array, derivatives: Array, quotients: Quotients) -> Differences:
        """Return what samples say, of shape (samples, components); `quotients` gives those of a step."""
        steps = np.array([quotients(step / 2**j) for j in range(STEPS)])
        extrapolated, bend = np.tensordot(WEIGHTS, steps, 1), np.tensordot(BEND, steps, 1)
        off = extrapolated - derivatives
        rows = np.stack([derivatives, *steps, extrapolated, off, bend], axis=1)
        return cls(step, Moments.of(rows), Moments.of(values), (off**4).sum(axis=0))

    def merge(self, other: Differences) -> Differences:
        """Return what these samples and others say together."""
        rows, value = self.rows.merge(other.rows), self.value.merge(other.value)
        return Differences(self.step, rows, value, self.fourth + other.fourth)

    def components(self) -> Iterator[Found]:
        """Yield what is found of each component."""
        mean, error, count = self.rows.mean, self.rows.standard_error, self.rows.count
        spread = self.value.standard_error * np.sqrt(count)
        for c in range(mean.shape[1]):
            squares = self.rows.squares[-2, c] + count * mean[-2, c] ** 2
            participants = squares**2 / self.fourth[c] if self.fourth[c] > 0 else np.inf
            size = (abs(self.value.mean[c]) + spread[c]) / self.step
            rounding = (ROUNDING * 2 ** (STEPS - 1) + BESIDE) * size
            rows = tuple(zip(mean[:, c].tolist(), error[:, c].tolist(), strict=True))
            yield Found(rows, self.step, float(spread[c]), float(participants), float(rounding))


@dataclass(frozen=True)
class Found:
    """What is found of one component: pairs of mean and standard error of the rows of `Differences`.

    `spread` is the standard deviation of the value, `rounding` bounds the rounding error of quotients and derivative,
    and `participants` is how many samples make the spread of extrapolated - derivative: n / kurtosis.
    """

    rows: tuple[tuple[float, float], ...]
    step: float
    spread: float
    participants: float
    rounding: float

    @property
    def truncation(self) -> float:
        """A bound of the error that extrapolation leaves."""
        return abs(self.rows[-1][0]) / FAITH + self.rounding

    @property
    def size(self) -> float:
        """The larger of derivative and extrapolated quotient."""
        return max(abs(self.rows[0][0]), abs(self.rows[-3][0]))

    def settled(self, bound: float, share: float) -> bool:
        """Tell whether the bend is small beside the derivative, or not seen in the noise at so many standard errors."""
        bend, error = self.rows[-1]
        return abs(bend) <= max(share * self.size, bound * error) + self.rounding

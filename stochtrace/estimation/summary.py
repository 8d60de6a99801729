"""What is kept of a run of samples: moments, tails, and samples that are not finite; mergeable, of constant size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stochtrace.estimation.moments import Array, Moments
from stochtrace.estimation.parts import Parts
from stochtrace.estimation.tails import Tail

FEW = 1000  # derivatives that are looked at one by one for infinite variance


@dataclass(frozen=True)
class Summary:
    """Moments of the value, of shape (components,), and of the derivative, of shape (directions, components).

    Where samples depend on each other, they are moments of their means in groups (see `schemes`).

    `products` are the sums of (value - mean) × (derivative - mean), in the shape of the derivative; `tails` belong to
    the same, row by row, and only the first samples of an estimate have them. `lost` samples are not finite, and
    `first` is the number of the first of them, -1 where there is none. `fallback` says why the first sample that
    compiled code gave up was interpreted. `parts` are those of the derivative, where they are asked for.
    """

    value: Moments
    derivative: Moments
    products: Array
    tails: tuple[Tail, ...] = ()
    lost: int = 0
    first: int = -1
    fallback: str = ""
    parts: Parts | None = None

    def merge(self, other: Summary) -> Summary:
        """Return the summary of these samples and of others that come after them."""
        with np.errstate(invalid="ignore", over="ignore"):
            value, derivative = self.value.merge(other.value), self.derivative.merge(other.derivative)
            share = self.value.count * (other.value.count / value.count)
            shift = (other.value.mean - self.value.mean) * (other.derivative.mean - self.derivative.mean)
            products = self.products + other.products + shift * share
            parts = self.parts.merge(other.parts) if self.parts and other.parts else None
        tails = tuple(a.merge(b) for a, b in zip(self.tails, other.tails, strict=True)) if other.tails else self.tails
        first = self.first if self.lost else other.first
        lost, fallback = self.lost + other.lost, self.fallback or other.fallback
        return Summary(value, derivative, products, tails, lost, first, fallback, parts)

    @property
    def covariance(self) -> Array:
        """Covariance of the means of value and derivative; NaN for one sample."""
        count = self.value.count
        if count < 2:
            return np.full_like(self.products, np.nan)
        return self.products / (count - 1) / count


class Collected:
    """Adds the samples of one chunk up, direction by direction; `grouped` makes independent rows of dependent ones."""

    def __init__(self, first: int, with_tails: bool, grouped: Callable[[Array], Array] = lambda rows: rows) -> None:
        self._first, self._with_tails, self._grouped = first, with_tails, grouped
        self._moments: list[tuple[Moments, Moments, Array]] = []
        self._tails: list[Tail] = []
        self._lost: set[int] = set()
        self._fallback = ""

    def add(self, values: Array, derivatives: Array, fallback: str | None) -> None:
        """Add the samples of one direction, of shape (samples, components)."""
        with np.errstate(invalid="ignore", over="ignore"):
            rows, slopes = self._grouped(values), self._grouped(derivatives)
            value, derivative = Moments.of(rows), Moments.of(slopes)
            products = ((rows - value.mean) * (slopes - derivative.mean)).sum(axis=0)
        self._moments.append((value, derivative, products))
        if self._with_tails:
            self._tails += map(Tail.of, derivatives.T)
        self._fallback = self._fallback or fallback or ""
        if not (np.isfinite(products).all() and np.isfinite(derivative.squares).all()):
            finite = (np.isfinite(values) & np.isfinite(derivatives)).all(axis=1)
            self._lost.update(np.flatnonzero(~finite).tolist())

    def summary(self) -> Summary:
        """Return what is kept of them."""
        values, derivatives, products = zip(*self._moments, strict=True)
        first = self._first + min(self._lost) if self._lost else -1
        kept = tuple(self._tails), len(self._lost), first, self._fallback
        return Summary(values[0], stacked(derivatives), np.array(products), *kept)


def summary_of(first: int, values: Array, derivatives: Array, with_tails: bool) -> Summary:
    """Return the summary of samples from number `first` on, of all directions at once.

    Values are of shape (samples, components), derivatives of shape (samples, directions, components).
    """
    with np.errstate(invalid="ignore", over="ignore"):
        value, derivative = Moments.of(values), Moments.of(derivatives)
        deviations = (values - value.mean)[:, None, :]
        products = (deviations * (derivatives - derivative.mean)).sum(axis=0)
    finite = np.isfinite(values).all(axis=1) & np.isfinite(derivatives).all(axis=(1, 2))
    lost = np.flatnonzero(~finite)
    tails = map(Tail.of, sizes(derivatives)) if with_tails else ()
    found = first + int(lost[0]) if len(lost) else -1
    return Summary(value, derivative, products, tuple(tails), len(lost), found)


def sizes(derivatives: Array) -> Array:
    """Return the rows whose tails are looked at: of each entry, or, where these are many, of the norm of all.

    The heaviest tail of the entries is that of their norm, if rare samples reach it: that of a small entry beside large
    ones of finite variance is not seen.
    """
    rows = derivatives.reshape(len(derivatives), -1)
    if rows.shape[1] <= FEW:
        return rows.T
    with np.errstate(over="ignore"):
        norms: Array = np.sqrt(np.einsum("ij,ij->i", rows, rows))[None]
    return norms


def stacked(rows: Sequence[Moments]) -> Moments:
    """Return the moments of several directions as one, a row each."""
    return Moments(rows[0].count, np.array([r.mean for r in rows]), np.array([r.squares for r in rows]))

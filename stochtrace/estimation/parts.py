"""Moments of the derivative in parts that add up to it: the smooth part, and what jumps at each site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stochtrace.estimation.moments import Array, Moments


@dataclass(frozen=True)
class Parts:
    """Moments of parts, of shape (directions, parts, components), and sums of products of deviations with the whole."""

    moments: Moments
    products: Array

    @classmethod
    def of(cls, rows: Sequence[Array]) -> Parts:
        """Return the parts of samples, direction by direction, of shape (samples, parts, components)."""
        with np.errstate(invalid="ignore", over="ignore"):
            found = [Moments.of(row) for row in rows]
            deviations = [row - m.mean for row, m in zip(rows, found, strict=True)]
            products = [(d * d.sum(axis=1, keepdims=True)).sum(axis=0) for d in deviations]
        mean, squares = np.array([m.mean for m in found]), np.array([m.squares for m in found])
        return cls(Moments(found[0].count, mean, squares), np.array(products))

    def merge(self, other: Parts) -> Parts:
        """Return the parts of these samples and of others that come after them."""
        moments = self.moments.merge(other.moments)
        weight = self.moments.count * (other.moments.count / moments.count)
        shift = other.moments.mean - self.moments.mean
        across = shift * shift.sum(axis=1, keepdims=True)
        return Parts(moments, self.products + other.products + across * weight)

    @property
    def shares(self) -> Array:
        """What each part adds to the variance of the whole, as a share of that: its covariance with the whole.

        Shares sum to 1, and that of a part which makes up for the noise of another is negative. NaN where the whole has
        no spread.
        """
        whole = self.products.sum(axis=1, keepdims=True)
        shares: Array = np.divide(self.products, whole, out=np.full_like(self.products, np.nan), where=whole > 0)
        return shares

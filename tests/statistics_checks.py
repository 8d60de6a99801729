"""z-tests with two declared rates: a false alarm over a whole file, and a bias that must be seen.

`FALSE_ALARM` is the chance that any of the `tests` comparisons of a file fails although all means are right (normal
approximation, two-sided, shared out evenly). A comparison also states which bias it resolves: if the mean were off by
that much, it fails with probability `POWER` or more. A comparison too weak for this fails, whatever it finds.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import norm

FALSE_ALARM = 1e-6
POWER = 0.95


@dataclass(frozen=True)
class Rates:
    """The bounds of one comparison among `tests`."""

    tests: int

    @property
    def bound(self) -> float:
        """How many standard errors a right mean may be off."""
        return float(norm.isf(FALSE_ALARM / (2 * self.tests)))

    def check(self, what: str, mean: float, error: float, exact: float, resolved: float) -> None:
        """Fail on a mean that is off, and on a test that would not see a bias of `resolved`."""
        needed = (self.bound + float(norm.isf(1 - POWER))) * error
        assert needed <= resolved, f"{what}: too weak, sees a bias of {needed:.3g}, not of {resolved:.3g}"
        z = (mean - exact) / error if error > 0 else 0.0 if mean == exact else float("inf")
        assert abs(z) <= self.bound, f"{what}: {mean:.6g} +- {error:.2g}, exact {exact:.6g}, z = {z:.2f}"

"""The z-test of the statistical tests: right means pass, a bias declared as resolved does not, weak tests fail."""

from __future__ import annotations

import pytest
from scipy.stats import norm
from statistics_checks import FALSE_ALARM, POWER, Rates

RATES = Rates(tests=20)
RESOLVED = RATES.bound + float(norm.isf(1 - POWER)) + 1e-9


def test_false_alarms_are_shared_out_among_the_tests() -> None:
    assert 2 * norm.sf(RATES.bound) * RATES.tests == pytest.approx(FALSE_ALARM, rel=1e-9)


def test_a_bias_that_is_resolved_is_seen_with_the_declared_power() -> None:
    assert norm.sf(RATES.bound, loc=RESOLVED) == pytest.approx(POWER, rel=1e-6)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_bound_divides_right_from_wrong(sign: int) -> None:
    RATES.check("inside", 3.0 + sign * 0.999 * RATES.bound, 1.0, 3.0, RESOLVED)
    with pytest.raises(AssertionError, match="z = "):
        RATES.check("outside", 3.0 + sign * 1.001 * RATES.bound, 1.0, 3.0, RESOLVED)


def test_a_test_that_sees_too_little_fails_on_a_right_mean() -> None:
    with pytest.raises(AssertionError, match="too weak"):
        RATES.check("weak", 3.0, 1.0, 3.0, 0.99 * RESOLVED)


def test_without_spread_a_mean_must_be_equal() -> None:
    RATES.check("equal", 3.0, 0.0, 3.0, 0.1)
    with pytest.raises(AssertionError):
        RATES.check("different", 3.0, 0.0, 3.0001, 0.1)

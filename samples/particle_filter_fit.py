"""Fit the parameters of the hidden state by maximum likelihood: python samples/particle_filter_fit.py."""

from __future__ import annotations

from typing import Any

import numpy as np
from particle_filter_d import likelihood
from scipy.optimize import minimize

BOUNDS = {"phi": (-0.99, 0.99), "spread": (0.2, 2.0), "error": (0.2, 2.0)}
START = {"phi": 0.5, "spread": 0.8, "error": 0.8}


def fitted(samples: int = 100, report: Any = None) -> Any:
    """Return phi, spread and error where the mean of the estimated likelihoods is largest.

    The logarithm is taken of the mean: that of an estimate is biased. The search ends where a step gains less than
    the noise of the mean.
    """
    mean = likelihood.objective(START, samples=samples)

    def loss(theta: Any) -> tuple[float, Any]:
        value, gradient = mean(theta)
        if report:
            report(theta, np.log(value))
        return -np.log(value), -gradient / value

    options = {"ftol": 1e-3, "maxls": 5}
    return minimize(loss, [*START.values()], jac=True, method="L-BFGS-B", bounds=[*BOUNDS.values()], options=options).x


def report(theta: Any, value: float) -> None:
    """Print a point of the search."""
    print(f"phi {theta[0]:.3f}, spread {theta[1]:.3f}, error {theta[2]:.3f}: log-likelihood {value:.2f}")


if __name__ == "__main__":
    fitted(report=report)

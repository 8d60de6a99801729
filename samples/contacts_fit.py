"""Find who meets whom from the cases of each week: python samples/contacts_fit.py."""

from __future__ import annotations

from typing import Any

import numpy as np
from contacts import cases
from contacts_d import miss
from scipy.optimize import minimize

PEOPLE, ILL, WEEKS = np.array([500, 900, 400]), np.array([10, 5, 2]), 8
TRUE = np.array([[1.2, 0.3, 0.1], [0.4, 0.7, 0.2], [0.1, 0.2, 0.4]])
START = np.full((3, 3), 0.3)


def mean_cases(contacts: Any, seed: int) -> Any:
    """Return the mean of 400 epidemics: new cases by week and group."""
    rng = np.random.default_rng(seed)
    return np.mean([cases(contacts, PEOPLE, ILL, WEEKS, rng) for _ in range(400)], axis=0)


def fitted(seen: Any, samples: int = 1000, report: Any = None) -> Any:
    """Return contacts whose mean epidemic is near to what was seen."""
    found = minimize(
        miss.objective(START, samples=samples, people=PEOPLE, ill=ILL, seen=seen),
        START.ravel(),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.01, 2.0)] * START.size,
        options={"ftol": 1e-4, "maxls": 5},
        callback=report,
    )
    return found.x.reshape(START.shape)


def report(intermediate_result: Any) -> None:
    """Print a step of the search."""
    print(f"miss {intermediate_result.fun:7.2f}")


if __name__ == "__main__":
    seen = mean_cases(TRUE, seed=1)
    contacts = fitted(seen, report=report)
    print(contacts.round(2))
    print("cases seen  ", seen.sum(axis=1).round())
    print("cases fitted", mean_cases(contacts, seed=2).sum(axis=1).round())

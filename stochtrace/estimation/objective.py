"""A program as an objective for optimisers: value and gradient of a vector, with common random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from stochtrace.estimation.averages import Averager, Differentiable, Vector
from stochtrace.estimation.moments import Array


class Objective:
    """f(theta) = (value, gradient): means over the same samples at every theta.

    `scipy.optimize.minimize(f, theta0, jac=True)` takes it as it is. `theta` holds all numbers of the free parameters,
    in order, and the gradient has its shape. `like` tells the shapes of the parameters, in their structure; without it
    there is one, a float where theta is one number, else an array of the shape of theta. With `maximise`, value and
    gradient have the other sign.
    """

    def __init__(
        self, program: Differentiable, averages: Averager, like: Any, fixed: Mapping[str, Any], maximise: bool
    ) -> None:
        self._program, self._averages, self._fixed = program, averages, dict(fixed)
        self._sign = -1.0 if maximise else 1.0
        self._vector = None if like is None else Vector(program, like, fixed)

    def __call__(self, theta: Any) -> tuple[float, Array]:
        """Return the value and the gradient at theta. Raises `ArithmeticError` where a sample is not finite."""
        theta = np.asarray(theta, dtype=np.float64)
        vector = self._vector or self._vector_of(theta)
        found = self._averages(vector.filled(theta))
        return self._sign * float(found.value[0]), self._sign * found.gradient[0].reshape(theta.shape)

    def _vector_of(self, theta: Array) -> Vector:
        return Vector(self._program, theta.item() if theta.size == 1 else theta, self._fixed)

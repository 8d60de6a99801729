"""Programs that ask for the sign of a product, or for a quotient beside its pole, with their exact derivatives.

In each of them a factor is zero for all outcomes of the other draws, or a denominator changes its sign: the newest
draw's root says nothing of it. `P` is the parameter, the mean of the normal draw x.
"""

from __future__ import annotations

import math

import numpy as np
from decisions import Trap
from scipy.integrate import quad
from scipy.stats import gamma, norm

P = 0.7
AT_ZERO = float(norm.pdf(P))
X = "x = rng.normal(p, 1.0)\n"
Y = "y = 2 * rng.random()\n"
POLES = [math.atan(2) + n * math.pi for n in range(-4, 4)], [math.pi / 2 + n * math.pi for n in range(-4, 4)]


def leaving(start: float, end: float) -> float:
    """d/dp P(start < x < end)."""
    return float(norm.pdf(start - P) - norm.pdf(end - P))


def whole_parts() -> float:
    """d/dp E[floor(x y)]: x rises past each n / y."""
    n = np.arange(-4000, 4001)
    return quad(lambda y: norm.pdf(n / y - P).sum() / 2, 0, 2, points=(0.01, 0.1, 0.5), limit=400)[0]


def bounded_pole() -> float:
    """d/dp E[tanh(1 / x)]."""
    pieces = (P - 9, -1.0), (-1.0, -0.1), (-0.1, -1e-9), (1e-9, 0.1), (0.1, 1.0), (1.0, P + 9)
    return math.fsum(
        quad(lambda x: (x - P) * norm.pdf(x - P) * math.tanh(1 / x), a, b, limit=200)[0] for a, b in pieces
    )


def quotient() -> float:
    """d/dp P(y / x > 0.5), y uniform up to 1."""
    return quad(lambda x: (x - P) * norm.pdf(x - P) * (1 - x / 2), 0, 2)[0]


def beside_a_square() -> float:
    """d/dp P(1 / x - y² > x), y uniform up to 1."""

    def given(y: float) -> float:
        root = math.sqrt(y**4 + 4)
        return leaving(0.0, (root - y * y) / 2) - norm.pdf((-root - y * y) / 2 - P)

    return quad(given, 0, 1)[0]


def gamma_above_one() -> float:
    return quad(lambda u: gamma.sf(1.0, 1 + u), 0, 1)[0]


def angle() -> float:
    """d/dp E[atan(y / x)] for y normal with mean 1."""

    def mean(x: float) -> float:
        return quad(lambda y: norm.pdf(y - 1.0) * math.atan(y / x), -8.0, 10.0)[0]

    pieces = (P - 8, -1e-9), (1e-9, 1.0), (1.0, P + 8)
    return math.fsum(quad(lambda x: (x - P) * norm.pdf(x - P) * mean(x), a, b, epsabs=1e-6)[0] for a, b in pieces)


def beside_a_function() -> float:
    """d/dp P(tanh(x) > x y), y uniform from -1 to 1: x decides at 0, y elsewhere."""

    def given(x: float) -> float:
        return (1 + math.copysign(math.tanh(x) / x, x)) / 2

    pieces = (P - 9, -1e-9), (1e-9, P + 9)
    return math.fsum(quad(lambda x: (x - P) * norm.pdf(x - P) * given(x), a, b)[0] for a, b in pieces)


SIGNS = {
    "a product of two": Trap(X + Y + "return y if x * (y - 1) > 0 else 0.0", P, 0.5 * AT_ZERO, 0.06),
    "a factor on both sides": Trap(X + Y + "return y if x * y > x else 0.0", P, 0.5 * AT_ZERO, 0.06),
    "a factor beside a function": Trap(
        X + "y = 2 * rng.random() - 1\nreturn 1.0 if math.tanh(x) > x * y else 0.0", P, beside_a_function(), 0.06
    ),
    "a product of three": Trap(
        X + Y + "z = rng.random() - 0.3\nreturn z if x * (y - 1) * z > 0 else y - 1", P, -0.2 * AT_ZERO, 0.04
    ),
    "a sum as a factor": Trap(
        X + Y + "z = rng.random() - 0.3\nreturn z if (x - y) * z > 0 else 0.0",
        P,
        0.29 * quad(lambda y: norm.pdf(y - P) / 2, 0, 2)[0],
        0.04,
    ),
    "two products": Trap(
        X + Y + "z = rng.random() - 0.3\nreturn z if x * z > y * z else 0.0",
        P,
        0.29 * quad(lambda y: norm.pdf(y - P) / 2, 0, 2)[0],
        0.04,
    ),
    "a function of the newest draw": Trap(X + Y + "return y if x * math.log(y) > 0 else 0.0", P, 0.5 * AT_ZERO, 0.06),
    "a draw with a drawn shape": Trap(
        X + "y = rng.gamma(1 + rng.random(), 1.0)\nreturn 1.0 if x * (y - 1) > 0 else 0.0",
        P,
        (2 * gamma_above_one() - 1) * AT_ZERO,
        0.05,
    ),
    "a positive factor": Trap(X + Y + "return y if x * math.exp(y) > 0 else 1.5", P, -0.5 * AT_ZERO, 0.06),
    "an even power": Trap(X + Y + "return 1.0 if x**2 * (y - p) > 0 else 0.0", P, -0.5, 0.06),
    "an odd power": Trap(X + "return 1.0 if x**3 > 0 else 0.0", P, AT_ZERO, 0.06),
    "under a function": Trap(X + Y + "return y if math.exp(x * (y - 1)) > 1 else 0.0", P, 0.5 * AT_ZERO, 0.06),
    "the largest of several": Trap(
        X + Y + "z = max(x, rng.normal(-3.0, 0.1))\nreturn y if z * (y - 1) > 0 else 0.0", P, 0.5 * AT_ZERO, 0.06
    ),
    "a product is rounded": Trap(X + Y + "return math.floor(x * y)", P, whole_parts(), 0.15),
    "a power is rounded": Trap(
        X + "return min(max(math.floor(x**3), -3), 3)",
        P,
        math.fsum(norm.pdf(math.cbrt(n) - P) for n in range(-2, 4)),
        0.28,
    ),
    "a reciprocal": Trap(X + "return 1.0 if 1 / x > 0 else 0.0", P, AT_ZERO, 0.06),
    "a reciprocal above a number": Trap(X + "return 1.0 if 1 / x > 2 else 0.0", P, leaving(0.0, 0.5), 0.1),
    "a negative power": Trap(X + "return 1.0 if x**-3 > 8 else 0.0", P, leaving(0.0, 0.5), 0.1),
    "a negative power beside a square": Trap(
        X + "y = rng.random()\nreturn 1.0 if x**-1 - y * y > x else 0.0", P, beside_a_square(), 0.1
    ),
    "a quotient of one draw": Trap(X + "return 1.0 if (x + 1) / (x - 1) > 2 else 0.0", P, leaving(1.0, 3.0), 0.06),
    "a quotient, the older below": Trap(X + "y = rng.random()\nreturn 1.0 if y / x > 0.5 else 0.0", P, quotient(), 0.1),
    "a quotient, the newer below": Trap(
        "y = rng.random()\n" + X + "return 1.0 if y / x > 0.5 else 0.0", P, quotient(), 0.1
    ),
    "a tangent": Trap(
        X + "return 1.0 if math.tan(x) > 2 else 0.0",
        P,
        math.fsum(leaving(a, b) for a, b in zip(*POLES, strict=True)),
        0.1,
    ),
    "a bounded function of a pole": Trap(X + "return math.tanh(1 / x)", P, bounded_pole(), 0.06),
    "a named quotient in one": Trap(X + "y = rng.normal(1.0, 1.0)\nz = y / x\nreturn math.atan(z)", P, angle(), 0.15),
    "an angle": Trap("x = rng.normal()\ny = rng.normal(p, 1.0)\nreturn math.atan2(y, x)", P, math.pi * AT_ZERO, 0.15),
}

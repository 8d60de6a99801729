"""Score: a draw frozen at its value, whose density moves instead; d/dp log density at that value.

For y = h(z; p), monotone in z, whose density is f(z; θ), the log density of y is log f(z; θ) - log |∂y/∂z|. At fixed y
the standard variable moves at ż = -(ẏ at fixed z) / s, with s = ∂y/∂z. Where y is affine in z, the sum is

    ∂log f/∂θ · θ_dot  +  ∂log f/∂z · ż  -  s_dot / s,

and a function of y that has no parameter of its own has the same score (Rubinstein & Shapiro 1993). The value must move
at no end of its support, where mass would come in or leave.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from stochtrace.carried.evaluation import along
from stochtrace.carried.running import Refused
from stochtrace.carried.smooth import Smooth
from stochtrace.runtime.functions.special import digamma

STILL = 1e-12
WAY_OUT = "Take one of the forms of a crossing: `two-sided`, `leaving` or `hybrid`."


class Row(NamedTuple):
    """Slopes of the log density of a standard variable: in z, and in each shape; the finite ends of its support."""

    slope: Callable[..., float]
    ends: tuple[float, ...] = ()
    shapes: Callable[..., tuple[float, ...]] = lambda z, *shapes: ()


def _no_slope(z: float) -> float:
    return 0.0


def _minus_one(z: float) -> float:
    return -1.0


def _minus_z(z: float) -> float:
    return -z


SCORES: dict[str, Row] = {
    "read": Row(_no_slope, (0.0, 1.0)),
    "uniform": Row(_no_slope, (0.0, 1.0)),
    "exponential": Row(_minus_one, (0.0,)),
    "normal": Row(_minus_z),
    "lognormal": Row(_minus_z),
    "halfnorm": Row(_minus_z, (0.0,)),
    "gumbel": Row(lambda z: math.exp(-z) - 1),
    "logistic": Row(lambda z: -math.tanh(z / 2)),
    "laplace": Row(lambda z: -math.copysign(1.0, z)),
    "cauchy": Row(lambda z: -2 * z / (1 + z * z)),
    "pareto": Row(_minus_one, (0.0,)),
    "classical_pareto": Row(_minus_one, (0.0,)),
    "gamma": Row(lambda z, a: (a - 1) / z - 1, (0.0,), lambda z, a: (math.log(z) - digamma(a),)),
    "invgamma": Row(lambda z, a: (1 / z - a - 1) / z, (0.0,), lambda z, a: (-math.log(z) - digamma(a),)),
    "beta": Row(
        lambda z, a, b: (a - 1) / z - (b - 1) / (1 - z),
        (0.0, 1.0),
        lambda z, a, b: (math.log(z) - digamma(a) + digamma(a + b), math.log1p(-z) - digamma(b) + digamma(a + b)),
    ),
    "standard_t": Row(
        lambda z, df: -(df + 1) * z / (df + z * z),
        (),
        lambda z, df: (
            0.5 * (digamma((df + 1) / 2) - digamma(df / 2) - 1 / df - math.log1p(z * z / df))
            + 0.5 * (df + 1) * z * z / (df * (df + z * z)),
        ),
    ),
}

# d/dθ log P(outcome) in each real parameter of a discrete draw: outcome, then all its parameters.
DISCRETE: dict[str, Callable[..., tuple[float, ...]]] = {
    "flip": lambda x, q: (1 / q if x else -1 / (1 - q),),
    "bernoulli": lambda x, q: (1 / q if x else -1 / (1 - q),),
    "binomial": lambda x, n, q: (x / q - (n - x) / (1 - q),),
    "poisson": lambda x, rate: (x / rate - 1,),
    "geometric": lambda x, q: (1 / q - (x - 1) / (1 - q),),
}


def frozen(y: Smooth) -> Smooth:
    """Return a value that no longer moves with the parameters, and with draws as before."""
    return Smooth(y.v, 0.0, y.k, y.s, 0.0, y.affine, "frozen", (y,))


def score_of(y: Any, k: int, name: str, shapes: tuple[float, ...], shapes_dot: tuple[float, ...], z: float) -> float:
    """Return d/dp log density of y at fixed y; y is a function of draw k, whose standard variable is z."""
    inner = y
    while not inner.affine:
        parts = [p for p in inner.parts if type(p) is Smooth]
        if len(parts) != 1:
            raise Refused(f"a score of this function of the draw ({name}), which has parameters of its own", WAY_OUT)
        inner = parts[0]
    row = SCORES.get(name)
    if row is None or inner.k != k or not inner.s:
        raise Refused(f"a score of this draw ({name}) is not known", WAY_OUT)
    held = along(inner, k, z).d
    for end in row.ends:
        if abs(held + inner.sd * (end - z)) > STILL * (abs(held) + abs(inner.sd) * (abs(z) + abs(end))):
            raise Refused(
                f"the support of this draw ({name}) moves with the parameter, so its score is biased", WAY_OUT
            )
    moved: float = sum((p * d for p, d in zip(row.shapes(z, *shapes), shapes_dot, strict=True)), 0.0)
    moved -= (row.slope(z, *shapes) * held + inner.sd) / inner.s
    return moved

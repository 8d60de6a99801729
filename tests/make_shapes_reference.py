"""Write tests/data/shapes.json: quantiles, densities and derivatives of the families with shape parameters.

Computed with 80 digits from the distribution functions alone: the quantile by Newton's iteration (from the runtime's,
which it must leave), its derivative as -(dF/dp) / f with dF/dp by a difference of fourth order. Run once, by hand:

    python tests/make_shapes_reference.py
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mpmath import mp, mpf

from stochtrace import runtime as rt

DATA = Path(__file__).parent / "data" / "shapes.json"
UNIFORMS = (1e-300, 1e-30, 2.0**-53, 1e-9, 0.01, 0.3, 0.5 - 2.0**-53, 0.7, 0.975, 1 - 1e-9, 1 - 2.0**-53)
SMALL, LARGE = 1e-290, 1e290  # beyond, doubles have fewer digits


def gamma_tail(x: Any, shape: Any, scale: Any, upper: bool) -> Any:
    ends = (x / scale, mp.inf) if upper else (0, x / scale)
    return mp.gammainc(shape, *ends, regularized=True)


def gamma_density(x: Any, shape: Any, scale: Any) -> Any:
    z = x / scale
    return mp.exp((shape - 1) * mp.log(z) - z - mp.loggamma(shape)) / scale


def invgamma_tail(x: Any, a: Any, scale: Any, upper: bool) -> Any:
    return gamma_tail(scale / x, a, mpf(1), not upper)


def invgamma_density(x: Any, a: Any, scale: Any) -> Any:
    return gamma_density(scale / x, a, mpf(1)) * scale / x**2


def tail_of_beta(x: Any, y: Any, a: Any, b: Any, upper: bool) -> Any:
    """Return P(X <= x), or P(X > x), for X beta(a, b) and y = 1 - x, from the side whose series converges."""
    if upper:
        x, y, a, b = y, x, b, a
    return beta_series(x, y, a, b) if x < 0.95 else 1 - beta_series(y, x, b, a)


def beta_series(x: Any, y: Any, a: Any, b: Any) -> Any:
    """Return P(X <= x) by DLMF 8.17.8, whose terms are positive."""
    term = total = 1 / a
    n = 0
    while term > total * mp.eps * y:
        term *= x * (a + b + n) / (a + 1 + n)
        total += term
        n += 1
    return total * mp.exp(a * mp.log(x) + b * mp.log(y)) / mp.beta(a, b)


def density_of_beta(x: Any, y: Any, a: Any, b: Any) -> Any:
    return mp.exp((a - 1) * mp.log(x) + (b - 1) * mp.log(y)) / mp.beta(a, b)


def beta_tail(x: Any, a: Any, b: Any, upper: bool) -> Any:
    return tail_of_beta(x, 1 - x, a, b, upper)


def beta_density(x: Any, a: Any, b: Any) -> Any:
    return density_of_beta(x, 1 - x, a, b)


def f_tail(x: Any, m: Any, n: Any, upper: bool) -> Any:
    total = m * x + n
    return tail_of_beta(m * x / total, n / total, m / 2, n / 2, upper)


def f_density(x: Any, m: Any, n: Any) -> Any:
    total = m * x + n
    return density_of_beta(m * x / total, n / total, m / 2, n / 2) * m * n / total**2


def t_tail(x: Any, n: Any, upper: bool) -> Any:
    y = n / (n + x * x)
    outer = tail_of_beta(y, 1 - y, n / 2, mpf(1) / 2, False) / 2
    return outer if (x > 0) == upper else 1 - outer


def t_density(x: Any, n: Any) -> Any:
    return mp.exp(-(n + 1) / 2 * mp.log1p(x * x / n)) / (mp.sqrt(n) * mp.beta(n / 2, mpf(1) / 2))


class Family(NamedTuple):
    """A family: its tails and density, and points of its parameters."""

    name: str
    tail: Callable[..., Any]
    density: Callable[..., Any]
    points: Sequence[tuple[float, ...]]


GAMMAS = [(a, s) for a, s in zip((0.01, 0.1, 0.5, 1.0, 2.5, 10.5, 100.0, 1e4), (1.0, 3.0) * 4, strict=True)]
BETAS = [(0.01, 0.01), (0.01, 1e4), (1e4, 0.01), (0.5, 0.5), (0.3, 2.0), (2.0, 0.3), (1.0, 1.0), (3.0, 4.0)]
BETAS += [(20.0, 0.7), (50.0, 200.0), (1e4, 1e4), (1e4, 3.0)]
FS = [(0.02, 5.0), (5.0, 0.02), (1.0, 1.0), (3.0, 7.0), (12.0, 1e3), (1e4, 1e4), (1e4, 2.0), (1.0, 1e4)]
TS = [(n,) for n in (0.02, 0.3, 1.0, 2.5, 7.0, 29.0, 31.0, 300.0, 1e4)]
FAMILIES = (
    Family("gamma", gamma_tail, gamma_density, GAMMAS),
    Family("invgamma", invgamma_tail, invgamma_density, GAMMAS),
    Family("beta", beta_tail, beta_density, BETAS),
    Family("f", f_tail, f_density, FS),
    Family("standard_t", t_tail, t_density, TS),
)


class Fixed:
    """ω with one uniform."""

    site = visit = to = -1

    def __init__(self, w: float) -> None:
        self.w = w

    def next(self, site: int) -> float:
        return self.w


def quantile(family: Family, at: Sequence[Any], w: Any, upper: bool, guess: float) -> Any:
    """Return the exact quantile."""
    x = mpf(guess)
    for _ in range(8):
        excess = family.tail(x, *at, upper) - (1 - w if upper else w)
        step = (-excess if upper else excess) / family.density(x, *at)
        x -= step
        if abs(step) < abs(x) * mpf(10) ** -32:
            return x
    raise ValueError(f"no quantile of {family.name}{at} at {w}")


def derivative(family: Family, at: Sequence[Any], x: Any, upper: bool, k: int) -> Any:
    """Return the derivative of the quantile in the k-th parameter."""
    h = at[k] * mpf(10) ** -14
    tails = [family.tail(x, *at[:k], at[k] + i * h, *at[k + 1 :], upper) for i in (-2, -1, 1, 2)]
    slope = (tails[0] - 8 * tails[1] + 8 * tails[2] - tails[3]) / (12 * h)
    return (slope if upper else -slope) / family.density(x, *at)


def row(family: Family, at: Sequence[float], w: float) -> dict[str, Any] | None:
    """Return one row of the table, or None where the quantile is no ordinary double."""
    guess = getattr(rt, family.name)(Fixed(w), 0, *at)
    if not SMALL < abs(guess) < LARGE:
        return None
    exact, upper = [mpf(v) for v in at], w > 0.5
    x = quantile(family, exact, mpf(w), upper, guess)
    slopes = [float(derivative(family, exact, x, upper, k)) for k in range(len(at))]
    return {"at": at, "w": w, "x": float(x), "density": float(family.density(x, *exact)), "slopes": slopes}


def near_one(family: Family, at: tuple[float, ...], w: float) -> bool:
    """Tell whether this is a beta quantile close to 1, which is a row of its mirror image."""
    return family.name == "beta" and rt.beta_quantile(at[0], at[1], w) > 0.9


def main() -> None:
    """Write the table."""
    mp.dps = 80
    table = {}
    for family in FAMILIES:
        rows = [row(family, at, w) for at in family.points for w in UNIFORMS if not near_one(family, at, w)]
        table[family.name] = [r for r in rows if r]
    lines = [f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in table.items()]
    DATA.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()

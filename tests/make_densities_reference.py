"""Write tests/data/densities.json: densities, distribution functions and their partial derivatives.

Computed with 40 digits from formulas of the densities and, where there is none of the distribution function, by
integration or summation; derivatives by mpmath's differences at twice the digits. Run once, by hand:

    python tests/make_densities_reference.py
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mpmath import mp, mpf
from scipy import stats

DATA = Path(__file__).parent / "data" / "densities.json"
QUANTILES = (1e-6, 0.03, 0.4, 0.8, 0.999)
NEAR = 1e-3  # nearer to an end of the support, x - loc has lost digits
Exact = Callable[..., Any]


class Law(NamedTuple):
    """A standard distribution: log density, distribution function, shape parameters to evaluate it at.

    `real` are the places of the shapes that are real numbers; None stands for a continuous law, with all of them real.
    """

    name: str
    log_density: Exact
    lower: Exact
    shapes: Sequence[tuple[float, ...]] = ((),)
    real: tuple[int, ...] | None = None


def beta_lower(x: Any, a: Any, b: Any) -> Any:
    return mp.betainc(a, b, 0, x, regularized=True)


def t_lower(x: Any, df: Any) -> Any:
    tail = beta_lower(df / (df + x * x), df / 2, mpf(1) / 2) / 2
    return tail if x < 0 else 1 - tail


def f_lower(x: Any, m: Any, n: Any) -> Any:
    return beta_lower(m * x / (m * x + n), m / 2, n / 2)


def gamma_log(x: Any, a: Any) -> Any:
    return (a - 1) * mp.log(x) - x - mp.loggamma(a)


def gamma_lower(x: Any, a: Any) -> Any:
    return mp.gammainc(a, 0, x, regularized=True)


def beta_log(x: Any, a: Any, b: Any) -> Any:
    return (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x) - mp.log(mp.beta(a, b))


def f_log(x: Any, m: Any, n: Any) -> Any:
    u = m * x / (m * x + n)
    return beta_log(u, m / 2, n / 2) + mp.log(m * n) - 2 * mp.log(m * x + n)


def mixed(part: Exact, m: Any) -> Any:
    """Sum over a Poisson number j with mean m."""
    term, total = mp.exp(-m), mpf(0)
    for j in range(100):
        total += term * part(j)
        term *= m / (j + 1)
    return total


def ncx2_log(x: Any, df: Any, nc: Any) -> Any:
    return mp.log(mixed(lambda j: mp.exp(gamma_log(x / 2, df / 2 + j)) / 2, nc / 2))


def ncx2_lower(x: Any, df: Any, nc: Any) -> Any:
    return mixed(lambda j: gamma_lower(x / 2, df / 2 + j), nc / 2)


def ncf_log(x: Any, m: Any, n: Any, nc: Any) -> Any:
    u, step = m * x / (m * x + n), m * n / (m * x + n) ** 2
    return mp.log(mixed(lambda j: mp.exp(beta_log(u, m / 2 + j, n / 2)) * step, nc / 2))


def ncf_lower(x: Any, m: Any, n: Any, nc: Any) -> Any:
    u = m * x / (m * x + n)
    return mixed(lambda j: beta_lower(u, m / 2 + j, n / 2), nc / 2)


def triang_lower(x: Any, c: Any) -> Any:
    return x * x / c if x < c else 1 - (1 - x) ** 2 / (1 - c)


def truncated(x: Any, a: Any, b: Any) -> Any:
    return (mp.ncdf(x) - mp.ncdf(a)) / (mp.ncdf(b) - mp.ncdf(a))


def skew_lower(x: Any, a: Any) -> Any:
    owen = mp.quad(lambda t: mp.exp(-x * x * (1 + t * t) / 2) / (1 + t * t), [0, a]) / (2 * mp.pi)
    return mp.ncdf(x) - 2 * owen


def invgauss_lower(x: Any, mu: Any) -> Any:
    root = mp.sqrt(x)
    return mp.ncdf((x / mu - 1) / root) + mp.exp(2 / mu) * mp.ncdf(-(x / mu + 1) / root)


def vonmises_log(x: Any, kappa: Any) -> Any:
    return kappa * mp.cos(x) - mp.log(2 * mp.pi * mp.besseli(0, kappa))


def vonmises_lower(x: Any, kappa: Any) -> Any:
    return mpf(1) / 2 + mp.quad(lambda t: mp.exp(vonmises_log(t, kappa)), [0, x / 2, x])


def summed(log_mass: Exact, low: int = 0) -> Exact:
    return lambda k, *at: mp.fsum(mp.exp(log_mass(j, *at)) for j in range(low, int(k) + 1))


def binomials(n: Any, k: Any) -> Any:
    return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)


def nbinom_log(k: Any, n: Any, p: Any) -> Any:
    return mp.loggamma(n + k) - mp.loggamma(k + 1) - mp.loggamma(n) + n * mp.log(p) + k * mp.log(1 - p)


def betabinom_log(k: Any, n: Any, a: Any, b: Any) -> Any:
    return binomials(n, k) + mp.log(mp.beta(k + a, n - k + b)) - mp.log(mp.beta(a, b))


def poisson_log(k: Any, mu: Any) -> Any:
    return k * mp.log(mu) - mu - mp.loggamma(k + 1)


def binom_log(k: Any, n: Any, p: Any) -> Any:
    return binomials(n, k) + k * mp.log(p) + (n - k) * mp.log(1 - p)


def hypergeom_log(k: Any, total: Any, n: Any, taken: Any) -> Any:
    return binomials(n, k) + binomials(total - n, taken - k) - binomials(total, taken)


def logser_log(k: Any, p: Any) -> Any:
    return k * mp.log(p) - mp.log(k) - mp.log(-mp.log(1 - p))


def boltzmann_log(k: Any, rate: Any, n: Any) -> Any:
    return mp.log((1 - mp.exp(-rate)) / (1 - mp.exp(-rate * n))) - rate * k


def dlaplace_lower(k: Any, a: Any) -> Any:
    return mp.exp(a * k) / (1 + mp.exp(-a)) if k < 0 else 1 - mp.exp(-a * (k + 1)) / (1 + mp.exp(-a))


def zero(*_: Any) -> Any:
    return mpf(0)


def one(*_: Any) -> Any:
    return mpf(1)


LAWS = (
    Law("norm", lambda x: -x * x / 2 - mp.log(2 * mp.pi) / 2, mp.ncdf),
    Law("expon", lambda x: -x, lambda x: 1 - mp.exp(-x)),
    Law("uniform", zero, lambda x: x),
    Law("gamma", gamma_log, gamma_lower, [(0.3,), (2.3,), (40.0,)]),
    Law(
        "chi2",
        lambda x, n: gamma_log(x / 2, n / 2) - mp.log(2),
        lambda x, n: gamma_lower(x / 2, n / 2),
        [(0.7,), (5.0,)],
    ),
    Law(
        "invgamma",
        lambda x, a: gamma_log(1 / x, a) - 2 * mp.log(x),
        lambda x, a: 1 - gamma_lower(1 / x, a),
        [(0.8,), (3.5,)],
    ),
    Law("beta", beta_log, beta_lower, [(0.4, 0.7), (2.5, 3.5), (30.0, 1.2)]),
    Law("f", f_log, f_lower, [(3.0, 7.5), (1.5, 2.5)]),
    Law(
        "t",
        lambda x, n: -(n + 1) / 2 * mp.log(1 + x * x / n) - mp.log(mp.sqrt(n) * mp.beta(n / 2, mpf(1) / 2)),
        t_lower,
        [(1.3,), (6.0,), (45.0,)],
    ),
    Law(
        "lognorm",
        lambda x, s: -((mp.log(x) / s) ** 2) / 2 - mp.log(x * s * mp.sqrt(2 * mp.pi)),
        lambda x, s: mp.ncdf(mp.log(x) / s),
        [(0.4,), (1.5,)],
    ),
    Law("laplace", lambda x: -abs(x) - mp.log(2), lambda x: mp.exp(x) / 2 if x < 0 else 1 - mp.exp(-x) / 2),
    Law("logistic", lambda x: -x - 2 * mp.log(1 + mp.exp(-x)), lambda x: 1 / (1 + mp.exp(-x))),
    Law("gumbel_r", lambda x: -x - mp.exp(-x), lambda x: mp.exp(-mp.exp(-x))),
    Law("cauchy", lambda x: -mp.log(mp.pi * (1 + x * x)), lambda x: mpf(1) / 2 + mp.atan(x) / mp.pi),
    Law("rayleigh", lambda x: mp.log(x) - x * x / 2, lambda x: 1 - mp.exp(-x * x / 2)),
    Law(
        "weibull_min",
        lambda x, c: mp.log(c) + (c - 1) * mp.log(x) - x**c,
        lambda x, c: 1 - mp.exp(-(x**c)),
        [(0.7,), (2.5,)],
    ),
    Law("pareto", lambda x, b: mp.log(b) - (b + 1) * mp.log(x), lambda x, b: 1 - x**-b, [(0.8,), (3.0,)]),
    Law("lomax", lambda x, c: mp.log(c) - (c + 1) * mp.log(1 + x), lambda x, c: 1 - (1 + x) ** -c, [(0.8,), (3.0,)]),
    Law("powerlaw", lambda x, a: mp.log(a) + (a - 1) * mp.log(x), lambda x, a: x**a, [(0.6,), (2.5,)]),
    Law(
        "triang",
        lambda x, c: mp.log(2 * x / c if x < c else 2 * (1 - x) / (1 - c)),
        triang_lower,
        [(0.25,), (0.7,)],
    ),
    Law("halfnorm", lambda x: -x * x / 2 + mp.log(2 / mp.pi) / 2, lambda x: mp.erf(x / mp.sqrt(2))),
    Law(
        "truncnorm",
        lambda x, a, b: mp.log(mp.npdf(x) / (mp.ncdf(b) - mp.ncdf(a))),
        truncated,
        [(-0.4, 0.9), (-2.0, 3.5), (4.0, 7.0), (-9.0, -3.0)],
    ),
    Law(
        "skewnorm",
        lambda x, a: mp.log(2 * mp.npdf(x) * mp.ncdf(a * x)),
        skew_lower,
        [(1.3,), (-2.5,)],
    ),
    Law(
        "invgauss",
        lambda x, mu: -mp.log(2 * mp.pi * x**3) / 2 - ((x - mu) / mu) ** 2 / (2 * x),
        invgauss_lower,
        [(0.3,), (1.7,)],
    ),
    Law("vonmises", vonmises_log, vonmises_lower, [(0.4,), (6.0,)]),
    Law("ncx2", ncx2_log, ncx2_lower, [(2.6, 1.2), (5.0, 9.0)]),
    Law("ncf", ncf_log, ncf_lower, [(3.6, 7.0, 0.6), (2.5, 12.0, 6.0)]),
    Law("bernoulli", lambda k, p: mp.log(p if k == 1 else 1 - p), lambda k, p: 1 - p, [(0.3,)], (0,)),
    Law("binom", binom_log, summed(binom_log), [(7, 0.4), (60, 0.88)], (1,)),
    Law("poisson", poisson_log, summed(poisson_log), [(0.6,), (13.0,)], (0,)),
    Law(
        "geom",
        lambda k, p: mp.log(p) + (k - 1) * mp.log(1 - p),
        lambda k, p: 1 - (1 - p) ** k,
        [(0.35,), (0.03,)],
        (0,),
    ),
    Law("nbinom", nbinom_log, summed(nbinom_log), [(2.5, 0.4), (10.0, 0.25)], (0, 1)),
    Law("hypergeom", hypergeom_log, lambda k, *at: summed(hypergeom_log)(k, *at), [(20, 7, 12)], ()),
    Law("betabinom", betabinom_log, summed(betabinom_log), [(9, 0.6, 2.0), (30, 4.0, 1.5)], (1, 2)),
    Law("logser", logser_log, summed(logser_log, 1), [(0.6,), (0.97,)], (0,)),
    Law(
        "zipf",
        lambda k, a: -a * mp.log(k) - mp.log(mp.zeta(a)),
        lambda k, a: 1 - mp.zeta(a, k + 1) / mp.zeta(a),
        [(2.1,), (4.0,)],
        (0,),
    ),
    Law("randint", lambda k, a, b: -mp.log(b - a), lambda k, a, b: (k - a + 1) / (b - a), [(-1, 6)], ()),
    Law(
        "planck",
        lambda k, rate: mp.log(1 - mp.exp(-rate)) - rate * k,
        lambda k, rate: 1 - mp.exp(-rate * (k + 1)),
        [(0.6,), (0.05,)],
        (0,),
    ),
    Law("boltzmann", boltzmann_log, summed(boltzmann_log), [(0.4, 8), (0.01, 30)], (0,)),
    Law("dlaplace", lambda k, a: mp.log(mp.tanh(a / 2)) - a * abs(k), dlaplace_lower, [(0.7,)], (0,)),
)


def framed(law: Law) -> tuple[Exact, Exact]:
    """Return log density and distribution function of x, shapes, loc and scale."""
    if law.real is not None:
        return law.log_density, law.lower
    return (
        lambda x, *at: law.log_density((x - at[-2]) / at[-1], *at[:-2]) - mp.log(at[-1]),
        lambda x, *at: law.lower((x - at[-2]) / at[-1], *at[:-2]),
    )


def row(law: Law, at: Sequence[float], end: float) -> dict[str, Any]:
    """Return one row of the table: values, and derivatives in all real arguments; the support has an end."""
    exact = [mpf(v) for v in at]
    log_density, lower = framed(law)
    if at[0] >= end:
        lower = one
    real = range(len(at)) if law.real is None else [i + 1 for i in law.real]

    def slope(function: Exact, i: int) -> float:
        return float(mp.diff(lambda v: function(*exact[:i], v, *exact[i + 1 :]), exact[i]))

    below = lower(*exact)
    return {
        "at": list(at),
        "log_density": float(log_density(*exact)),
        "lower": float(below),
        "upper": float(1 - below),
        "log_density_slopes": {i: slope(log_density, i) for i in real},
        "lower_slopes": {i: slope(lower, i) for i in real},
    }


def rows(law: Law) -> list[dict[str, Any]]:
    """Return the rows of a law: several quantiles for each of its shapes."""
    found = []
    for shapes in law.shapes:
        frame = () if law.real is not None else (0.3, 1.0 if law.name == "vonmises" else 1.7)
        frozen = getattr(stats, law.name)(*shapes, *frame)
        ends = frozen.support()
        places = dict.fromkeys(float(frozen.ppf(q)) for q in QUANTILES)
        if law.real is None:
            places = [x for x in places if min(abs(x - end) for end in ends) > NEAR]
        found += [row(law, (x, *shapes, *frame), ends[1]) for x in places]
    return found


def main() -> None:
    """Write the table."""
    mp.dps = 40
    table = {law.name: rows(law) for law in LAWS}
    lines = [f'"{name}": [\n' + ",\n".join(map(json.dumps, found)) + "\n]" for name, found in table.items()]
    DATA.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()

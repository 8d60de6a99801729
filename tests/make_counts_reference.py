"""Write tests/data/counts.json: rates at which boundaries of discrete draws move, by mpmath at 120 digits.

Run from the root of the repository: python tests/make_counts_reference.py. Each row is a function of the runtime, its
arguments and its value.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mpmath import mp, mpf

LARGEST = 2**63 - 1024  # of a Zipf draw


def negative_binomial_slope(k: int, n: float, p: float) -> Any:
    """The sum of P(j) d log P(j)/dn over j <= k, over P(k)."""
    exact_n, exact_p = mpf(n), mpf(p)
    term, score, total, last = mpf(1), mp.log(exact_p), mpf(0), mpf(1)
    for j in range(k + 1):
        total += term * score
        last = term
        score += 1 / (exact_n + j)
        term *= (exact_n + j) / (j + 1) * (1 - exact_p)
    return total / last


def logseries_rest(k: int, p: float) -> Any:
    """P(X > k) / p**k, as the incomplete beta integral."""
    exact = mpf(p)
    points = [0, *(1 - mpf(10) ** -i for i in range(1, 10)), 1]
    return mp.quad(lambda t: exact * t**k / (1 - exact * t), points) / -mp.log(1 - exact)


def zipf_flow(k: int, a: float) -> Any:
    """dF(k)/da / P(k) for a draw up to 2**63 - 1024."""
    inside, inside_dot = (mp.zeta(a, 1, d) - mp.zeta(a, k + 1, d) for d in (0, 1))
    beyond, beyond_dot = (mp.zeta(a, k + 1, d) - mp.zeta(a, LARGEST, d) for d in (0, 1))
    return (inside_dot * beyond - inside * beyond_dot) / (inside + beyond) * mpf(k) ** a


def boltzmann_flow(m: int, rate: float, count: int) -> Any:
    """dF(m-1)/drate / P(m-1), as the difference of two means of the outcome."""
    exact = mpf(rate)
    chance = (1 - mp.exp(-exact)) * mp.exp(-exact * (m - 1))
    up_to, of_all = (x * mp.exp(-exact * x) / (1 - mp.exp(-exact * x)) for x in (m, count))
    return (1 - mp.exp(-exact * m)) / chance * (up_to - of_all)


def dlaplace_flow(k: int, a: float) -> Any:
    """-dF(k)/da / P(k)."""

    def cdf(x: Any) -> Any:
        return mp.exp(x * (k + 1)) / (mp.exp(x) + 1) if k < 0 else 1 - mp.exp(-x * k) / (mp.exp(x) + 1)

    return -mp.diff(cdf, mpf(a)) / (mp.tanh(mpf(a) / 2) * mp.exp(-mpf(a) * abs(k)))


def betabinom_flow(k: int, n: int, a: float, a_dot: float, b: float, b_dot: float) -> Any:
    """The sum of P(j) times its logarithmic derivative over j <= k, over P(k)."""
    a, b = mpf(a), mpf(b)
    score = b_dot * (mp.digamma(b + n) - mp.digamma(b)) + (a_dot + b_dot) * (mp.digamma(a + b) - mp.digamma(a + b + n))
    term, total, last = mpf(1), mpf(0), mpf(1)
    for j in range(k + 1):
        total += term * score
        last = term
        score += a_dot / (a + j) - b_dot / (b + n - j - 1)
        term *= (n - j) * (a + j) / ((j + 1) * (b + n - j - 1))
    return total / last


def arguments() -> list[tuple[Any, tuple[float, ...]]]:
    """Return the functions and where they are evaluated: the centre and both tails of small and large parameters."""
    rows: list[tuple[Any, tuple[float, ...]]] = []
    for n in (1e-2, 0.5, 3.7, 100.0, 1e4):
        for p in (0.99, 0.5, 0.1, 1e-3):
            mean, deviation = n * (1 - p) / p, (n * (1 - p)) ** 0.5 / p
            outcomes = {int(mean + z * deviation) for z in (-5, -1, 0, 1, 3, 7) if 0 <= mean + z * deviation < 1e4}
            rows += [(negative_binomial_slope, (k, n, p)) for k in sorted(outcomes)]
    for p in (1e-9, 0.3, 0.7, 0.71, 0.9, 0.999, 1 - 1e-6, 1 - 1e-9):
        rows += [(logseries_rest, (k, p)) for k in (1, 5, 11, 12, 1000, 10**5)]
    for a in (1.001, 1.1, 1.5, 2.0, 3.5, 10.0):
        rows += [(zipf_flow, (k, a)) for k in (1, 2, 14, 15, 100, 10**8, 10**15) if k**a < 1e30]
    for rate in (1e-8, 1e-3, 1.0, 5.0):
        pairs = [(m, count) for count in (2, 5, 100, 10**6) for m in sorted({1, count // 2, count - 1})]
        rows += [(boltzmann_flow, (m, rate, count)) for m, count in pairs if rate * m < 300]
    rows += [(dlaplace_flow, (k, a)) for a in (1e-3, 0.5, 7.0) for k in (-12, -1, 0, 1, 12)]
    for a, b in ((0.5, 0.5), (2.0, 3.0), (1e-2, 5.0), (1e3, 10.0), (0.3, 0.01)):
        moving = ((1.0, 0.0), (0.0, 1.0), (1.0, 0.5))
        rows += [(betabinom_flow, (k, n, a, x, b, y)) for n in (5, 100) for k in (0, n // 2, n - 1) for x, y in moving]
    return rows


def main() -> None:
    """Write the table."""
    with mp.workdps(120):
        table = [[function.__name__, point, mp.nstr(function(*point), 25)] for function, point in arguments()]
    path = Path(__file__).parent / "data" / "counts.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in table) + "\n]\n")


if __name__ == "__main__":
    main()

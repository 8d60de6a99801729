"""Programs whose decisions set traps, each with its exact derivative: a closed form, or an integral over one draw.

In each of them an estimator that is right on simpler programs is biased: `TRAPS` says by what it is caught.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import gamma, ncx2, norm


class Trap(NamedTuple):
    """The body of `def f(p, rng)`, where to differentiate it, the exact derivative, and a bias that must be seen."""

    body: str
    p: float
    derivative: float
    resolved: float


def shifted(h: Callable[[float], float], p: float, breaks: tuple[float, ...]) -> float:
    """d/dp E[h(x)] for x normal with mean p, h smooth between its breaks."""
    ends = [-9.0 + p, *sorted(breaks), 9.0 + p]
    return math.fsum(quad(lambda x: (x - p) * norm.pdf(x - p) * h(x), a, b)[0] for a, b in pairwise(ends))


def after_a_discrete_draw(x: float) -> float:
    return expit(x) * (1.0 if x > 1.0 else 0.3) + expit(-x) * (2.0 if x > -0.5 else 0.0)


def after_a_newer_draw(x: float) -> float:
    return norm.cdf(x) * (1.0 if x > 0.7 else 0.0) + norm.cdf(-x) * (3.0 if x > -0.3 else 0.5)


def climbed(p: float) -> float:
    """E[s²] where s is 1, then takes three steps, each up with the chance expit(p s), else down."""
    chances = {1: 1.0}
    for _ in range(3):
        steps = [(s + step, q * expit(step * p * s)) for s, q in chances.items() for step in (-1, 1)]
        chances = {s: math.fsum(q for t, q in steps if t == s) for s, _ in steps}
    return math.fsum(q * s * s for s, q in chances.items())


def outlived(p: float) -> float:
    """P(x > y + 1) for x and y independent, P(x > t) = exp(-t² / p²)."""
    return float(quad(lambda y: 2 * y / p**2 * math.exp(-(y * y + (y + 1) ** 2) / p**2), 0, 20)[0])


def upper_root(p: float) -> float:
    return (1 + math.sqrt(1 + 4 * p)) / 2


TRAPS = {
    "a kink narrows the interval": Trap(
        "x = rng.normal(p, 1.0)\nw = max(0.0, x)\nreturn 1.0 if w > 1.0 else 0.0", 0.2, norm.pdf(0.8), 0.1
    ),
    "a plateau is compared": Trap(
        "x = rng.normal(p, 1.0)\nw = max(0.0, x)\nreturn 3.0 if w > 0 else 0.0", 0.2, 3 * norm.pdf(0.2), 0.2
    ),
    "the newest draw cancels": Trap(
        "s = rng.normal(p, 1.0)\nnow = rng.exponential(1.0)\nreturn 1.0 if now + 1.0 < now + s else 0.0",
        0.2,
        norm.pdf(0.8),
        0.1,
    ),
    "the same question twice": Trap(
        "x = rng.normal(p, 1.0)\na = 2.0 if x > 1 else 0.0\nreturn a + (3.0 if x > 1 else 0.0)",
        0.2,
        5 * norm.pdf(0.8),
        0.1,
    ),
    "one uniform, two thresholds": Trap(
        "u = rng.random()\nif u < p:\n    return 1.0\nelif u < 2 * p:\n    return 5.0\nreturn 0.0", 0.3, 6.0, 1.8
    ),
    "two thresholds that meet": Trap(
        "y = rng.random()\nx = rng.normal(0.0, 1.0)\nreturn (4 * y if x > p else 0.0) + (3.0 if x > 0.4 else 0.0)",
        0.4,
        -2 * norm.pdf(0.4),
        0.3,
    ),
    "as near as asked for": Trap(
        "x = rng.normal(p, 1.0)\nreturn 2.0 if math.isclose(x, 0.5, abs_tol=0.4) else x",
        0.2,
        1 + 1.9 * norm.pdf(0.1) - 1.1 * norm.pdf(0.7) - (norm.cdf(0.7) - norm.cdf(-0.1)),
        0.3,
    ),
    "a uniform that is compared elsewhere too": Trap(
        "u = rng.random()\nb = u < p\nc = u + rng.random() > 0.8\nreturn (2.0 if b else 1.0) * (1.0 if c else 0.0)",
        0.5,
        0.7,
        0.15,
    ),
    "a threshold that is drawn": Trap(
        "q = rng.random() * 0.98 + p\nreturn 1.0 if rng.random() < q else 0.0", 0.01, 1.0, 0.3
    ),
    "a discrete draw in between": Trap(
        "x = rng.normal(p, 1.0)\nb = rng.random() < 1.0 / (1.0 + math.exp(-x))\n"
        "if b:\n    return 1.0 if x > 1.0 else 0.3\nreturn 2.0 if x > -0.5 else 0.0",
        0.2,
        shifted(after_a_discrete_draw, 0.2, (-0.5, 1.0)),
        0.25,
    ),
    "a newer draw in between": Trap(
        "x = rng.normal(p, 1.0)\ny = rng.normal(0.0, 1.0)\n"
        "if x + y > 0:\n    return 1.0 if x > 0.7 else 0.0\nreturn 3.0 if x > -0.3 else 0.5",
        0.2,
        shifted(after_a_newer_draw, 0.2, (-0.3, 0.7)),
        0.4,
    ),
    "a step function": Trap(
        "return int(rng.exponential(p))", 2.0, sum(k / 4 * math.exp(-k / 2) for k in range(1, 80)), 0.3
    ),
    "a shape that moves": Trap(
        "return 1.0 if rng.gamma(p, 1.5) > 3.0 else 0.0",
        2.0,
        (gamma.sf(2.0, 2.0 + 1e-5) - gamma.sf(2.0, 2.0 - 1e-5)) / 2e-5,
        0.01,
    ),
    "two roots of one draw": Trap(
        "x = rng.normal(0.0, 1.0)\nreturn 1.0 if x * x - p < x else 0.0",
        1.0,
        (norm.pdf(upper_root(1.0)) + norm.pdf(1 - upper_root(1.0))) / math.sqrt(5),
        0.01,
    ),
    "a tie is no excess": Trap(
        "x = rng.normal(p, 1.0)\ny = rng.normal(0.0, 1.0)\nreturn 1.0 if max(x, y) > y else 0.0",
        0.2,
        norm.pdf(0.2 / math.sqrt(2)) / math.sqrt(2),
        0.05,
    ),
    "a circle is crossed by two draws": Trap(
        "x, y = rng.random(), rng.random()\nreturn 1.0 if x * x + y * y <= p * p else 0.0", 0.8, 0.4 * math.pi, 0.14
    ),
    "guards of the parameter": Trap(
        "assert p < 9\nif p <= 0:\n    raise ValueError(f'{p}')\nreturn 1.0 if rng.normal(p, 1.0) > 1.0 else 0.0",
        0.2,
        norm.pdf(0.8),
        0.01,
    ),
    "a clock crosses its horizon": Trap(
        "t, n = rng.exponential(1 / p), 0\nwhile t < 3.0:\n    n += 1\n    t += rng.exponential(1 / p)\nreturn n",
        1.7,
        3.0,
        0.4,
    ),
    "the order of a list": Trap(
        "times = [(rng.exponential(1 / p), 'a'), (rng.exponential(0.5), 'b')]\n"
        "return 1.0 if min(times)[1] == 'a' else 0.0",
        1.0,
        2 / 9,
        0.05,
    ),
    "a choice of two whose chances sum to 1 but for rounding": Trap(
        "source, s = [rng], 1\nfor _ in range(3):\n    w = [1.0, math.exp(p * s)]\n    q = [x / sum(w) for x in w]\n"
        "    s += 2 * source[0].choice(2, p=q) - 1\nreturn s * s",
        0.4,
        (climbed(0.4 + 1e-4) - climbed(0.4 - 1e-4)) / 2e-4,
        1.2,
    ),
    "binomial draws, of one trial and of several": Trap(
        "x, n = rng.normal(p, 1.0), 1 + (rng.random() < 0.5)\n"
        "m = rng.binomial(n, p) + rng.binomial([1, 2], p).sum()\nreturn m * m + (1.0 if x > 1.0 else 0.0)",
        0.2,
        sum(n * (1 - 0.4) + 2 * n * n * 0.2 for n in (4, 5)) / 2 + norm.pdf(0.8),
        1.5,
    ),
    "a distance": Trap(
        "x, y = rng.normal(p, 1.0), rng.normal(0.0, 1.0)\nreturn 1.0 if math.hypot(x, y) < 1.3 else 0.0",
        0.7,
        (ncx2.cdf(1.69, 2, 0.7001**2) - ncx2.cdf(1.69, 2, 0.6999**2)) / 2e-4,
        0.05,
    ),
    "an angle": Trap(
        "y, x = rng.normal(p, 1.0), rng.normal(0.0, 1.0)\n"
        "return (1.0 if math.atan2(y, x) > math.pi / 2 else 0.0) + (1.0 if math.atan2(y, x) > 2 else 0.0)",
        0.7,
        0.5 * norm.pdf(0.7) + shifted(lambda y: norm.cdf(y / math.tan(2)) if y > 0 else 0.0, 0.7, (0.0,)),
        0.1,
    ),
    "two prices with a common factor that is newest": Trap(
        "a, b = rng.normal(p, 1.0), rng.normal(0.0, 1.0)\nm = rng.normal(0.0, 1.0)\n"
        "return 1.0 if 2.0 * math.exp(a + m) > 2.0 * math.exp(b + m) else 0.0",
        0.2,
        norm.pdf(0.2 / math.sqrt(2)) / math.sqrt(2),
        0.05,
    ),
    "the nearer of two, to what is newest": Trap(
        "a, b, x = rng.normal(p, 1.0), rng.normal(0.0, 1.0), rng.normal(0.0, 1.0)\n"
        "return 1.0 if math.hypot(x - a, 1.0) < math.hypot(x - b, 1.0) else 0.0",
        0.7,
        norm.pdf(0.7 / math.sqrt(6)) / math.sqrt(6) * (2 * norm.cdf(-0.7 / math.sqrt(2)) - 1)
        - norm.pdf(0.7 / math.sqrt(2)) / math.sqrt(2) * (2 * norm.cdf(0.7 / math.sqrt(6)) - 1),
        0.08,
    ),
    "what is left is added, and compared": Trap(
        "lives, ages = [p * math.sqrt(rng.exponential(1.0)) for _ in range(2)], [0.0, 0.0]\n"
        "dt = min(lives)\nages[0], ages[1] = ages[0] + dt, ages[1] + dt\n"
        "left = [x - a for x, a in zip(lives, ages)]\nages[0] += left[0]\n"
        "return 0.0 * (ages[0] >= lives[0]) + (1.0 if ages[0] + 0.7 > ages[1] + 1.7 else 0.0)",
        1.5,
        (outlived(1.5 + 1e-3) - outlived(1.5 - 1e-3)) / 2e-3,
        0.08,
    ),
    "a draw that overflows": Trap("return 1.0 if rng.pareto(p) > 5.0 else 0.0", 1e-3, -math.log(6) * 6**-1e-3, 0.1),
    "a function that may raise": Trap(
        "x = rng.normal(p, 1.0)\ntry:\n    y = math.log(x)\nexcept ValueError:\n    return 4.0\nreturn 0.0 * y",
        0.5,
        -4 * norm.pdf(0.5),
        0.3,
    ),
    "a loop until the parameter, whose first test has no draw": Trap(
        "t, n = 0.0, 0\nwhile t < p:\n    t += rng.exponential(0.5)\n    n += 1\nreturn n", 1.0, 2.0, 0.2
    ),
    "modules imported inside": Trap(
        "import math as m; import statistics\nfrom math import exp as e\nx = rng.normal(p, 1.0)\n"
        "return statistics.median([0.0, x, 1.0]) + (2.0 if e(m.sqrt(abs(x))) > m.e else 0.0)",
        0.2,
        norm.cdf(0.8) - norm.cdf(-0.2) + 2 * (norm.pdf(0.8) - norm.pdf(1.2)),
        0.2,
    ),
    "a fixed test narrows, and waits until it is asked": Trap(
        "x = rng.exponential(1.0)\nif x < 1.0:\n    return 3.0 * (x < p)\nreturn 1.0 if x < 2 * p else 0.0",
        0.8,
        3 * math.exp(-0.8) + 2 * math.exp(-1.6),
        0.3,
    ),
    "a fixed rounding narrows too": Trap(
        "x = rng.exponential(1.0)\nk = int(3 * x)\nreturn k * (x < p) if 1 < k < 5 else 0.0",
        0.8,
        2 * math.exp(-0.8),
        0.3,
    ),
    "a fixed test that cannot be solved": Trap(
        "u = rng.random()\ny = rng.gamma(1 + u, 1.0)\nif (2 * y + u) - y * 2 > 0.3:\n    return 3.0 * (u < p)\n"
        "return 1.0 if u < 0.5 * p else 0.0",
        0.4,
        3.5,
        0.4,
    ),
}


def source(body: str) -> str:
    """The whole program of a body."""
    return "import math\n\n\ndef f(p, rng):\n    " + body.replace("\n", "\n    ") + "\n"

"""The exact checks that no planted mistake may pass: a script, run on a copy of the package."""

import lattice
from harness import program_of
from lattice import Case
from statistics_checks import Rates
from tree import assert_exact

# the whole run on a lattice: source, size, p, and the points of the uniforms that choose among jumps
LATTICE = [
    ("n = 0\nfor i in range(3):\n    n += rng.binomial(1, p * (1 - n / 4))\nreturn n * n", 8, 0.5, 0),
    ("return (rng.random() < p) * 3 + rng.binomial(1, rng.random() < 1 - p)", 4, 0.25, 0),
    ("k = rng.binomial(2, p)\nreturn k ** 3 * p + k * rng.binomial(2, 1 - p)", 4, 0.5, 0),
    ("return (2.0, 7.0, -1.0)[rng.choice(3, p=[p, p / 2, 1 - 1.5 * p])] * p", 4, 0.5, 0),
    ("return (4.0, 1.0, 6.0, 9.0)[rng.choice(4, p=[2 * p - 1, p, 0.5 - p, 1 - 2 * p + 0.5])]", 4, 0.5, 0),
    (
        "a = 2 * rng.binomial(1, p) + 3 * rng.binomial(1, 1 - p)\nreturn (a + 7 * rng.binomial(2, p) + (rng.random() < p)) ** 2",
        2,
        1.0,
        0,
    ),
    ("return rng.poisson(p - 0.5) * 3 + rng.geometric(2 * p) ** 2 + rng.binomial(2, 1 - 2 * p) ** 2", 2, 0.5, 0),
    ("n = 0\nfor i in range(3):\n    n = 2 * n + rng.binomial(1, p)\nreturn n * n * p", 2, 0.5, 6),
    ("n = 7 * (rng.random() < 1.5 * p - 0.25)\nreturn n + 2 * (rng.random() < 0.25 + p / 2)", 2, 0.5, 4),
    ("x = p\nx *= x + x * rng.binomial(1, x)\nx -= x / (1 + x) - x ** 3\nreturn x", 2, 0.5, 0),
    ("x = np.array([p, 2.0])\ny = x\ny *= x * p\nx[0] = y[0] ** 3 * p\nreturn x.sum() * y[0]", 2, 0.5, 0),
    ("return 3 * rng.binomial(1, p) - 7 * rng.binomial(1, 1 - p) * (rng.random() < p)", 2, 1.0, 6),
]
for body, size, p, choices in LATTICE:
    source = "import numpy as np\ndef f(p, rng):\n    " + body.replace("\n", "\n    ")
    lattice.check(Case(source, {"p": p}, size, choices))

# draws whose outcomes lie on no lattice, at fixed uniforms of the continuous ones
EXACT = {
    "x = rng.exponential(p)\n    y = rng.normal(x, p)\n    return x * y - p / x": 0.7,
    "return rng.binomial(3, p) ** 2 + rng.geometric(p) ** 2": 0.6,
    "return rng.poisson(p) ** 3": 0.9,
}
for body, p in EXACT.items():
    assert_exact(program_of("def f(p, rng):\n    " + body), {"p": p})

# by sampling: what the samplers do on the real uniforms, and the reservoir's own
rates = Rates(tests=6)
MEANS = [
    ("return rng.poisson(p)", 2.0, 2.0, 1.0),
    ("return rng.geometric(p)", 0.5, 2.0, -4.0),
    ("return rng.binomial(1, p) + 2 * rng.binomial(1, p / 2) * rng.binomial(1, p)", 0.5, 0.75, 2.0),
]
for body, p, value, slope in MEANS:
    found = program_of("def f(p, rng):\n    " + body).estimate(p, samples=4000, seed=1, mode="interpreted")
    rates.check("value of " + body, found.value, found.value_stderr, value, 0.3)
    rates.check("derivative of " + body, found.derivative, found.derivative_stderr, slope, 0.8)

"""Wrong rules planted on purpose: each must make an exact check fail, and the check passes without them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CHECK = """
import numpy as np
import lattice
from harness import program_of
from lattice import Case
from statistics_checks import Rates
from tree import assert_exact

# the whole run on a lattice: source, size, p, and the points of the uniforms that choose among jumps
LATTICE = [
    ("n = 0\\nfor i in range(3):\\n    n += rng.binomial(1, p * (1 - n / 4))\\nreturn n * n", 8, 0.5, 0),
    ("return (rng.random() < p) * 3 + rng.binomial(1, rng.random() < 1 - p)", 4, 0.25, 0),
    ("k = rng.binomial(2, p)\\nreturn k ** 3 * p + k * rng.binomial(2, 1 - p)", 4, 0.5, 0),
    ("return (2.0, 7.0, -1.0)[rng.choice(3, p=[p, p / 2, 1 - 1.5 * p])] * p", 4, 0.5, 0),
    ("return (4.0, 1.0, 6.0, 9.0)[rng.choice(4, p=[2 * p - 1, p, 0.5 - p, 1 - 2 * p + 0.5])]", 4, 0.5, 0),
    ("a = 2 * rng.binomial(1, p) + 3 * rng.binomial(1, 1 - p)\\nreturn (a + 7 * rng.binomial(2, p) + (rng.random() < p)) ** 2", 2, 1.0, 0),
    ("return rng.poisson(p - 0.5) * 3 + rng.geometric(2 * p) ** 2 + rng.binomial(2, 1 - 2 * p) ** 2", 2, 0.5, 0),
    ("n = 0\\nfor i in range(3):\\n    n = 2 * n + rng.binomial(1, p)\\nreturn n * n * p", 2, 0.5, 6),
    ("n = 7 * (rng.random() < 1.5 * p - 0.25)\\nreturn n + 2 * (rng.random() < 0.25 + p / 2)", 2, 0.5, 4),
    ("x = p\\nx *= x + x * rng.binomial(1, x)\\nx -= x / (1 + x) - x ** 3\\nreturn x", 2, 0.5, 0),
    ("x = np.array([p, 2.0])\\ny = x\\ny *= x * p\\nx[0] = y[0] ** 3 * p\\nreturn x.sum() * y[0]", 2, 0.5, 0),
    ("return 3 * rng.binomial(1, p) - 7 * rng.binomial(1, 1 - p) * (rng.random() < p)", 2, 1.0, 6),
]
for body, size, p, choices in LATTICE:
    source = "import numpy as np\\ndef f(p, rng):\\n    " + body.replace("\\n", "\\n    ")
    lattice.check(Case(source, {"p": p}, size, choices))

# draws whose outcomes lie on no lattice, at fixed uniforms of the continuous ones
EXACT = {
    "x = rng.exponential(p)\\n    y = rng.normal(x, p)\\n    return x * y - p / x": 0.7,
    "return rng.binomial(3, p) ** 2 + rng.geometric(p) ** 2": 0.6,
    "return rng.poisson(p) ** 3": 0.9,
}
for body, p in EXACT.items():
    assert_exact(program_of("def f(p, rng):\\n    " + body), {"p": p})

# by sampling: what the samplers do on the real uniforms, and the reservoir's own
rates = Rates(tests=6)
MEANS = [
    ("return rng.poisson(p)", 2.0, 2.0, 1.0),
    ("return rng.geometric(p)", 0.5, 2.0, -4.0),
    ("return rng.binomial(1, p) + 2 * rng.binomial(1, p / 2) * rng.binomial(1, p)", 0.5, 0.75, 2.0),
]
for body, p, value, slope in MEANS:
    found = program_of("def f(p, rng):\\n    " + body).estimate(p, samples=4000, seed=1, mode="interpreted")
    rates.check("value of " + body, found.value, found.value_stderr, value, 0.3)
    rates.check("derivative of " + body, found.derivative, found.derivative_stderr, slope, 0.8)
"""
DISCRETE, INVERSION = "runtime/distributions/discrete.py", "runtime/functions/inversion.py"
JUMPS, UNIFORMS = "runtime/jumps.py", "runtime/uniforms.py"
PLANTED = {
    "Bernoulli: sign of the weight": (DISCRETE, "p_dot / (1 - k - p)", "-p_dot / (1 - k - p)"),
    "flip: weight of one side on both": (DISCRETE, "p_dot / (1 - hit - p)", "p_dot / (1 - p)"),
    "binomial: up without 1 - p": (DISCRETE, "p_dot * (n - k) / (1 - p)", "p_dot * (n - k)"),
    "binomial: n for k in the downward weight": (DISCRETE, "-p_dot * k / p if k > 0", "-p_dot * n / p if k > 0"),
    "Poisson: one too far": (DISCRETE, "site, k + 1, lam_dot", "site, k + 2, lam_dot"),
    "Poisson: outcomes from 1": (
        INVERSION,
        "sum_from_zero(w, math.exp(-rate), 0.0, rate)",
        "1 + sum_from_zero(w, math.exp(-rate), 0.0, rate)",
    ),
    "geometric: outcomes from 0": (INVERSION, "return 1 + int(min(", "return int(min("),
    "geometric: one too far": (DISCRETE, "site, k + 1, -p_dot * k / p", "site, k + 2, -p_dot * k / p"),
    "geometric: up and down swapped": (DISCRETE, "-p_dot * k / p, certain", "p_dot * k / p, certain"),
    "geometric: support from 0": (DISCRETE, "p_dot * (k - 1) / (p * (1 - p))", "p_dot * k / (p * (1 - p))"),
    "categorical: upper boundary": (DISCRETE, "-upper_dot / p[k]", "upper_dot / p[k]"),
    "categorical: outcome of probability 0 not offered": (DISCRETE, "if i != k:", "if i != k and p[i] > 0:"),
    "forced draw ignored in the replay": (UNIFORMS, "return omega.site == site and", "return False and"),
    "visit of the forced draw: off by one": (
        UNIFORMS,
        "omega.visit == omega.visits[site]",
        "omega.visit == omega.visits[site] - 1",
    ),
    "visit of the kept jump: off by one": (
        JUMPS,
        "self.kept = Jump(site, omega.visits[site]",
        "self.kept = Jump(site, omega.visits[site] - 1",
    ),
    "replay: visits not counted anew": (
        UNIFORMS,
        "self.visits = [0] * (self._sites + 1)",
        "self.visits = getattr(self, 'visits', [0] * (self._sites + 1))",
    ),
    "weight: positive part dropped": (JUMPS, "flow = 0.0 if weight <= 0.0 else weight", "flow = weight"),
    "certain outcomes ignored": (JUMPS, "if certain:", "if False:"),
    "certain outcomes: never in Bernoulli draws": (DISCRETE, "certain=p == k", "certain=False"),
    "certain outcomes: never in decisions": (DISCRETE, "certain=p == hit", "certain=False"),
    "certain outcomes: sign lost": (JUMPS, "math.copysign(1.0, weight)", "1.0"),
    "reservoir: random numbers of the draw's own site": (
        JUMPS,
        "self.total / read(omega, 0)",
        "self.total / read(omega, site)",
    ),
    "reservoir: weight of the kept jump alone": (JUMPS, "self.kept.weight * self.total", "self.kept.weight"),
    "reservoir: the first is kept": (JUMPS, "self.total / read(omega, 0)", "math.inf"),
    "estimate: jump from 0": (
        "estimation/interpreted.py",
        "(numbers(far, width) - numbers(near, width))",
        "numbers(far, width)",
    ),
    "reservoir: threshold": (JUMPS, "self.total / read(omega, 0)", "self.total * 2 / read(omega, 0)"),
    "product rule: a term": (
        "transform/expressions.py",
        "return add(mul(a, y), mul(x, b))",
        "return mul(a, y) or mul(x, b)",
    ),
    "quotient rule: sign": ("transform/expressions.py", "return sub(div(a, y), None", "return add(div(a, y), None"),
    "power rule: exponent": ("transform/expressions.py", "number(exponent - 1)", "number(exponent)"),
    "exponential: sign": (
        "runtime/distributions/continuous.py",
        "x_dot = -scale_dot * log1p(-w)",
        "x_dot = scale_dot * log1p(-w)",
    ),
    "normal: location": (
        "runtime/distributions/continuous.py",
        "x_dot = loc_dot + scale_dot * z",
        "x_dot = scale_dot * z",
    ),
    "old value: tangent after its change": (
        "transform/lines.py",
        "return [*before, *lines], kept, []",
        "return before, kept, lines",
    ),
    "changed in place: tangent after": (
        "transform/lines.py",
        "return bool(read - set(",
        "return False and bool(read - set(",
    ),
}


def passes(folder: Path, check: str = CHECK) -> bool:
    path = os.pathsep.join([str(folder), str(ROOT / "tests")])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", check]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True).returncode == 0


def copied(folder: Path) -> Path:
    shutil.copytree(ROOT / "stochtrace", folder / "stochtrace", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_check_passes_on_what_is_right(tmp_path: Path) -> None:
    assert passes(copied(tmp_path))


@pytest.mark.parametrize(("file", "right", "wrong"), PLANTED.values(), ids=PLANTED)
def test_planted_mistake_is_seen(tmp_path: Path, file: str, right: str, wrong: str) -> None:
    changed = copied(tmp_path) / "stochtrace" / file
    text = changed.read_text(encoding="utf-8")
    assert right in text
    changed.write_text(text.replace(right, wrong), encoding="utf-8")
    assert not passes(tmp_path)

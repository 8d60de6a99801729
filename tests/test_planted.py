"""Wrong rules planted on purpose: each must make an exact check fail, and the check passes without them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CHECK = """
from tree import assert_exact
from harness import program_of
SOURCES = {
    "def f(p, rng):\\n    n = 0\\n    for i in range(3):\\n        n += rng.binomial(1, p * (1 - n / 4))\\n    return n * n": 0.6,
    "def f(p, rng):\\n    k = rng.binomial(3, p)\\n    return k * k * p + rng.geometric(0.5 + k / 8)": 0.4,
    "def f(p, rng):\\n    x = 1.0\\n    if rng.random() < p:\\n        x = p * p\\n    return x / (1 + p) - x ** 3": 0.3,
    "def f(p, rng):\\n    k = rng.choice(3, p=[p, p / 2, 1 - 1.5 * p])\\n    return (2.0, 7.0, -1.0)[k] * p": 0.4,
    "def f(p, rng):\\n    x = rng.exponential(p)\\n    y = rng.normal(x, p)\\n    return x * y - p / x": 0.7,
    "def f(p, rng):\\n    return rng.geometric(p) ** 2": 0.6,
    "def f(p, rng):\\n    return rng.binomial(2, p) ** 2": 0.9,
    "def g(x, rng):\\n    return x * rng.binomial(1, x)\\ndef f(p, rng):\\n    x = p\\n    x *= x + g(x, rng)\\n    return x": 0.5,
}
for source, p in SOURCES.items():
    assert_exact(program_of(source), {"p": p})
import numpy as np
from stochtrace.runtime.jumps import Reservoir
from stochtrace.runtime.uniforms import Omega
omega, kept = Omega(1, 2), []
for sample in range(4000):
    omega.start(sample)
    jumps = Reservoir()
    for site, weight in ((1, 1.0), (2, 3.0)):
        w = omega.next(site)
        from stochtrace.runtime.jumps import offer
        offer(omega, jumps, site, 1, weight)
    kept.append((jumps.kept.site == 2, w))
share = np.mean([k for k, _ in kept])
assert abs(share - 0.75) < 0.04, share  # 5.8 standard errors
assert abs(np.mean([w for k, w in kept if k]) - 0.5) < 0.03  # 5.7 standard errors
"""
DISCRETE, JUMPS = "runtime/discrete.py", "runtime/jumps.py"
PLANTED = {
    "Bernoulli: sign of the weight": (DISCRETE, "p_dot / (1 - k - p)", "-p_dot / (1 - k - p)"),
    "flip: weight of one side on both": (DISCRETE, "p_dot / (1 - hit - p)", "p_dot / (1 - p)"),
    "binomial: up without 1 - p": (DISCRETE, "p_dot * (n - k) / (1 - p)", "p_dot * (n - k)"),
    "geometric: up and down swapped": (DISCRETE, "-p_dot * k / p, certain", "p_dot * k / p, certain"),
    "geometric: support from 0": (DISCRETE, "p_dot * (k - 1) / (p * (1 - p))", "p_dot * k / (p * (1 - p))"),
    "categorical: upper boundary": (DISCRETE, "-upper_dot / p[k]", "upper_dot / p[k]"),
    "reservoir: threshold": (JUMPS, "self.total / read(omega, 0)", "self.total * 2 / read(omega, 0)"),
    "product rule: a term": (
        "transform/expressions.py",
        "return add(mul(a, y), mul(x, b))",
        "return mul(a, y) or mul(x, b)",
    ),
    "quotient rule: sign": ("transform/expressions.py", "return sub(div(a, y), None", "return add(div(a, y), None"),
    "power rule: exponent": ("transform/expressions.py", "number(exponent - 1)", "number(exponent)"),
    "exponential: sign": ("runtime/continuous.py", "x_dot = -scale_dot * log1p(-w)", "x_dot = scale_dot * log1p(-w)"),
    "normal: location": ("runtime/continuous.py", "x_dot = loc_dot + scale_dot * z", "x_dot = scale_dot * z"),
    "old value: tangent after its change": (
        "transform/lines.py",
        "return [*before, *lines], kept, []",
        "return before, kept, lines",
    ),
}


def passes(folder: Path) -> bool:
    path = os.pathsep.join([str(folder), str(ROOT / "tests")])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", CHECK]
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

"""Wrong rules planted on purpose: each must make an exact check fail, and the check passes without them."""

import shutil
from pathlib import Path

import pytest
from apart import succeeds

ROOT = Path(__file__).parent.parent
CHECK = ROOT / "tests" / "planted.py"
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
    "geometric: up and down swapped": (DISCRETE, "-p_dot * k / p, 1 - p, 1", "p_dot * k / p, 1 - p, 1"),
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
        "self.kept = site, omega.visits[site]",
        "self.kept = site, omega.visits[site] - 1",
    ),
    "replay: visits not counted anew": (
        UNIFORMS,
        "self.visits = [0] * (self._sites + 1)",
        "self.visits = getattr(self, 'visits', [0] * (self._sites + 1))",
    ),
    "weight: positive part dropped": (JUMPS, "weight <= 0.0", "weight <= -math.inf"),
    "certain outcomes ignored": (JUMPS, "if min(there, here) < RARE * max(there, here):", "if False:"),
    "certain outcomes: never in Bernoulli draws": (DISCRETE, "p - k, 1 - k - p", "1.0, 1.0"),
    "certain outcomes: never in decisions": (DISCRETE, "p - hit, 1 - hit - p", "1.0, 1.0"),
    "certain outcomes: sign lost": (JUMPS, "return abs(flow), flow\n", "return abs(flow), abs(flow)\n"),
    "reservoir: random numbers of the draw's own site": (
        JUMPS,
        "self.total / read(omega, 0)",
        "self.total / read(omega, site)",
    ),
    "reservoir: weight of the kept jump alone": (JUMPS, "weight * self.total)]", "weight)]"),
    "reservoir: the first is kept": (JUMPS, "self.total / read(omega, 0)", "math.inf"),
    "estimate: jump from 0": (
        "estimation/interpreted.py",
        "weight * (end - begin[c])",
        "weight * end",
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


def copied(folder: Path) -> Path:
    shutil.copytree(ROOT / "stochtrace", folder / "stochtrace", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_check_passes_on_what_is_right(tmp_path: Path) -> None:
    assert succeeds(CHECK, copied(tmp_path))


@pytest.mark.parametrize(("file", "right", "wrong"), PLANTED.values(), ids=PLANTED)
def test_planted_mistake_is_seen(tmp_path: Path, file: str, right: str, wrong: str) -> None:
    changed = copied(tmp_path) / "stochtrace" / file
    text = changed.read_text(encoding="utf-8")
    assert right in text
    changed.write_text(text.replace(right, wrong), encoding="utf-8")
    assert not succeeds(CHECK, tmp_path)

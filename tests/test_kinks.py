"""A parameter that lies exactly on a kink: the estimate says so, and of which side its derivative is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from harness import program_of

KINKS = {
    "a floor below a parameter": ("x = max(p, 0.5)\nreturn x * rng.random()", 0.5, "larger"),
    "a ceiling above a parameter": ("x = min(p, 0.5)\nreturn x * rng.random()", 0.5, "smaller"),
    "a size": ("return abs(p) + rng.random()", 0.0, "larger"),
    "sales of a stock": ("return min(rng.poisson(5.0), p)", 5.0, "larger"),
    "an array": ("return np.sum(np.maximum(p * np.arange(4), 1.0)) * rng.random()", 0.5, "larger"),
    "on carried values": ("x = max(p, 0.5)\nreturn x if rng.normal() < p else 0.0", 0.5, "larger"),
    "a chance": ("return 1.0 if rng.random() < p else 0.0", 0.0, "larger"),
    "one of two results": ("return rng.normal(p, 1.0), max(p, 0.5)", 0.5, "larger"),
}
SMOOTH = {
    "beside a kink": ("x = max(p, 0.5)\nreturn x * rng.random()", 0.5001, None),
    "a plateau and what lies on it": ("x = max(0.0, min(p, 0.3) - 0.3)\nreturn max(0.0, x) + rng.random()", 0.5, None),
    "both move alike": ("return max(2 * p, p + p) * rng.random()", 0.5, None),
    "the end of a domain": ("return rng.binomial(3, p)", 0.0, None),
    "a crossing whose part is 0": (
        "x = rng.normal(0.0, 1.0)\nreturn max(x, abs(p)) if x > p else 0.0",
        0.0,
        None,
    ),
    "chaos": ("x = rng.random()\nfor _ in range(30):\n    x = p * x * (1 - x)\nreturn x", 3.9, None),
    "a walk": ("n = 0\nfor i in range(20):\n    n += rng.random() < p * (1 - n / 40)\nreturn n", 0.5, None),
    "a race": ("a = rng.exponential(p)\nb = rng.exponential(1.0)\nreturn 1.0 if a < b else a", 1.0, None),
}


@pytest.mark.parametrize("mode", ["interpreted", "compiled"])
@pytest.mark.parametrize(("body", "p", "side"), [*KINKS.values(), *SMOOTH.values()], ids=[*KINKS, *SMOOTH])
def test_an_estimate_tells_of_two_sides(body: str, p: float, side: str | None, mode: str) -> None:
    if mode == "compiled":
        pytest.importorskip("numba", reason="compiled samples need Numba")
    text = "import numpy as np\n\ndef f(p, rng):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    found = program_of(text).estimate(p, samples=2000, seed=3, mode=mode)
    assert sides(found) == ([] if side is None else [side])


CERTAIN = {
    "a chance of one": ("return 1.0 if rng.random() < p else 0.0", 1.0, True),
    "a chance that is clamped": ("return sum(rng.random() < min(p * k, 1.0) for k in (1, 2, 3))", 0.5, True),
    "a chance near one": ("return 1.0 if rng.random() < p else 0.0", 0.999, False),
    "the end of a domain": ("return rng.binomial(1, p)", 1.0, False),
    "what is sure on both sides": ("return (rng.random() < 1.0) * max(p, 0.25) + rng.random()", 0.5, False),
}


@pytest.mark.parametrize(("body", "p", "told"), CERTAIN.values(), ids=CERTAIN)
def test_an_estimate_tells_of_a_chance_of_one(body: str, p: float, told: bool) -> None:
    text = "def f(p, rng):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    found = program_of(text).estimate(p, samples=2000, seed=3, mode="interpreted")
    assert sides(found) == (["smaller"] if told else [])


def sides(found: Any) -> list[str]:
    told = [re.search(r"two sides here, .* is that of (\w+) values$", warning) for warning in found.warnings]
    return [match[1] for match in told if match]


def test_each_coordinate_is_looked_at() -> None:
    found = program_of("def f(p, rng):\n    return max(p[0], 1.0) + max(p[1], 1.0) + rng.random()\n").estimate(
        [2.0, 1.0], samples=2000, seed=3
    )
    (warning,) = [warning for warning in found.warnings if "two sides" in warning]
    assert "by p[1] has two sides" in warning

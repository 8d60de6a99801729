"""Defaults that can be changed: those that samples only read are followed, others are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed

from stochtrace.diagnostics import Refusal

KEPT = """
class Walker:
    def __init__(self, moves=[-1, 2], start=[0, 0]):
        self.moves = moves
        self.start = start
    def run(self, rng, p):
        x = list(self.start)
        for t in range(3):
            x[t % 2] += self.moves[rng.binomial(1, p)]
        return 2 * x[0] + x[1]
def f(p, rng):
    return Walker().run(rng, p)
"""
READ = """
def ordered(stock, rules={"method": "up to", "at": {"low": 1, "high": 4}}):
    if rules["method"] == "up to" and stock <= rules["at"]["low"]:
        return rules["at"]["high"] - stock
    return 0
def f(p, rng):
    return 5 * ordered(rng.binomial(2, p))
"""
ALIASED = """
class Log:
    def __init__(self, seen=[0]):
        self.seen = seen
def f(p, rng):
    log = Log()
    seen = log.seen
    seen[0] += rng.binomial(1, p)
    return seen[0]
"""
CHANGED = {
    "in the function": """
def kept(x, log=[]):
    log.append(x)
    return sum(log)
def f(p, rng):
    return kept(rng.binomial(1, p))
""",
    "in an attribute": """
class Log:
    def __init__(self, seen=[]):
        self.seen = seen
    def add(self, x):
        self.seen.append(x)
        return len(self.seen)
def f(p, rng):
    return Log().add(rng.binomial(1, p))
""",
    "inside": """
def kept(x, log={"seen": [0]}):
    log["seen"][0] += x
    return log["seen"][0]
def f(p, rng):
    return kept(rng.exponential(p))
""",
}


@pytest.mark.parametrize(("source", "value", "derivative"), [(KEPT, 2.5, 15.0), (READ, 12.5, -20.0)])
def test_what_is_only_read_is_followed(source: str, value: float, derivative: float, tmp_path: Path) -> None:
    found = filed(source, tmp_path).estimate(0.5, samples=4000, seed=3)
    for mean, error, exact in (
        (found.value, found.value_stderr, value),
        (found.derivative, found.derivative_stderr, derivative),
    ):
        assert abs(mean - exact) < 5 * error  # false alarms: 6e-7
        assert error < abs(exact) / 20


@pytest.mark.parametrize("source", CHANGED.values(), ids=CHANGED)
def test_what_is_changed_is_refused(source: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="ST308"):
        filed(source, tmp_path)


def test_what_changes_under_another_name_is_refused_when_samples_have_run(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"`Log.__init__.seen=....`, which survives them .ST443."):
        filed(ALIASED, tmp_path).estimate(0.5, samples=100, seed=3)

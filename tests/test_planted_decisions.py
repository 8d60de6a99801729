"""The traps of decisions as planted mistakes: each makes the z-test of one program fail, which passes without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from apart import succeeds
from decisions import TRAPS
from test_planted import copied

CHECK = """
from decisions import TRAPS
from test_decisions import test_no_bias
test_no_bias(TRAPS[{trap!r}])
"""
PLANTED = {
    "a maximum that does not narrow": (
        "a kink narrows the interval",
        "builtins.py",
        "return current().decide(a, b, better(x, y), kink=True)",
        "return better(x, y)",
    ),
    "intervals that are not narrowed": (
        "one uniform, two thresholds",
        "trace.py",
        "            atom.narrow(root, rate)",
        "            pass",
    ),
    "the weight taken after narrowing": (
        "a clock crosses its horizon",
        "trace.py",
        "        whole = atom.mass()\n",
        "        for root, rate, _ in inside:\n            atom.narrow(root, rate)\n        whole = atom.mass()\n",
    ),
    "one replay where two are due": (
        "a uniform that is compared elsewhere too",
        "sample.py",
        "jump.near and trace.is_alone(jump, whole)",
        "jump.near",
    ),
    "stale decisions, of a newer draw": ("a newer draw in between", "trace.py", "self.newest > k,", "False,"),
    "stale decisions, of a discrete draw": ("a discrete draw in between", "trace.py", "self.newest > k,", "False,"),
    "stale decisions that are not asked again": (
        "a newer draw in between",
        "trace.py",
        "                found.append(parts[0])",
        "                pass",
    ),
    "a fixed test that narrows nothing": (
        "a fixed test narrows, and waits until it is asked",
        "trace.py",
        "in inside or ():",
        "in ():",
    ),
    "an interval that is not known, but taken for it": (
        "a fixed test that cannot be solved",
        "trace.py",
        "self.unsolved.add(k)",
        "pass",
    ),
    "sides swapped": (
        "a clock crosses its horizon",
        "trace.py",
        "below, above = atom.beside",
        "above, below = atom.beside",
    ),
    "a draw that cancels takes the older ones along": (
        "the newest draw cancels",
        "evaluation.py",
        "if abs(slope) > CANCELLED * size:",
        "if False:",
    ),
    "the same crossing offered again": (
        "the same question twice",
        "trace.py",
        "if nearest > apart_from(root, known):",
        "if True:",
    ),
    "roots that meet, crossed together": (
        "two thresholds that meet",
        "trace.py",
        "if is_beside(nearest, root, known):",
        "if False:",
    ),
    "a step offered from both sides": (
        "a step function",
        "atoms.py",
        "return rate if (rate < 0) == below else 0.0",
        "return rate",
    ),
    "a shape that stands still": ("a shape that moves", "atoms.py", "any(self.shapes_dot)", "False"),
    "one root of two": ("two roots of one draw", "roots.py", "return [q / a, c / q] if q", "return [q / a] if q"),
    "a tie that counts as an excess": (
        "a tie is no excess",
        "smooth.py",
        "decide(self, other, self.v > value(other))",
        "decide(self, other, self.v >= value(other))",
    ),
    "a crossing that each of its draws takes whole": (
        "a circle is crossed by two draws",
        "trace.py",
        "self._share(g, shared, k, root) if shared else 1.0",
        "1.0",
    ),
    "an order without a decision": (
        "the order of a list",
        "smooth.py",
        "return current().decide(self, other, self.v < value(other))",
        "return self.v < value(other)",
    ),
    "an error without a decision": (
        "a function that may raise",
        "running.py",
        "return _LOCAL.guards > 0",
        "return False",
    ),
}


@pytest.mark.parametrize(("trap", "file", "right", "wrong"), PLANTED.values(), ids=PLANTED)
def test_planted_mistake_is_seen(tmp_path: Path, trap: str, file: str, right: str, wrong: str) -> None:
    assert trap in TRAPS
    changed = copied(tmp_path) / "stochtrace" / "carried" / file
    text = changed.read_text(encoding="utf-8")
    assert right in text
    changed.write_text(text.replace(right, wrong), encoding="utf-8")
    script = tmp_path / "check.py"
    script.write_text(CHECK.format(trap=trap), encoding="utf-8")
    assert not succeeds(script, tmp_path)

"""Lists of a module that samples only read are compiled, and mean what they mean in Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed

from stochtrace.diagnostics import Refusal
from stochtrace.estimation.program import Program
from stochtrace.lowering.lists import kept_as

LISTS = """
import random
import numpy as np

DATA = [0.3, -0.2, 0.5, 1.1]
MIXED = [1, 2.5]
SHARES = [[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]]
NEAR = [[1, 2], [0], [0, 3], []]
STATES = ["sunny", "cloudy", "rainy"]
EDGES = [(0, 1, 0.5), (1, 2, 0.25), (2, 3, 1.0)]
START = [1, 0, 0, 0]
"""
READ = {
    "elements": "for y in DATA:\n    if rng.random() < p:\n        s += y",
    "numbers with their places": "for i, y in enumerate(DATA):\n    if rng.random() < p:\n        s += i * y",
    "two at once": "for a, b in zip(DATA, START):\n    if rng.random() < p:\n        s += a - b",
    "whole and real numbers": "s = MIXED[int(rng.random() < p)] + len(MIXED)",
    "sums": "s = (sum(DATA) + max(DATA) - min(DATA[1:])) * (rng.random() < p)",
    "the last ones": "for y in DATA[-2:]:\n    s += y * (rng.random() < p)",
    "what is in it": "s = 1.0 if rng.binomial(4, p) in START else 3.0",
    "rows": (
        "j = 0\nfor _ in range(4):\n    row = SHARES[j]\n    u = rng.random()\n    for k, q in enumerate(row):\n"
        "        u -= q\n        if u < 0:\n            break\n    if rng.random() < p:\n        j = k\n"
        "    s += j * SHARES[j][k]"
    ),
    "rows as probabilities": (
        "j = 0\nfor _ in range(4):\n    if rng.random() < p:\n        j = rng.choice(3, p=SHARES[j])\n    s += j"
    ),
    "rows of several lengths": (
        "ill = START[:]\nfor _ in range(3):\n    for i, near in enumerate(NEAR):\n        if ill[i]:\n"
        "            for j in near:\n                if rng.random() < p:\n                    ill[j] = 1\ns = sum(ill)"
    ),
    "copies": (
        "x = list(START)\ny = START.copy()\nx.append(2)\ny[0] = 5\nz = START + x\n"
        "s = (len(z) + y[0]) * (rng.random() < p)"
    ),
    "copies of rows": (
        "grid = [row[:] for row in SHARES]\nif rng.random() < p:\n    grid[0][0] = 9.0\ns = grid[0][0] + SHARES[0][0]"
    ),
    "arrays": "x = np.array(DATA)\nx[0] = 4.0\ns = x.sum() * (rng.random() < p) + np.mean(DATA)",
    "strings": (
        "name = STATES[0]\nfor _ in range(3):\n    if rng.random() < p:\n        name = STATES[rng.integers(3)]\n"
        "    if name == 'rainy':\n        s += 1.0"
    ),
    "tuples": "for a, b, q in EDGES:\n    if rng.random() < p * q:\n        s += b - a + q",
    "carried values": "x = rng.normal(p, 1.0)\nfor y in DATA:\n    if x > y:\n        s += y + 1.0",
}  # fmt: skip
OTHERWISE = {
    "an empty one": ("if DATA:\n    s += rng.random() < p", "DATA = [0.5]\n"),
    "one more name": ("x = DATA\nif x == [0.5] and rng.random() < p:\n    s += 1.0", "DATA = [0.5]\n"),
    "twice as long": ("s = len(2 * (DATA or [])) * (rng.random() < p)", "DATA = [0.5]\n"),
}


def program(body: str, module: str, folder: Path) -> Program:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return filed(f"{module}\n\ndef f(p, rng):\n    s = 0.0\n{lines}\n    return s\n", folder)


@pytest.mark.parametrize("body", READ.values(), ids=READ)
def test_lists_that_are_read_are_compiled(body: str, tmp_path: Path) -> None:
    pytest.importorskip("numba", reason="compiled code is compared")
    found = program(body, LISTS, tmp_path)
    for replays in (1, "all"):
        one, other = (
            found.estimate(0.4, samples=300, seed=2, replays=replays, mode=mode) for mode in ("compiled", "interpreted")
        )
        assert one.value == pytest.approx(other.value, rel=1e-12)
        assert one.derivative == pytest.approx(other.derivative, rel=1e-9)


@pytest.mark.parametrize(("body", "module"), OTHERWISE.values(), ids=OTHERWISE)
def test_lists_of_which_more_is_asked_stay_lists(body: str, module: str, tmp_path: Path) -> None:
    found = program(body, module, tmp_path).estimate(0.4, samples=2000, seed=2)
    exact = 2.0 if "len" in body else 1.0
    assert found.mode == "interpreted"
    assert abs(found.derivative - exact) < 5 * found.derivative_stderr + 1e-12  # false alarms: 6e-7
    assert found.derivative_stderr < exact / 10


CHANGES = ("x = DATA\nx.append(1.0)", "for row in ROWS:\n    row[0] += 1.0", "x = ROWS[0]\nx[0] = p")


@pytest.mark.parametrize("change", CHANGES)
def test_a_list_that_samples_change_through_another_name_is_refused(change: str, tmp_path: Path) -> None:
    body = f"{change}\nif rng.random() < p:\n    s += DATA[0] + ROWS[0][0]"
    with pytest.raises(Refusal, match=r"ST443|ST405"):
        program(body, "DATA = [0.5]\nROWS = [[1.0], [2.0]]\n", tmp_path).estimate(0.4, samples=200, seed=2)


def test_what_stands_for_a_list() -> None:
    assert kept_as([]) is None and kept_as([None]) is None and kept_as([2**60]) is None and kept_as([[], []]) is None
    square, ragged, words = map(kept_as, ([[1, 2], [3, 4]], [[1], [], [2, 3]], ["a", "b"]))
    assert square is not None and ragged is not None and words is not None
    assert square.value.tolist() == [[1, 2], [3, 4]]
    assert [row.tolist() for row in ragged.value] == [[1], [], [2, 3]]
    assert words.value == ("a", "b")
    assert kept_as([(i, "b") for i in range(1000)]) is None

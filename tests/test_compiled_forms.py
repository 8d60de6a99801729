"""Forms in which Numba takes programs: strings as words where they are only compared and kept, sums with a type."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import filed, generate, program_of
from test_compiled_records import same_samples

from stochtrace.estimation.program import Program
from stochtrace.estimation.shapes import directions
from stochtrace.estimation.words import with_words
from stochtrace.lowering.movable import stored_in

pytest.importorskip("numba", reason="these forms are compiled only")
SAMPLES = 200
WORDED = {
    "the order of the alphabet": """
        def f(p, rng):
            a, b = ("zebra", "ant") if rng.random() < p else ("bee", "cow")
            kinds = sorted([b, a, "bat"])
            return (a < b) + 2 * (kinds[0] == "ant") + 4 * (a >= "bee") + 8 * (b <= "bat")
        """,
    "a heap of tuples": """
        import heapq
        def f(p, rng):
            events = [(rng.exponential(1 / p), "b"), (1.0, "c"), (1.0, "a")]
            heapq.heapify(events)
            order = 0
            while events:
                time, kind = heapq.heappop(events)
                order = 4 * order + (1 if kind == "a" else 2 if kind == "b" else 3)
            return order + p * time
        """,
    "keys of a dictionary": """
        def f(p, rng):
            counts = {"up": 0, "down": 0}
            for _ in range(5):
                counts["up" if rng.random() < p else "down"] += 1
            return counts["up"] ** 2 - counts["down"]
        """,
    "names of states in the module": """
        WELL, ILL = "well", "ill"
        STATES = (WELL, ILL)
        def is_ill(state):
            return state == ILL
        def next_state(state, p, rng):
            return STATES[1] if is_ill(state) or rng.random() < p else state
        def f(p, rng):
            state = WELL
            for day in range(4):
                state = next_state(state, p, rng)
                if is_ill(state):
                    return day * p
            return 4.0
        """,
    "lists, keywords and errors": """
        import numpy as np
        def f(p, rng):
            state = ["S"] * 3 + ["I"]
            for i in range(len(state)):
                if state[i] not in ("I", "R") and rng.random() < p:
                    state[i] = "I" if rng.random() < p else "R"
            if p > 2:
                raise ValueError("p is too large")
            kinds = sum(1 for s in state if s in {"I", "S"})
            return kinds + 10 * state.index("I") + 100 * np.searchsorted(np.array([1.0, 2.0]), 2.0, side="right")
        """,
}
PLAIN = {
    "a length": """
        def f(p, rng):
            return len("long" if rng.random() < p else "longer")
        """,
}
SUMS = """
def f(p, rng):
    t, events, late = 0.0, [], 0
    while t < 2.0:
        rate = p + sum(0.9 * math.exp(-2.0 * (t - s)) for s in events)
        t += rng.exponential(1 / rate)
        events.append(t)
        late += sum(1 for s in events if s > 1.0)
    return len(events) + late
"""
# Containers that carried values go into, and sentences that Numba takes in another way only.
MOVED = {
    "arrays": """
        import numpy as np

        def f(p, rng):
            scales = np.array([p, 0.3])
            x, last = np.zeros(3), np.ones(2)
            for i in range(5):
                x[i % 3] += rng.exponential(scales[i % 2])
            last[0] = rng.exponential(p)
            x[1] *= 2
            all_ = np.concatenate([x, last, np.array([1.0])])
            times = np.cumsum(all_)
            late = np.where(times > 1.0, times, p)
            return late.sum() + int(np.sum(times < 2.0)) + 0.1 * all_.max()
        """,
    "lists, dictionaries and heaps": """
        from heapq import heappop, heappush

        def f(p, rng):
            counts, best, total = [0] * 3, [0.0, 0.0, 0.0], {0: 0.0, 1: 0.0}
            near, far = (rng.exponential(p) for _ in range(2))
            events = []
            heappush(events, (rng.exponential(p), 0))
            while len(events) < 6:
                time, kind = heappop(events)
                k = rng.binomial(2, 0.4)
                counts[k] += 1
                best[k] = max(best[k], time)
                total[1 if time > 0.5 else 0] += time
                heappush(events, (time + near, 1 - kind))
                heappush(events, (time + rng.exponential(1.0), kind))
            return best[counts[0] % 3] + total[1] + heappop(events)[0] * far
        """,
    "rounded": """
        import numpy as np

        def f(p, rng):
            x = rng.normal(p, 3.0)
            y = x % 0.7 + (x // 2) + round(3 * x) + round(x, 1)
            return y + np.floor(x / 2) * p + (x * x) % p
        """,
}
# What is not told apart from values that move is a whole number here, and an index.
GUESSED = """
import numpy as np

def some(rng):
    return rng.binomial(2, 0.4)

def f(p, rng):
    counts, x = [0] * 2, np.array([p, 1.0, rng.exponential(p)])
    counts[0] += some(rng)
    return x[counts[0]] if x[2] > 0.5 else p
"""


def run(program: Program, mode: str) -> tuple[Any, Any]:
    """Return the values and derivatives of some samples."""
    values, derivatives = np.zeros((2, SAMPLES, 1))
    (direction,) = directions(("p",), {"p": 0.4})
    given = program.given({"p": 0.4}, direction)
    program._sampler.pick(given, mode)[0](given, 1, 0, values, derivatives)
    return values, derivatives


def same(program: Program) -> None:
    """The samples of a program are the same, compiled and interpreted."""
    values, derivatives = run(program, "interpreted")
    assert np.ptp(values) > 0
    for found, expected in zip(run(program, "compiled"), (values, derivatives), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", [*WORDED, *PLAIN])
def test_compiled_samples_are_the_interpreted_ones(name: str) -> None:
    program = program_of(textwrap.dedent((WORDED | PLAIN)[name]))
    same(program)
    (loop,) = program._sampler._loops.values()
    assert (loop._form is not program.functions) is (name in WORDED), "which form of the program was compiled"


def test_a_form_that_is_not_taken_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from stochtrace.estimation.compiled import Loop

    program = program_of("def f(p, rng):\n    return len('long' if rng.random() < p else 'longer') + 1\n")
    run(program, "compiled")
    (loop,) = program._sampler._loops.values()
    tried: list[Any] = []
    again = Loop(program._sampler.functions)
    compiled = again._compiled
    monkeypatch.setattr(again, "_compiled", lambda form: tried.append(form) or compiled(form))
    assert loop._form is program.functions
    (direction,) = directions(("p",), {"p": 0.4})
    monkeypatch.setattr(again, "_call", lambda *_: tried.append("called"))
    again.compile(program.given({"p": 0.4}, direction))
    assert tried == [*tried[:2], "called"] and tried[1] is program._sampler.functions


def test_sums_over_what_they_decide_have_a_type(tmp_path: Path) -> None:
    same(filed("import math\n" + SUMS, tmp_path))


@pytest.mark.parametrize("name", MOVED)
def test_carried_values_go_into_containers_of_numbers(name: str, tmp_path: Path) -> None:
    program = filed(MOVED[name], tmp_path)
    same(program)
    assert program.estimate(0.4, samples=200, seed=1).mode == "compiled"


def test_a_wrong_guess_of_what_moves_leaves_the_other_forms(tmp_path: Path) -> None:
    program = filed(GUESSED, tmp_path)
    same(program)
    (loop,) = program._sampler._loops.values()
    assert len([*loop._forms]) == 1, "the first form, with lists of carried values, has no index"


def test_what_is_stored_is_guessed_by_what_moves() -> None:
    source = """
        def f(p, omega):
            counts, times, pairs = [0] * 2, [0.0] * 2, {}
            k = rt.poisson(omega, 1, p)
            t = rt.exponential(omega, 2, p)
            counts[k] += 1
            counts[len(times)] = int(t)
            times[0] = t if t > p else 0.0
            for x in times:
                pairs[k] = x
        """
    (function,) = ast.parse(textwrap.dedent(source)).body
    assert isinstance(function, ast.FunctionDef)
    assert stored_in(function, ()) == ({"times", "pairs"}, {"t", "x"})


RENEWED = """
import numpy as np


def f(p, rng):
    x = np.zeros(3) / 2
    high = 0
    for _ in range(4):
        x = x + p + rng.normal(size=3)
        if x.max() > 2.0:
            high += 1
            x = np.ones(3)
    return high + x.mean()
"""


def test_a_name_of_an_array_of_numbers_may_be_one_of_an_array_that_moves(tmp_path: Path) -> None:
    program = filed(RENEWED, tmp_path)
    one, other = (program.estimate(0.2, samples=200, seed=1, mode=mode) for mode in ("compiled", "interpreted"))
    assert one.value == pytest.approx(other.value, rel=1e-12)
    assert one.derivative == pytest.approx(other.derivative, rel=1e-9)


def test_programs_without_strings_have_no_words() -> None:
    program = program_of("def f(p, rng):\n    '''A string.'''\n    return rng.random() < p\n")
    assert with_words(program._sampler.functions) is None


GUARDED = """
def step(rate, x, rng, top=9.0):
    if rate <= 0 or not rate < top:
        raise ValueError("rate")
    assert x >= 0
    return x + rng.exponential(1 / rate)

def f(p, rng):
    if not 0 <= p <= 2:
        message = f"p = {p}"
        raise ValueError(message)
    t, n = 0.0, 0
    while t < 3:
        t = step(p, t, rng, 5 * p)
        n += 1
    return n
"""


def test_programs_with_guards_compile(tmp_path: Path) -> None:
    """One plus a Poisson number of mean 3 p, whose derivative is 3; a bad parameter raises as it does in Python."""
    program = filed(GUARDED, tmp_path)
    same_samples(program, rtol=1e-12)
    for mode in ("interpreted", "compiled"):
        with pytest.raises(ValueError, match="p = 3"):
            program.estimate(3.0, samples=2, seed=1, mode=mode)


def test_guards_by_words_are_left_to_python(tmp_path: Path) -> None:
    """Only comparisons of numbers are marked, so that a test of a string stays what it is."""
    body = "    if kind not in ('a', 'b') or kind == 'c':\n        raise ValueError(kind)\n"
    source = f"def f(p, rng, kind='a'):\n{body}    return rng.exponential(p) < 1.0\n"
    assert "passing" not in generate(source)
    same_samples(filed(source, tmp_path), rtol=1e-12)

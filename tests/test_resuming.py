"""Replays of compiled programs that begin at their jump: which programs have them, and that no sample changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from harness import filed

from stochtrace.estimation.compiled import forms_of
from stochtrace.estimation.program import Program
from stochtrace.estimation.resuming import Resumable

pytest.importorskip("numba", reason="what compiles is seen with Numba only")

LATE = {
    "a loop between draws": """
        n = rng.binomial(3, p)
        for i in range(2, 12, 3):
            n += (rng.random() < p * (1 - n / 40)) * i
        return n * rng.poisson(p) + n
    """,
    "backwards, with rounds left out": """
        n = 0
        for i in range(9, 0, -1):
            if i % 3 == 1:
                continue
            n += rng.binomial(2, p / i)
            if n > 4:
                break
        return n + rng.binomial(1, p)
    """,
    "while": """
        n, t = 10, 0.0
        while n > 0 and t < 4:
            n += rng.choice([-1, -2, 1], p=[p, p * p, 1 - p - p * p])
            t += 0.25
        return n * t
    """,
    "sites that some rounds visit": """
        n = m = 0
        for i in range(12):
            if rng.random() < p:
                m += rng.poisson(n * p + 0.5)
            elif i > 4:
                n += rng.geometric(0.5 + p / 4)
            n += 1
        return n + m * 0.5
    """,
    "names of one round, and of an inner loop": """
        total, best = 0, 1
        for i in range(5):
            here = i * p
            if best > 3:
                step = 2
            else:
                step = 1
            for j in range(3):
                k = rng.binomial(2, p / (1 + j))
                total += k * step
                best += k + j
            total += here
        return total + best
    """,
    "a parameter that changes": """
        for _ in range(6):
            q = q * 0.5 + rng.binomial(1, q) * 0.25
        return q * p
    """,
    "smooth values beside": """
        x, y = p * 0.5, 0.0
        for _ in range(7):
            x = x * p + rng.binomial(3, p)
            y += rng.normal(0.0, 1.0)
        return x * x + y
    """,
    "more visits than are kept": """
        n = 0
        for i in range(1, 700):
            n += rng.random() < p * (1 - (n + i) / 1400)
        return n
    """,
    "two results": """
        n = 0
        for i in range(8):
            n += rng.binomial(2, p)
        if n > 4:
            return n, 1.0
        return n, p
    """,
}
WHOLE = {
    "a list": """
        seen = []
        for i in range(5):
            seen.append(rng.binomial(2, p))
        return sum(seen)
    """,
    "an array": """
        x = np.zeros(4)
        for i in range(4):
            x[i] = rng.binomial(2, p)
        return x.sum()
    """,
    "two loops": """
        n = 0
        for i in range(4):
            n += rng.binomial(2, p)
        for i in range(4):
            n *= 1 + rng.binomial(1, p)
        return n
    """,
    "a result in the loop": """
        n = 0
        for i in range(9):
            n += rng.binomial(2, p)
            if n > 6:
                return i
        return n
    """,
    "what the last round has left": """
        n, last = 0, 0
        for i in range(9):
            if n > 3:
                continue
            last = rng.binomial(2, p)
            n += last
        return n + last
    """.replace("n, last = 0, 0", "n = 0"),
    "rounds that change": """
        n, top = 0, 6
        for i in range(top):
            n += rng.binomial(2, p)
            top += 1
        return n + top
    """,
    "no loop": """
        return rng.binomial(2, p)
    """,
    "else": """
        n = 0
        for i in range(4):
            n += rng.binomial(2, p)
            if n > 5:
                break
        else:
            n += rng.binomial(3, p)
        return n
    """,
}


def program(body: str, folder: Path) -> Program:
    return filed(f"import numpy as np\n\ndef f(p, q=0.5, rng=np.random.default_rng()):{body}\n", folder)


@pytest.mark.parametrize("name", LATE)
def test_samples_are_those_of_whole_replays(name: str, tmp_path: Path) -> None:
    """Bit for bit those of interpreted code, which runs each replay from the beginning."""
    made = program(LATE[name], tmp_path)
    late, plain = forms_of(made.functions, "run")
    assert isinstance(late, Resumable) and not isinstance(plain, Resumable)
    ways: tuple[dict[str, Any], ...] = ({}, {"antithetic": True}, {"omega": "sobol"})
    for options in ways:
        modes = ("compiled", "interpreted")
        compiled, interpreted = (made.estimate(0.3, samples=256, seed=4, mode=m, **options) for m in modes)
        assert compiled.value == interpreted.value
        assert compiled.derivative == interpreted.derivative
        assert compiled.derivative_stderr == interpreted.derivative_stderr


@pytest.mark.parametrize("name", WHOLE)
def test_other_programs_replay_all(name: str, tmp_path: Path) -> None:
    made = program(WHOLE[name], tmp_path)
    assert forms_of(made.functions, "run")[-1] is made.functions
    assert not any(isinstance(form, Resumable) for form in forms_of(made.functions, "run"))


def test_state_that_is_no_number_is_found_when_it_is_compiled(tmp_path: Path) -> None:
    body = """
        x = np.ones(3)
        for i in range(4):
            x = x + rng.binomial(2, p) * i
        return x.sum()
    """
    made = program(body, tmp_path)
    assert isinstance(forms_of(made.functions, "run")[0], Resumable)
    compiled, interpreted = (made.estimate(0.3, samples=64, seed=4, mode=m) for m in ("compiled", "interpreted"))
    assert (compiled.value, compiled.derivative) == (interpreted.value, interpreted.derivative)


def test_only_one_jump_is_replayed_late(tmp_path: Path) -> None:
    """The table of several has no room for what is noted."""
    made = program(LATE["while"], tmp_path)
    assert not any(isinstance(form, Resumable) for form in forms_of(made.functions, "run_several"))

"""Compiled code means what Python means: where Python raises an error, it does not go on with a wrong number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness import bound, every_direction, filed, program_of

from stochtrace.estimation import interpreted
from stochtrace.estimation.functions import Functions, Given
from stochtrace.estimation.reasons import NotTaken

pytest.importorskip("numba", reason="what compiled code means")
SAMPLES, SEED, AT = 60, 3, {"p": 0.6}
HEAD = "import math\n\nimport numpy as np\n\n\ndef f(p, rng):\n    n = rng.poisson(p)\n    "
# statements after `n = rng.poisson(p)`, of which some samples raise an error
OUTSIDE = {
    "an index past the end, read": "a = np.array([p, 2 * p])\n    return a[n]",
    "an index past the end, written": "a = np.zeros(3)\n    a[n] += 1.0\n    return a.sum()",
    "an index below the start": "a = np.array([p, 2 * p])\n    return a[-1 - n]",
    "a row past the end": "a = np.zeros((2, 3))\n    a[n] = 1.0\n    return a.sum()",
    "an array of indices": "a = np.arange(3.0)\n    return a[rng.poisson(p, size=2)].sum()",
    "a mask of another length, read": "return np.arange(3.0)[rng.poisson(p, size=n + 1) > 0].sum()",
    "a mask of another length, written": "a = np.zeros(3)\n    a[np.ones(n + 1) > 0] = 1.0\n    return a.sum()",
    "an index past the end of what is drawn": "a = rng.exponential(p, size=2)\n    return 1.0 if a[n] > 0.5 else 0.0",
}
# of which some samples have numbers that compiled code does not have
BEYOND = {
    "an integer to a negative power": "return 2 ** (n - 1)",
    "an integer to a negative power of the text": "m = 2 + n\n    return m ** -1",
    "a large sum": "m = 9223372036854775807 - n\n    m += 2\n    return float(m % 1000003)",
    "a large difference": "m = n - 9223372036854775807\n    return float((m - 3) % 1000003)",
    "a large product": "m = 2 + n\n    for _ in range(7):\n        m *= m\n    return float(m % 1000003)",
    "a large power": "return float((3 + n) ** 50)",
    "a long shift": "return (1 << (70 * n)) % 7",
    "a fraction of a negative power": "return 1.0 if abs((n - 1.0) ** 0.5) < 5 else 0.0",
    "a large float as an integer": "return int(1e30 * n) % 7",
    "a large float rounded": "return math.floor(1e30 * n) % 7 + round(1e19 * n) % 5",
}
# of which some samples raise an error, where compiled code has NaN, inf or whatever was there
ERRORS = {
    "the logarithm of 0, in a maximum": "return max(-1.0, math.log(n))",
    "the root of a negative number, in a test": "return 1.0 if math.sqrt(n - 1) < 5 else 0.0",
    "an exponential that overflows": "return 1 / math.exp(1000 * n)",
    "a power that overflows": "return 1 / (10.0 ** (400 * n))",
    "infinity as an integer": "return int(math.inf if n else 2.5)",
    "a shift to the other side": "return 1 << (n - 1)",
    "a name without a value": "if n > 0:\n        y = 2.5\n    return y",
    "the variable of a loop that did not run": "for i in range(n):\n        pass\n    return i",
}
# where a name has a value in every sample, though not on every way that the text has
BOUND = {
    "the last value of a loop": "for i in range(3 + n):\n        y = i * p\n    return y",
    "in two tests of one thing": "if n > 0:\n        y = 2.5\n    return y + n if n > 0 else 0.0",
    "in a loop that goes on": "for i in range(3):\n        if i < 1:\n            y = n\n        y += i\n    return y",
    "in a block that may fail": "try:\n        y = 1 + n\n    except Exception:\n        y = 5\n    return y",
}
# where what is stored in a list is the number that was stored
STORED = {
    "an integer among fractions": "x = [0.5, 1.5]\n    x[n % 2] = n\n    return x[0] * p",
    "pairs of an integer and a fraction": "x = [(0, 1.5)]\n    x[0] = (n, n / 2)\n    return x[0][1] * p",
    "a fraction after integers": "x = [0, 1]\n    x.append(n / 2)\n    x.insert(0, n / 4)\n    return x[0] + x[-1]",
    "a truth value among integers": "x = [0, 1]\n    x[0] = n > 0\n    return x[0] * p",
}
# what has another meaning in compiled code
REFUSED = {
    "a loop over a set": "out = 0\n    for k in {8 + n, 1}:\n        out = out * 10 + k\n    return out",
    "a list of a set": "return list(set([8 + n, 1, 17]))[0]",
    "what a set gives": "s = {8 + n, 1}\n    return s.pop()",
    "whether two strings are one": "s = 'up'\n    if n > 0:\n        s = 'down'\n    return 1 if s is 'up' else 0",
    "the complement of a truth value": "return ~(n > 1)",
    "a fraction in a list of integers": "x = [0] * 3\n    x[1] += 0.5 * n\n    return x[1]",
    "a fraction at a place of the text": "x = [0, 1]\n    x[0] = n / 2\n    return x[0]",
    "a fraction in a pair of integers": "x = [(0, 1)]\n    x[0] = (n / 2, 1)\n    return x[0][0]",
    "a count in a list of truth values": "x = [False, True]\n    x[n % 2] = n\n    return 1 * x[1]",
}


def ended(source: str, mode: str) -> Any:
    """Return values and derivatives of samples, or the error that one of them raises."""
    program = program_of(source)
    given = program.given(bound(program, AT), next(iter(every_direction(program, AT))))
    run, _, _ = program._sampler.pick(given, mode)
    found = np.zeros((2, SAMPLES, 1))
    try:
        run(given, SEED, 0, *found)
    except (ArithmeticError, LookupError, NameError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return found.tolist()  # equal to the last bit


@pytest.mark.parametrize("body", OUTSIDE.values(), ids=OUTSIDE)
def test_an_index_outside_is_an_error(body: str) -> None:
    told = ended(HEAD + body + "\n", "compiled")
    assert isinstance(told, str) and told.startswith("IndexError")
    assert told == ended(HEAD + body + "\n", "interpreted")


@pytest.mark.parametrize("body", BEYOND.values(), ids=BEYOND)
def test_numbers_beyond_compiled_code_are_interpreted(body: str) -> None:
    assert ended(HEAD + body + "\n", "compiled") == ended(HEAD + body + "\n", "interpreted")
    program = program_of(HEAD + body + "\n")
    assert program.estimate(0.6, samples=SAMPLES, seed=SEED).mode == "compiled"
    assert "a number that compiled code does not have" in str(program.fallback)


@pytest.mark.parametrize(("width", "fewest", "most"), [(250, 1, 12), (2, 990, 1000)])
def test_samples_that_compiled_code_gives_up_are_interpreted_one_by_one_unless_they_are_many(
    width: int, fewest: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []

    def counted(functions: Functions, given: Given, seed: int, first: int, *found: Any, **options: Any) -> None:
        ran.extend(range(first, first + len(found[0])))
        run(functions, given, seed, first, *found, **options)

    run = interpreted.run
    program = program_of(f"def f(p, rng):\n    n = rng.integers({width})\n    return p * 2 ** (min(n, 3) - 1)\n")
    given = program.given(bound(program, AT), next(iter(every_direction(program, AT))))
    expected = np.zeros((2, 1000, 1))
    program._sampler.pick(given, "interpreted")[0](given, SEED, 0, *expected)
    monkeypatch.setattr(interpreted, "run", counted)
    found = np.zeros((2, 1000, 1))
    program._sampler.pick(given, "compiled")[0](given, SEED, 0, *found)
    assert np.array_equal(found, expected)
    assert ran == sorted(set(ran)) and fewest <= len(ran) <= most


@pytest.mark.parametrize("body", ERRORS.values(), ids=ERRORS)
def test_an_error_is_an_error(body: str) -> None:
    told = ended(HEAD + body + "\n", "compiled")
    assert isinstance(told, str) and told == ended(HEAD + body + "\n", "interpreted")


@pytest.mark.parametrize("body", BOUND.values(), ids=BOUND)
def test_names_with_a_value_are_compiled(body: str) -> None:
    told = ended(HEAD + body + "\n", "compiled")
    assert not isinstance(told, str) and told == ended(HEAD + body + "\n", "interpreted")


@pytest.mark.parametrize("body", STORED.values(), ids=STORED)
def test_what_a_list_holds_is_compiled(body: str) -> None:
    told = ended(HEAD + body + "\n", "compiled")
    assert not isinstance(told, str) and told == ended(HEAD + body + "\n", "interpreted")


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_means_something_else_is_not_compiled(body: str) -> None:
    with pytest.raises(NotTaken, match=r"compiled code|in Python"):
        ended(HEAD + body + "\n", "compiled")


def test_gradients_go_on_interpreted() -> None:
    program = program_of(HEAD + "return 2 ** (n - 1) * p\n")
    found = [program.gradient(0.6, samples=SAMPLES, seed=SEED, mode=mode) for mode in ("compiled", "interpreted")]
    assert found[0].mode == "compiled"
    assert found[0].gradient == pytest.approx(found[1].gradient, rel=1e-12)
    assert found[0].value == pytest.approx(found[1].value, rel=1e-12)


@pytest.mark.parametrize("call", ["g(rng.binomial(1, p), 3)", "g(rng.binomial(1, p), 3, by=2.0)"])
def test_what_is_passed_by_keyword_only_is_not_compiled(call: str) -> None:
    source = f"""def g(x, n=2, *, by=1.0):
    return x * n + by


def f(p, rng):
    return {call}
"""
    with pytest.raises(NotImplementedError, match="by keyword only"):
        ended(source, "compiled")
    assert "by keyword only" in str(program_of(source).estimate(0.6, samples=SAMPLES, seed=SEED).reason)


# Numba gives a new name to what is assigned beside `break`, and confuses it with what the loop assigns
BESIDE_BREAK = {
    "counts, with tangent lines": """
        def f(p, rng):
            last, t = 0, 0
            while True:
                t += 1
                if t > 4:
                    last += 100
                    break
                last = int(rng.binomial(3, p))
            return last
        """,
    "smooth values, with tangent lines": """
        def f(p, rng):
            last = 0.0
            while True:
                if rng.random() < 0.3:
                    last = last + 1.0
                    break
                last = rng.exponential(p)
            return last
        """,
    "carried values, which are added up in the loop too": """
        def f(p, rng):
            last, t, total = 0.0, 0.0, 0.0
            while True:
                step = rng.exponential(p)
                if t + step > 4.0:
                    last += t
                    total += 4.0 - t
                    break
                last = 2.0 * t
                total += step
                t += step
            return last + total
        """,
}


@pytest.mark.parametrize("source", BESIDE_BREAK.values(), ids=BESIDE_BREAK)
def test_what_is_assigned_beside_a_break(source: str, tmp_path: Path) -> None:
    program = filed(source, tmp_path)
    compiled, interpreted = (
        program.estimate(AT["p"], samples=SAMPLES, seed=SEED, mode=mode) for mode in ("compiled", "interpreted")
    )
    assert compiled.value == pytest.approx(interpreted.value, rel=1e-12)
    assert compiled.derivative == pytest.approx(interpreted.derivative, rel=1e-9)
    gradients = [
        program.gradient(AT["p"], samples=SAMPLES, seed=SEED, mode=mode).gradient for mode in (None, "interpreted")
    ]
    assert gradients[0] == pytest.approx(gradients[1], rel=1e-9)


def test_a_set_that_is_written_out_has_no_order(tmp_path: Path) -> None:
    source = """
        def f(p, rng):
            up, down = {0, 1, 2}, 0
            while up and rng.random() < p:
                up.remove(sorted(up)[rng.integers(len(up))])
                down += 1
            up.update({7, 8})
            return down + max(up) + len(up)
        """
    program = filed(source, tmp_path)
    compiled = program.estimate(AT["p"], samples=SAMPLES, seed=SEED, mode="compiled")
    assert compiled.value == program.estimate(AT["p"], samples=SAMPLES, seed=SEED, mode="interpreted").value

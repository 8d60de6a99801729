"""What a program prints or logs is left out of samples, and nothing else with it."""

from __future__ import annotations

from textwrap import dedent

import pytest
from harness import generate, program_of

SAYING = {
    "a discrete draw": """
        def f(p, rng):
            k = rng.binomial(3, p)
            print("k", k, f"{k + 1:.2f}", "%d of %s" % (k, str(p)), sep=", ")
            if k > 1:
                print()
            for _ in range(k): print(k)
            return k
        """,
    "a smooth draw": """
        def f(p, rng):
            x = rng.exponential(p)
            print(x)
            print("x = %.3f" % x, "{}".format(round(x, 2)))
            return x
        """,
    "carried values": """
        class Clock:
            def __init__(self, rng, p):
                self.t = rng.exponential(p)
        def f(p, rng):
            clock = Clock(rng, p)
            print(f"{clock.t:.3f}", max(clock.t, 1.0))
            return 1.0 if clock.t > 1.0 else 0.0
        """,
    "pictures and pauses": """
        import time
        import matplotlib.pyplot as plt
        def f(p, rng):
            x = rng.exponential(p)
            print(x)
            plt.hist([x], bins=3)
            plt.show()
            time.sleep(3600)
            return x
        """,
    "a logger and warnings": """
        import logging
        import warnings
        log = logging.getLogger("model")
        class Clock:
            def __init__(self, rng, p):
                self.log = logging.getLogger("clock")
                self.t = rng.exponential(p)
                self.log.error("%s", self.t)
        def f(p, rng):
            clock = Clock(rng, p)
            log.warning("t is %s", clock.t)
            logging.warning("t is %s", clock.t)
            warnings.warn("t", stacklevel=2)
            return 1.0 if clock.t > 1.0 else 0.0
        """,
}
DOING = {
    "a method that changes its object": (
        """
        class Line:
            def __init__(self, rng, p):
                self.rng, self.p, self.queue = rng, p, []
            def step(self):
                self.queue.append(self.rng.exponential(self.p))
                return len(self.queue)
        def f(p, rng):
            line = Line(rng, p)
            for _ in range(3):
                print("in line:", line.step(), flush=True)
            print(f"left {line.queue.pop():.2f}")
            return sum(line.queue)
        """,
        2.0,
    ),
    "a draw that tells how long to wait": (
        """
        import time
        def f(p, rng):
            waits = []
            def wait():
                waits.append(rng.exponential(p))
                return waits[-1]
            time.sleep(wait())
            return waits[0] + len(waits)
        """,
        1.0,
    ),
    "a list that gets shorter, and a name that is assigned": (
        """
        def f(p, rng):
            x = [rng.exponential(p) for _ in range(4)]
            print("%.2f, %.2f" % (x.pop(), x.pop()))
            print("left", n := len(x))
            return n * p + x[0]
        """,
        3.0,
    ),
}


@pytest.mark.parametrize("source", SAYING.values(), ids=SAYING)
def test_nothing_is_printed_and_the_header_says_so(source: str, capfd: pytest.CaptureFixture[str]) -> None:
    text = dedented(source)
    assert "# What it prints is left out" in generate(text, functions=("f",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", None)
        program_of(text).estimate(0.5, samples=20, seed=1, mode="interpreted")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("source", "slope"), DOING.values(), ids=DOING)
def test_what_is_done_in_passing_is_done(source: str, slope: float) -> None:
    found = program_of(dedented(source)).estimate(0.5, samples=2000, seed=1, mode="interpreted")
    assert abs(found.derivative - slope) < 5 * found.derivative_stderr + 1e-9  # false alarms: 6e-7
    assert found.derivative_stderr < 0.1 * slope


def test_a_function_of_that_name_is_called() -> None:
    source = """
def print(seen, x):
    seen.append(x)


def f(p, rng):
    seen = []
    print(seen, rng.exponential(p))
    return seen[0]
"""
    found = program_of(source).estimate(0.5, samples=2000, seed=1, mode="interpreted")
    assert abs(found.derivative - 1.0) < 5 * found.derivative_stderr  # false alarms: 6e-7
    assert "left out" not in generate(source)


def dedented(text: str) -> str:
    """A program without the space before its lines."""
    return dedent(text).lstrip()

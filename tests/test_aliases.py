"""Names of draws, `rand = random.random`, are written out early: each call has its own site, a comparison is a coin."""

from __future__ import annotations

import pytest
from harness import executed, generate

from stochtrace.transform.aliases import draws_written_out

COIN = "    if {} < p:\n        return 2.0\n    return {}\n"
HEADS = {  # what a program begins with; how it calls its uniform, and another draw; how these are written out
    "a function of a module": (
        "import random\n\n\ndef f(p):\n    rand = random.random\n    wait = random.expovariate\n",
        ("rand()", "wait(1 / p)"),
        ("random.random()", "random.expovariate(1 / p)"),
    ),
    "a name of the module": (
        "import numpy as np\n\nrand = np.random.rand\nwait = np.random.exponential\n\n\ndef f(p):\n",
        ("rand()", "wait(p)"),
        ("np.random.rand()", "np.random.exponential(p)"),
    ),
    "an import": (
        "from random import random as coin, gauss\n\n\ndef f(p):\n    rand = coin\n    wait = gauss\n",
        ("rand()", "wait(p, 1)"),
        ("coin()", "gauss(p, 1)"),
    ),
    "methods of a generator": (
        "def f(p, rng):\n    rand, wait = rng.random, rng.exponential\n",
        ("rand()", "wait(scale=p)"),
        ("rng.random()", "rng.exponential(scale=p)"),
    ),
    "a generator that is made": (
        "import random\n\n\ndef f(p):\n    rng = random.Random(3)\n    rand = rng.random\n",
        ("rand()", "rand() * p"),
        ("rng.random()", "rng.random() * p"),
    ),
    "a generator that is filled in": (
        "import numpy as np\n\n\ndef f(p, rng=None):\n    if rng is None:\n        rng = np.random.default_rng()\n"
        "    rand = rng.random\n",
        ("rand()", "p * rand()"),
        ("rng.random()", "p * rng.random()"),
    ),
    "parts": (
        "from functools import partial\n\n\ndef f(p, rng):\n    low = 0\n    rand = partial(rng.uniform, low, high=1)\n"
        "    wait = partial(rng.normal, p)\n",
        ("rand()", "wait(0.5) + wait(scale=wait(2.0) ** 2)"),
        (
            "rng.uniform(low, high=1)",
            "rng.normal(p, 0.5) + rng.normal(p, scale=rng.normal(p, 2.0) ** 2)",
        ),
    ),
    "a function inside": (
        "def f(p, rng):\n    draw = rng.random\n\n    def rand():\n        return draw()\n\n",
        ("draw()", "rand() * p"),
        ("rng.random()", "rand() * p"),
    ),
    "a method": (
        "class Walk:\n    def __init__(self, rng):\n        self.rng = rng\n\n    def go(self, p):\n"
        "        rand = self.rng.random\n        return rand() + p * rand()\n\n\n"
        "def f(p, rng):\n    go = rng.random\n",
        ("go()", "Walk(rng).go(p)"),
        ("rng.random()", "Walk(rng).go(p)"),
    ),
}


@pytest.mark.parametrize(("head", "called", "drawn"), HEADS.values(), ids=HEADS)
def test_a_named_draw_is_written_out(head: str, called: tuple[str, str], drawn: tuple[str, str]) -> None:
    named, plain = draws_written_out(head + COIN.format(*called)), COIN.format(*drawn)
    assert named.endswith(plain)
    assert named.count("\n") == (head + COIN).count("\n")
    lines = zip(head.rstrip().split("\n"), named.split("\n"), strict=False)
    without = "\n".join(new for _, new in lines if new.strip() and not new.lstrip().startswith("#"))
    assert "draw =" not in without and "wait =" not in without
    found, other = (
        executed(generate(text, functions=("f",))).estimate(0.4, samples=200, seed=2, mode="interpreted")
        for text in (head + COIN.format(*called), f"{without}\n{plain}")
    )
    assert (found.value, found.derivative) == (other.value, other.derivative)
    assert found.derivative_stderr > 0


def test_a_comparison_with_a_named_uniform_is_a_coin() -> None:
    text = "import random\n\n\ndef f(p):\n    rand = random.random\n    return sum(rand() < p for _ in range(9))\n"
    assert "rt.flip(omega, 1, p)" in generate(text)


LEFT = {
    "another value later": "def f(p, rng):\n    draw = rng.random\n    draw = rng.normal\n    return draw()\n",
    "another generator later": "def f(p, rng, other):\n    draw = rng.random\n    rng = other\n    return draw()\n",
    "another name inside": (
        "def f(p, rng):\n    draw = rng.random\n\n    def g(draw):\n        return draw()\n\n    return g(draw)\n"
    ),
    "another generator inside": (
        "def f(p, rng):\n    draw = rng.random\n\n    def g(rng):\n        return draw()\n\n    return g(0)\n"
    ),
    "a branch": "def f(p, rng):\n    if p:\n        draw = rng.random\n    return draw()\n",
    "in a string": "import random\n\n\ndef f(p):\n    draw = random.random\n    return float(f'{draw()}')\n",
    "a name for all": "import random\n\ndraw = random.random\n\n\ndef f(p):\n    global draw\n    return draw()\n",
    "a part of what changes": (
        "from functools import partial\n\n\ndef f(p, rng):\n    low = 0\n    draw = partial(rng.uniform, low)\n"
        "    low = 1\n    return draw(2)\n"
    ),
    "a part of a changed array": (
        "from functools import partial\n\n\ndef f(p, rng, a):\n    draw = partial(rng.normal, a + a)\n"
        "    a[0] = p\n    return draw()\n"
    ),
    "a part of a draw": (
        "from functools import partial\n\n\ndef f(p, rng):\n    draw = partial(rng.normal, rng.random())\n"
        "    return draw()\n"
    ),
    "a part that is given twice": (
        "from functools import partial\n\n\ndef f(p, rng):\n    draw = partial(rng.normal, loc=p)\n"
        "    return draw(loc=2 * p)\n"
    ),
    "an attribute of a class": (
        "class Menu:\n    choice = 3\n\n\ndef f(p, rng):\n    menu = Menu()\n    choice = menu.choice\n"
        "    menu.choice = 4\n    return choice * p\n"
    ),
    "a method of a class": (
        "class Menu:\n    def choice(self):\n        return 1\n\n\ndef f(p, rng):\n    menu = Menu()\n"
        "    choice = menu.choice\n    return choice() * p\n"
    ),
    "an attribute that is another one later": (
        "class A:\n    def go(self, other):\n        draw = self.rng.random\n        self.rng = other\n"
        "        return draw()\n"
    ),
    "a comment": "def f(p, rng):\n    draw = rng.normal  # stochtrace: score\n    return draw(p)\n",
    "a line of two": "def f(p, rng):\n    draw = rng.normal; x = 1\n    return draw(p) * x\n",
    "a draw that is passed on": "def f(p, rng):\n    draw = rng.normal\n    return max(map(draw, [p]))\n",
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_a_name_that_may_mean_something_else_stays(text: str) -> None:
    assert draws_written_out(text) == text

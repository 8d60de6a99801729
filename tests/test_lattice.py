"""Whole discrete programs: the means of value and derivative over all uniforms are the exact ones, to rounding.

Parameters put every threshold on a lattice of `size` points per uniform. Sites, visits, forced draws, replays and their
coupling are all those of real runs; nothing is sampled and nothing is replaced.
"""

from __future__ import annotations

import pytest
from lattice import Case, check
from programs.on_lattice import WHOLE
from programs.table import cases

# With one jump kept: sums of weights, of the first jumps and of more, have ratios that are multiples of 1 / choices.
KEPT = """
### one draw: the only jump is kept whatever the uniform | p=0.25, size=4, choices=3
def f(p, rng):
    return 3.0 * rng.binomial(1, p)

### two jumps of equal weight | p=0.5, size=2, choices=2
def f(p, rng):
    return 3 * rng.binomial(1, p) + 7 * rng.binomial(1, p)

### three jumps of equal weight in one place | p=0.5, size=2, choices=6
def f(p, rng):
    n = 0
    for i in range(3):
        n = 2 * n + rng.binomial(1, p)
    return (n, n * n * p)

### weights 1, 1 and 2 | p=0.5, size=2, choices=12
def f(p, rng):
    n = rng.random() < 0.25 + p / 2
    n += 2 * (rng.random() < p / 2 + 0.25)
    return n ** 2 + 5 * n * (rng.random() < p)

### weights in falling order | p=0.5, size=2, choices=4
def f(p, rng):
    n = rng.random() < 1.5 * p - 0.25
    return 7 * n + 2 * (rng.random() < 0.25 + p / 2)

### up and down | p=0.5, size=2, choices=6
def f(p, rng):
    return 3 * rng.binomial(1, p) + 7 * rng.binomial(1, 1 - p) * rng.binomial(1, p)

### both boundaries of one outcome | p=0.25, size=4, choices=4
def f(p, rng):
    return (1.0, 9.0, 5.0)[rng.choice(3, p=[p, 1 - 2 * p, p])] + 2 * rng.binomial(1, 2 * p)

### certain outcomes, of either sign | p=0.0, size=2, choices=2
def f(p, rng):
    a = 3 * rng.binomial(1, p) - 7 * rng.binomial(1, 1 - p)
    return a + (rng.random() < 0.5) * a

### a replay makes other draws than the sample | p=0.5, size=2, choices=6
def f(p, rng):
    n = 0
    if rng.random() < p:
        n = rng.binomial(1, p) + rng.binomial(1, 0.5)
    return n * n + rng.binomial(1, p) * p * (1 + n)

### break, and visits that a replay adds | p=0.5, size=2, choices=6
def f(p, rng):
    n = 0
    while n < 3 and rng.random() < p:
        n += 1
    return n * n * p
"""


def table(text: str) -> list[object]:
    found = []
    for name, source, at in cases(text):
        case = Case(source, at, at.pop("size"), at.pop("choices", 0))
        found.append(pytest.param(case, id=name))
    return found


@pytest.mark.parametrize("case", table(WHOLE))
def test_all_jumps_have_the_exact_mean(case: Case) -> None:
    assert check(case).draws


@pytest.mark.parametrize("case", table(KEPT))
def test_one_jump_of_the_reservoir_has_the_exact_mean(case: Case) -> None:
    assert case.choices
    check(case)
    check(case._replace(choices=0))

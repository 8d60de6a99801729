"""Sums of truth values: counted where Python makes them, refused where NumPy would take them for an or."""

from __future__ import annotations

from collections import Counter

import pytest
from harness import generate

from stochtrace.diagnostics import Refusal
from stochtrace.transform import truths

REFUSED = {
    "elements of an array that is drawn": "u = rng.random(3)\nreturn (u[0] < p) + (u[1] < p)",
    "a parameter's elements": "return (rng.random() < q[0]) + (rng.random() < q[1])",
    "under names": "a = rng.random() < q[0]\nb = rng.random() < p\nreturn a + b",
    "under names, side by side": "a, (b, c) = rng.random() < q[0], (rng.random() < p, 1)\nreturn a + b",
    "added in place": "a = rng.random() < q[0]\na += rng.random() < p\nreturn a",
    "through a function": "return hit(q[0], rng) + hit(p, rng)",
    "what a function returns of its argument": "return (below(q[0]) < p) + (below(0.5) < p)",
    "integers": "return (rng.integers(6) < 3) + (rng.integers(6) < p)",
    "a choice": "return (rng.choice([1.0, 2.0]) < p) + (rng.random() < p)",
    "masks": "u = rng.random(3)\nreturn ((u < p) + (u > 0.5)).sum()",
    "products": "u = rng.random(3)\nreturn (u[0] < p) * (u[1] < p) + (u[2] < p)",
    "either of two": "u = rng.random(3)\nreturn ((u[0] < p) or (u[1] < p)) + (u[2] < p)",
    "one of two": "u = rng.random(3)\nreturn ((u[0] < p) if rng.random() < 0.5 else (u[1] < p)) + (u[2] < p)",
    "a product with an element": "return (rng.random() < p * q[0]) + (rng.random() < p)",
    "an element, or a parameter": "return (rng.random() < (p if rng.random() < 0.5 else q[0])) + (rng.random() < p)",
    "a parameter that is assigned": "p = q[0]\nreturn (rng.random() < p) + (rng.random() < 0.5)",
    "given by keyword": "return hit(c=q[0], rng=rng) + hit(p, rng)",
    "given in the second place": "return late(rng, q[0]) + late(rng, p)",
    "a function that is named as a draw": "return (rng.random() < special.gamma(q[0])) + (rng.random() < p)",
    "an array by its size": "u = rng.exponential(size=3)\nreturn ((u < p) + (u > 0.5)).sum()",
    "a frozen distribution": "d = stats.norm(0.0, 1.0)\nreturn (d.rvs(random_state=rng) < p) + (rng.random() < p)",
    "a permutation": "return ((rng.permutation(q) < p) + (rng.permutation(q) < 0.5)).sum()",
    "assigned, and a loop's": "a = 0.5\nfor a in q:\n    pass\nreturn (rng.random() < a) + (rng.random() < p)",
}
COUNTED = {
    "draws and a parameter": "return (rng.random() < p) + (rng.random() < 2 * p)",
    "of draws, side by side": "x, [y, z] = rng.normal(p, 1.0), [rng.random(), q]\nreturn (x > 0) + (y < p)",
    "under names, in place": "a = rng.random() < p\nb = rng.poisson(p) < 1\na += b\nreturn a + b",
    "through a function of numbers": "return hit(p, rng) + hit(0.5, rng)",
    "counted one by one": "n = 0\nfor c in q:\n    n += rng.random() < c\nreturn n",
    "as numbers": "u = rng.random(3)\nreturn int(u[0] < p) + int(u[1] < p)",
    "by sum": "u = rng.random(3)\nreturn sum([u[0] < p, u[1] < p])",
    "by or": "u = rng.random(3)\nreturn 1.0 if (u[0] < p) | (u[1] < p) else 0.0",
    "a difference": "return (rng.random() < p) - (rng.random() < 0.5) + (rng.random() < q[0])",
    "a number with a sign": "return (-rng.random() > -p) + (rng.random() < p)",
    "functions of math": "return (rng.random() < math.exp(-p)) + (rng.random() < p)",
    "an element as a number": "return (rng.random() < float(q[0])) + (rng.random() < p)",
    "a function that calls itself": (
        "def half(n):\n    return 0.5 if n < 1 else half(n - 1)\nreturn (rng.random() < half(2)) + (rng.random() < p)"
    ),
    "what may be a number": "if q is None:\n    p = rng.random() < 0.5\nreturn p + (rng.random() < 0.7)",
    "an identity": "return (p is None) + (3 in q) + rng.binomial(1, p)",
}
INVERTED = {
    "an element": "u = rng.random(3)\nreturn 1.0 if ~(u[0] < p) else 0.0",
    "a draw": "hit = rng.random() < p\nreturn 1.0 if ~hit else 0.0",
}


MASKS = {
    "of a draw of an array beside one element": "return (~(rng.random(3) < q[1])).sum()",
    "under a name": "u = rng.random(3)\nhits = u < p\nreturn (~hits).sum()",
    "of a part": "u = rng.random(3)\nreturn (~(u[1:] < p)).sum()",
    "of a draw with parameters that may be arrays": "return (~(rng.exponential(q) < p)).sum()",
}


def text(body: str) -> str:
    """The program with a body, beside three functions."""
    head = "import math\nfrom scipy import special, stats\n\ndef late(rng, c):\n    return rng.random() < c\n\n"
    head += "def hit(c, rng):\n    return rng.random() < c\n\ndef below(x):\n    return x - 0.1\n\ndef f(p, q, rng):\n"
    return head + "".join(f"    {line}\n" for line in body.splitlines())


@pytest.mark.parametrize("case", REFUSED)
def test_what_numpy_may_take_for_an_or_is_refused(case: str) -> None:
    with pytest.raises(Refusal, match="a sum of two truth values"):
        generate(text(REFUSED[case]), functions=("f",))


@pytest.mark.parametrize("case", COUNTED)
def test_what_is_a_count_is_left(case: str) -> None:
    assert generate(text(COUNTED[case]), functions=("f",))


@pytest.mark.parametrize("case", INVERTED)
def test_one_truth_value_is_not_inverted(case: str) -> None:
    with pytest.raises(Refusal, match="`~` of one truth value"):
        generate(text(INVERTED[case]), functions=("f",))


@pytest.mark.parametrize("case", MASKS)
def test_a_mask_is_inverted(case: str) -> None:
    assert "~" in generate(text(MASKS[case]), functions=("f",))


MODEL = """
import random
from dataclasses import dataclass


class Other:
    def first(self, rng):
        return 0.5


@dataclass
class Model:
    rates: list

    def hit(self, rng, c):
        return rng.random() < c

    def first(self, rng):
        return rng.random() < self.rates[0]

    def unit(self, rng):
        return rng.random()

    def of(self, i):
        return self.rates[i]

    def random(self):
        return self.rates[0]

    def sums(self, rng, p):
        {}


def f(p, q, rng):
    model = Model([p, q])
    return {}
"""
BY_METHODS = {
    "in a method": ("return (rng.random() < self.rates[0]) + (rng.random() < p)", "model.sums(rng, p)"),
    "methods of itself": ("return self.first(rng) + self.first(rng)", "model.sums(rng, p)"),
    "methods of an object": ("pass", "model.first(rng) + (rng.random() < p)"),
    "what a method compares with an element": (
        "return self.hit(rng, self.rates[0]) + self.hit(rng, p)",
        "model.sums(rng, p)",
    ),
    "the same, by keyword": ("return self.hit(rng, c=self.rates[0]) + self.hit(rng, p)", "model.sums(rng, p)"),
    "what a method returns": ("return (self.of(0) < p) + (rng.random() < p)", "model.sums(rng, p)"),
    "a method named as a draw": ("pass", "(model.random() < p) + (rng.poisson(p) < q)"),
}
COUNTED_BY_METHODS = {
    "a method of numbers": ("return self.hit(rng, 0.5) + self.hit(rng, p)", "model.sums(rng, p)"),
    "draws of a method": ("return (self.unit(rng) < p) + (self.unit(rng) < 2 * p)", "model.sums(rng, p)"),
    "numbers": ("return self.of(0) + self.of(1)", "model.sums(rng, p)"),
}


@pytest.mark.parametrize("case", BY_METHODS)
def test_methods_are_asked_too(case: str) -> None:
    with pytest.raises(Refusal, match="a sum of two truth values"):
        generate(MODEL.format(*BY_METHODS[case]), functions=("f",))


@pytest.mark.parametrize("case", COUNTED_BY_METHODS)
def test_what_methods_count_is_left(case: str) -> None:
    assert generate(MODEL.format(*COUNTED_BY_METHODS[case]), functions=("f",))


def test_functions_that_are_not_asked_for_are_left() -> None:
    source = text("return rng.binomial(1, p)") + "\ndef other(u):\n    return (u[0] < 1) + (u[1] < 1)\n"
    assert generate(source, functions=("f",))


def test_long_functions_take_as_long_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a name is assigned is asked until an answer is known, not once for each pair of statements."""
    asked = Counter[int]()
    truth = truths.Truths.truth
    for lines in (50, 100):
        monkeypatch.setattr(truths.Truths, "truth", lambda *a, n=lines: (asked.update([n]), truth(*a))[1])
        generate("def f(p, rng):\n    y = rng.random()\n" + "    y = y * 0.5 + p\n" * lines + "    return y\n")
    assert asked[100] < 2.5 * asked[50]

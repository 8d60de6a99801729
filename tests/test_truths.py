"""Sums of truth values: counted where Python makes them, refused where NumPy would take them for an or."""

from __future__ import annotations

import pytest
from harness import generate

from stochtrace.diagnostics import Refusal

REFUSED = {
    "elements of an array that is drawn": "u = rng.random(3)\nreturn (u[0] < p) + (u[1] < p)",
    "a parameter's elements": "return (rng.random() < q[0]) + (rng.random() < q[1])",
    "under names": "a = rng.random() < q[0]\nb = rng.random() < p\nreturn a + b",
    "added in place": "a = rng.random() < q[0]\na += rng.random() < p\nreturn a",
    "through a function": "return hit(q[0], rng) + hit(p, rng)",
    "what a function returns of its argument": "return (below(q[0]) < p) + (below(0.5) < p)",
    "integers": "return (rng.integers(6) < 3) + (rng.integers(6) < p)",
    "a choice": "return (rng.choice([1.0, 2.0]) < p) + (rng.random() < p)",
    "masks": "u = rng.random(3)\nreturn ((u < p) + (u > 0.5)).sum()",
    "products": "u = rng.random(3)\nreturn (u[0] < p) * (u[1] < p) + (u[2] < p)",
}
COUNTED = {
    "draws and a parameter": "return (rng.random() < p) + (rng.random() < 2 * p)",
    "under names, in place": "a = rng.random() < p\nb = rng.poisson(p) < 1\na += b\nreturn a + b",
    "through a function of numbers": "return hit(p, rng) + hit(0.5, rng)",
    "counted one by one": "n = 0\nfor c in q:\n    n += rng.random() < c\nreturn n",
    "as numbers": "u = rng.random(3)\nreturn int(u[0] < p) + int(u[1] < p)",
    "by sum": "u = rng.random(3)\nreturn sum([u[0] < p, u[1] < p])",
    "by or": "u = rng.random(3)\nreturn 1.0 if (u[0] < p) | (u[1] < p) else 0.0",
    "an identity": "return (p is None) + (3 in q) + rng.binomial(1, p)",
}
INVERTED = {
    "an element": "u = rng.random(3)\nreturn 1.0 if ~(u[0] < p) else 0.0",
    "a draw": "hit = rng.random() < p\nreturn 1.0 if ~hit else 0.0",
}


def text(body: str) -> str:
    """The program with a body, beside two functions."""
    head = "def hit(c, rng):\n    return rng.random() < c\n\ndef below(x):\n    return x - 0.1\n\ndef f(p, q, rng):\n"
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


def test_a_mask_is_inverted() -> None:
    assert "~" in generate(text("u = rng.random(3)\nhits = u < p\nreturn (~hits).sum()"), functions=("f",))


MODEL = """
import random
from dataclasses import dataclass


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


class Other:
    def first(self, rng):
        return 0.5


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

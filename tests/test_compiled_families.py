"""Objects of several classes that stand on one another in one list, in compiled code: samples as interpreted."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples, stays_interpreted

pytest.importorskip("numba", reason="classes are compiled only")
COMPILED = {
    "objects of several classes in one list, an attribute and a question": """
        class Shape:
            weight = 1.0
            def __init__(self, size):
                self.size = size
            def area(self):
                raise NotImplementedError
            def cost(self):
                return self.weight * self.area()
        class Square(Shape):
            def area(self):
                return self.size ** 2
        class Disc(Shape):
            weight = 0.5
            def __init__(self, size, hole):
                super().__init__(size)
                self.hole = hole
            def area(self):
                return 3.14 * self.size ** 2 - self.hole
            def cost(self):
                return super().cost() + 0.25
        class Owner:
            def __init__(self):
                self.best = None
                self.all = []
            def add(self, shape):
                self.all.append(shape)
                if self.best is None or shape.area() > self.best.area():
                    self.best = shape
        def f(p, rng):
            owner = Owner()
            for i in range(4):
                size = rng.exponential(p)
                owner.add(Disc(size, 0.1) if i % 2 else Square(size))
            total = 0.0
            for s in owner.all:
                if s.area() > 1.0:
                    total += s.cost()
                if isinstance(s, Disc):
                    total += s.hole * s.size
                if s is owner.best:
                    total += 10.0
            return total
        """,
    "classes without attributes, properties and constants that differ, an attribute that one class has": """
        import abc
        class Customer(abc.ABC):
            factor = 1.0
            def __init__(self, patience):
                self.patience = patience * self.factor
            @property
            @abc.abstractmethod
            def fee(self): ...
            def stays(self, wait, more=0.0):
                return self.patience > wait + more
        class Regular(Customer):
            @property
            def fee(self):
                return 1.0
        class Tourist(Customer):
            factor = 0.5
            def __init__(self, patience):
                super().__init__(patience)
                self.luggage = 2
            @property
            def fee(self):
                return 2.5 + self.luggage
        def f(p, rng):
            served, revenue = 0, 0.0
            for i in range(4):
                patience = rng.exponential(p)
                customer = Tourist(patience) if i % 2 else Regular(patience)
                if customer.stays(0.3 * served):
                    served += 1
                    revenue += customer.fee
            return revenue
        """,
}
INTERPRETED = {
    "an operator that is another one in a class that stands on another": """
        class A:
            def __init__(self, x):
                self.x = x
            def __add__(self, other):
                return self.x + other.x
        class B(A):
            def __add__(self, other):
                return 2 * (self.x + other.x)
            def __radd__(self, other):
                return 3 * (self.x + other.x)
        def f(p, rng):
            a, b = A(rng.exponential(p)), B(rng.exponential(p))
            return a + b + (a.x > 1.0)
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_others_stay_interpreted(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))

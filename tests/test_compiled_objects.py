"""Attributes that may be None or come later, and methods of classes, in compiled code: samples as interpreted."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples, stays_interpreted

pytest.importorskip("numba", reason="classes are compiled only")
COMPILED = {
    "an object or None, counters of itertools, and an infinite time": """
        import itertools
        class Customer:
            def __init__(self, number, arrival, service):
                self.number, self.arrival, self.service = number, arrival, service
                self.start = None
        class Server:
            def __init__(self):
                self.customer = None
                self.end = float("inf")
                self.numbers = itertools.count(1)
            def begin(self, customer, t):
                self.customer = customer
                customer.start = t
                self.end = t + customer.service
            def finish(self):
                done, self.customer = self.customer, None
                self.end = float("inf")
                return done
        def f(p, rng):
            server, waiting, t, waits = Server(), [], 0.0, []
            arrival, n = rng.exponential(1.0), 0
            while n < 5 or server.customer is not None:
                if n < 5 and arrival < server.end:
                    t = arrival
                    n += 1
                    customer = Customer(next(server.numbers), t, rng.exponential(p))
                    if not server.customer:
                        server.begin(customer, t)
                    else:
                        waiting.append(customer)
                    arrival = t + rng.exponential(1.0)
                else:
                    t = server.end
                    done = server.finish()
                    waits.append(done.number * (done.start - done.arrival))
                    if waiting:
                        server.begin(waiting.pop(0), t)
            return sum(waits) / len(waits) + sum(w > 1.0 for w in waits)
        """,
    "attributes that another method sets, in __init__ and later": """
        class Sim:
            def __init__(self, p, rng):
                self.p = p
                self.rng = rng
                self.begin = 1.0
                self.reset()
            def reset(self):
                self.t = 0.0
                if self.begin > 0.5:
                    self.n = 0
                else:
                    self.n = 1
                self.log = []
            def run(self, horizon):
                self.reset()
                while True:
                    self.t += self.rng.exponential(self.p)
                    if self.t > horizon:
                        break
                    self.n += 1
                    self.log.append(self.t)
                self.total = self.n * self.p
                self.total += 1.0
                return self.total
        class Longer(Sim):
            def reset(self):
                super().reset()
                self.n = 2
        def f(p, rng):
            sim, longer = Sim(p, rng), Longer(p, rng)
            return sim.run(2.0) + len(sim.log) + longer.run(1.0) * sim.total
        """,
    "an attribute that may have no value": """
        class Box:
            def __init__(self, x):
                if x > 1.0:
                    self.high = x
                self.x = x
        def f(p, rng):
            box = Box(rng.exponential(p))
            return box.high if box.x > 1.0 else 0.0
        """,
    "an attribute that a method reads before it has a value": """
        class Box:
            def __init__(self, x):
                self.reset()
                self.x = x
            def reset(self):
                self.x = 1.0
        def f(p, rng):
            return Box(rng.exponential(p)).x > 1.0
        """,
    "methods of classes, static ones, lists and dictionaries of classes, arguments by keyword only, slots": """
        import math
        class Link:
            __slots__ = ("delay",)
            COUNT = 2
            RATES = [0.5, 1.0, 1.5]
            NAMES = {"near": 0.5, "far": 2.0}
            def __init__(self, delay, *, shift=0.0):
                self.delay = delay + shift
            @staticmethod
            def cost(x):
                return math.exp(-x)
            @classmethod
            def drawn(cls, mean, rng):
                return cls(rng.exponential(mean) * cls.RATES[1], shift=0.1 * len(cls.RATES))
            def late(self, *, limit):
                return self.delay > limit
        class Slow(Link):
            def __init__(self, delay, shift):
                Link.__init__(self, 2 * delay, shift=shift)
        def f(p, rng):
            links = [Link.drawn(p, rng) for _ in range(Link.COUNT + 1)]
            slow = Slow.drawn(p, rng)
            total = sum(Link.cost(link.delay) + link.cost(0.5) for link in links)
            return total + sum(link.late(limit=1.0) for link in links) + slow.late(limit=2.0) * Link.NAMES["far"]
        """,
    "a property that is set": """
        class Tank:
            def __init__(self, level):
                self._level = level
                self.spilled = 0.0
            @property
            def level(self):
                return self._level
            @level.setter
            def level(self, value):
                if value > 2.0:
                    self.spilled += value - 2.0
                    value = 2.0
                self._level = value
        def f(p, rng):
            tank = Tank(1.0)
            for _ in range(5):
                tank.level = tank.level + rng.exponential(p) - 0.5
                tank.level -= 0.1
            return tank.spilled + (tank.level > 1.0)
        """,
    "a dataclass with what it does after __init__, and a None": """
        import heapq
        from dataclasses import dataclass, field
        from typing import Optional
        @dataclass
        class Patient:
            arrival: float
            severity: int
            treated: Optional[float] = None
            score: float = 0.0
            def __post_init__(self):
                self.score = self.severity - 0.1 * self.arrival
        @dataclass(order=True, slots=True)
        class Entry:
            key: float
            patient: Patient = field(compare=False)
        def f(p, rng):
            heap = []
            for i in range(4):
                patient = Patient(rng.exponential(p) + i, i % 2)
                heapq.heappush(heap, Entry(-patient.score, patient))
            t, total = 4.0, 0.0
            while heap:
                patient = heapq.heappop(heap).patient
                patient.treated = t
                t += rng.exponential(1.0)
                total += patient.treated - patient.arrival
            return total + (t > 8.0)
        """,
    "operators of an object, from both sides": """
        class Vec:
            def __init__(self, x, y):
                self.x, self.y = x, y
            def __add__(self, other):
                return Vec(self.x + other.x, self.y + other.y)
            def __mul__(self, k):
                return Vec(self.x * k, self.y * k)
            def __rmul__(self, k):
                return self * k
            def __neg__(self):
                return Vec(-self.x, -self.y)
            def __abs__(self):
                return (self.x**2 + self.y**2) ** 0.5
        def f(p, rng):
            v = Vec(0.0, 0.0)
            for _ in range(3):
                v = v + 0.5 * Vec(rng.normal(p, 1.0), rng.normal(0.0, 1.0))
            return (abs(v) > 1.0) + (-v).x
        """,
    "the same object or another one, where it may be None": """
        from enum import Enum
        class Side(Enum):
            LEFT = 1
            RIGHT = 2
        class Agent:
            def __init__(self, x):
                self.x = x
        class Place:
            def __init__(self):
                self.held = None
        def f(p, rng):
            agents = [Agent(rng.exponential(p)) for _ in range(3)]
            best, side = None, None
            for a in agents:
                if best is None or a.x > best.x:
                    best = a
                    side = Side.LEFT if a.x > 1.0 else Side.RIGHT
            n = 0
            places = [Place() for _ in agents]
            for k, a in enumerate(agents):
                if a is not best:
                    n += 1 + k
                    places[k].held = agents[0]
                if best is a:
                    n += 10
            n += 100 * (places[1].held is agents[0]) + 200 * (places[0].held is places[1].held)
            return n + best.x + 1000 * (side is Side.LEFT)
        """,
}
INTERPRETED = {
    "a class that stores its attributes in its own way": """
        class Bounded:
            def __init__(self, level):
                self.level = level
            def __setattr__(self, name, value):
                object.__setattr__(self, name, min(value, 1.0))
        def f(p, rng):
            b = Bounded(rng.exponential(p))
            b.level = b.level + rng.exponential(p)
            return b.level + (b.level > 0.5)
        """,
    "a class that makes its objects in its own way": """
        class Twice:
            bonus = 0.5
            def __new__(cls, x):
                made = object.__new__(cls)
                made.bonus = 1.0
                return made
            def __init__(self, x):
                self.x = x
        def f(p, rng):
            b = Twice(rng.exponential(p))
            return b.x + b.bonus * (b.x > 0.5)
        """,
    "an attribute that is None, or has no value": """
        class Box:
            def __init__(self, x):
                if x > 1.0:
                    self.first = x if x > 2.0 else None
                self.x = x
        def f(p, rng):
            box = Box(rng.exponential(p))
            return (box.first is None) + 0.5 if box.x > 1.0 else box.x
        """,
    "a method of a class that calls another one with its own class": """
        class A:
            def __init__(self, x):
                self.x = x
            @classmethod
            def made(cls, x):
                return cls(x)
            def pay(self):
                return self.x
        class B(A):
            @classmethod
            def made(cls, x):
                return super().made(x + 1.0)
            def pay(self):
                return 2.0 * self.x
        def f(p, rng):
            b = B.made(rng.exponential(p))
            return b.pay() + (b.x > 2.0)
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=1e-9)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_others_stay_interpreted(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))


def test_what_has_no_value_is_an_error_in_compiled_samples_too(tmp_path: Path) -> None:
    source = """
        class Box:
            def __init__(self, x):
                self.x = x
            def close(self):
                self.lid = 1.0
        def f(p, rng):
            box = Box(rng.exponential(p))
            if box.x < 4.0:
                box.close()
            return box.lid + (box.x > 1.0)
        """
    program = filed(source, tmp_path)
    assert program.estimate(0.4, samples=20, seed=1).mode == "compiled"
    with pytest.raises(AttributeError, match="lid"):
        program.estimate(0.4, samples=300_000, seed=1)

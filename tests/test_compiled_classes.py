"""Programs with classes, and with draws that are found as they run, in compiled code: samples as interpreted."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import same_samples, stays_interpreted

pytest.importorskip("numba", reason="classes are compiled only")
DECIMALS = 1e-9
COMPILED = {
    "a dataclass in a heap, an object that holds the generator, a list and a dictionary": """
        import heapq
        from dataclasses import dataclass, field
        @dataclass(order=True)
        class Event:
            time: float
            kind: str = field(compare=False)
            number: int = field(default=0, compare=False)
        class Queue:
            limit = 2.0
            def __init__(self, rng, mean):
                self.rng, self.mean = rng, mean
                self.events, self.waits, self.begun = [], [], {}
            def push(self, time, kind, number=0):
                heapq.heappush(self.events, Event(time, kind, number))
            @property
            def late(self):
                return sum(wait > self.limit for wait in self.waits)
            def run(self, count):
                for i in range(count):
                    self.push(self.rng.exponential(1.0), "arrival", i)
                while self.events:
                    event = heapq.heappop(self.events)
                    if event.kind == "arrival":
                        self.begun[event.number] = event.time
                        self.push(event.time + self.rng.exponential(self.mean), "end", number=event.number)
                    else:
                        self.waits.append(event.time - self.begun[event.number])
                return self.late + 0.1 * sum(self.waits)
        def f(p, rng):
            return Queue(rng, p).run(3)
        """,
    "inheritance, a class attribute that objects change, identity, and draws of a module": """
        import random
        class Agent:
            spent = -0.5
            def __init__(self, wealth):
                self.wealth = wealth
                self.__steps = 0
            def pays(self):
                return 0.5
            def step(self, other):
                self.__steps += 1
                if other is not self and random.random() < 0.5:
                    self.wealth -= self.pays()
                    self.spent += self.pays()
        class Rich(Agent):
            def __init__(self, wealth, bonus=1.0):
                super().__init__(wealth + bonus)
                self.gifts = 0
            def pays(self):
                self.gifts += 1
                return super().pays() + random.expovariate(1 / self.wealth if self.wealth > 1.0 else 1.0)
        def f(p):
            rich = [Rich(p), Rich(2 * p, bonus=0.5)]
            poor = Agent(p - Agent.spent)
            for a in rich:
                for b in rich:
                    a.step(b)
                poor.step(poor)
            return rich[0].wealth + 2 * (rich[1].spent > 1.0) + rich[1].gifts + poor.spent
        """,
    "an enumeration, arrays as attributes, and a method that is changed under a list": """
        import numpy as np
        from enum import Enum
        class State(Enum):
            UP = 1
            DOWN = 2
        class Machine:
            def __init__(self, state=State.UP):
                self.state = state
                self._ages: np.ndarray = np.zeros(2)
                self.seen = [0.0] * 2
            @property
            def ages(self):
                return self._ages
            def age(self, x, i):
                self._ages[i] += x
                self.seen[i] = self.seen[i] + 1
                if self.ages.sum() > 1.0:
                    self.state = State.DOWN
                    self._ages = np.zeros(2)
        def f(p, rng):
            machines = [Machine(), Machine(State.DOWN)]
            for i in range(4):
                machines[i % 2].age(rng.exponential(p), i // 2)
            down = sum(1 for m in machines if m.state is State.DOWN)
            return down + machines[0].ages.max() + sum(machines[1].seen)
        """,
    "a generator made in the model, imports in a function, a median, and a generator function in a loop": """
        import statistics
        import numpy as np
        def gaps(rng, p, count):
            for _ in range(count):
                yield rng.exponential(p)
        def f(p):
            from math import sqrt as root
            rng = np.random.default_rng(5)
            t, over = 0.0, 0
            for gap in gaps(rng, p, 3):
                t += gap
                over += root(gap) > 0.8
            middle = statistics.median([rng.normal(p, 1.0), t, 0.5])
            return over + middle + statistics.mean(x * p for x in [t, middle])
        """,
    "choices by weights that move with draws, dictionaries of the module, and a list that is unpacked": """
        import random
        PRIZES = {"small": 1.0, "large": 2.5}
        AFTER = {0: [1, 2], 1: [2], 2: [0, 1]}
        class Die:
            def __init__(self, weights):
                self.weights = weights
            def throw(self):
                return random.choices([1, 2, 5], weights=self.weights)[0]
        def f(p):
            x = random.gauss(p, 1.0)
            die = Die([p, abs(x), 1.0])
            first = die.throw()
            rows = [("small", p), ("large", 0.5)]
            name, *_ = rows[0] if x > 0.5 else rows[1]
            won, *others = [PRIZES[name], x, 3.0]
            for key, value in PRIZES.items():
                won += value * rows[0][1] * (key == name)
            others.append(PRIZES.get("none", 0.5))
            place = 0
            for _ in range(3):
                place = AFTER[place][random.randint(0, len(AFTER[place]) - 1)]
            if any(y > 1.0 for y in others if y < 2.9):
                won += max((y for y in others if y != x), default=0.0) + place
            return won + first * (x > 0.5) + random.randint(1, 2) + random.choice([3.0, 4.0]) * die.throw()
        """,
    "a seed that is an argument of the one object": """
        import numpy as np
        class Shop:
            def __init__(self, p, seed=42):
                self.p, self.sold = p, 0
                self.rng = np.random.default_rng(seed)
            def open(self):
                for _ in range(3):
                    self.sold += self.rng.exponential(self.p) > 0.5
                return self.sold
        def f(p):
            return Shop(p, seed=7).open()
        """,
    "a seed that is an argument of the function that makes the generator": """
        import random
        def made(seed=None):
            return random.Random(seed)
        def f(p):
            source = made(11)
            return sum(source.expovariate(1 / p) > 0.5 for _ in range(3))
        """,
}
INTERPRETED = {
    "a method of the program that has the name of a function, and looks at a part of a generator": """
        class Some:
            def __init__(self, least):
                self.least = least
            def median(self, values):
                for value in values:
                    if value > self.least:
                        return value
                return 0.0
        def f(p, rng):
            first = Some(0.5).median(rng.exponential(p) for _ in range(5))
            return first + (rng.exponential(p) > 1.0)
        """,
    "objects that say when they are true": """
        class Queue:
            def __init__(self):
                self.waiting = []
            def __len__(self):
                return len(self.waiting)
        def f(p, rng):
            queue = Queue()
            if rng.exponential(p) > 1.0:
                queue.waiting.append(1.0)
            return 1.0 if queue else 0.5 * len(queue) + 0.25
        """,
    "seeds that are given to objects": """
        import numpy as np
        class Box:
            def __init__(self, seed):
                self.rng = np.random.default_rng(seed)
        def f(p):
            a, b = Box(1), Box(2)
            return (a.rng.exponential(p) > 1.0) + b.rng.exponential(p)
        """,
    "seeds that are given to objects in a loop": """
        import numpy as np
        class Box:
            def __init__(self, seed):
                self.rng = np.random.default_rng(seed)
        def f(p):
            return sum(Box(i).rng.exponential(p) > 1.0 for i in range(2))
        """,
    "a seed that is given to a class and to the one that inherits from it": """
        import numpy as np
        class Box:
            def __init__(self, seed):
                self.rng = np.random.default_rng(seed)
        class Large(Box):
            pass
        def f(p):
            a, b = Box(1), Large(2)
            return (a.rng.exponential(p) > 1.0) + b.rng.exponential(p)
        """,
    "a fraction in an attribute that was whole in the samples that were looked at": """
        class Count:
            def __init__(self):
                self.n = 0
        def f(p, rng):
            count = Count()
            x = rng.exponential(p)
            count.n = 1 if x < 40.0 else 2.5
            return count.n + (x > 1.0)
        """,
    "generators that are kept, and go on where they were": """
        def clock(rng, p):
            t = 0.0
            while True:
                t += rng.exponential(p)
                yield t
        def f(p, rng):
            clocks = [clock(rng, p), clock(rng, 1.0)]
            first = [next(c) for c in clocks]
            again = [next(c) for c in clocks]
            return (first[0] > first[1]) + again[0]
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), rtol=DECIMALS)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_others_stay_interpreted(source: str, tmp_path: Path) -> None:
    stays_interpreted(filed(source, tmp_path))

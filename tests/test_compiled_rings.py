"""Objects that hold each other, or what holds them, in compiled code: samples as interpreted, and no memory is lost."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from harness import filed
from test_compiled_records import both_ways, same_samples

pytest.importorskip("numba", reason="classes are compiled only")
COMPILED = {
    "agents that know their world, which draws for them": """
        class Agent:
            def __init__(self, world, wealth):
                self.world = world
                self.wealth = wealth
                self.friends = []
            def step(self):
                others = [a for a in self.world.agents if a is not self]
                richest = max(others, key=lambda a: a.wealth)
                if self.wealth > 1.0 and self.world.rng.random() < 0.6:
                    richest.wealth += self.wealth / 2
                    self.wealth /= 2
                    self.friends.append(richest)
        class World:
            def __init__(self, n, p, rng):
                self.rng = rng
                self.agents = []
                for _ in range(n):
                    self.agents.append(Agent(self, rng.exponential(p)))
            def run(self, rounds):
                for _ in range(rounds):
                    for agent in self.agents:
                        agent.step()
                return sum(a.wealth > 1.5 for a in self.agents) + sum(len(a.friends) for a in self.agents)
        def f(p, rng):
            return World(3, p, rng).run(2)
        """,
    "a queue of nodes that know the next one, and a chain that is longer than its owner lives": """
        class Node:
            def __init__(self, due):
                self.due = due
                self.next = None
        class Chain:
            def __init__(self):
                self.first = None
            def insert(self, due):
                node = Node(due)
                if self.first is None or due < self.first.due:
                    node.next = self.first
                    self.first = node
                    return
                at = self.first
                while at.next is not None and at.next.due < due:
                    at = at.next
                node.next = at.next
                at.next = node
        def made(p, rng):
            chain = Chain()
            for _ in range(4):
                chain.insert(rng.exponential(p))
            return chain.first
        def f(p, rng):
            at, place, total = made(p, rng), 0, 0.0
            while at is not None:
                place += 1
                total += at.due / place
                at = at.next
            return total + place
        """,
    "neighbours in lists, drawn by a module": """
        import random
        class Person:
            def __init__(self, number):
                self.number = number
                self.neighbours = []
                self.time = 9.0
            def meet(self, other):
                self.neighbours.append(other)
                other.neighbours.append(self)
            def infect(self, p, t):
                for other in self.neighbours:
                    later = t + random.expovariate(1 / p)
                    if later < other.time:
                        other.time = later
        def f(p):
            people = [Person(i) for i in range(4)]
            for a, b in zip(people, people[1:]):
                a.meet(b)
            people[0].meet(people[3])
            people[0].time = 0.0 * p
            for _ in range(2):
                for person in people:
                    if person.time < 1.5:
                        person.infect(p, person.time)
            return sum(person.time < 1.5 for person in people)
        """,
    "several classes in one list that know their owner": """
        class Animal:
            def __init__(self, field, energy):
                self.field, self.energy = field, energy
            def eat(self):
                raise NotImplementedError
        class Wolf(Animal):
            def eat(self):
                prey = [a for a in self.field.animals if isinstance(a, Sheep)]
                if prey and self.energy < 1.0:
                    self.energy += prey[0].energy
                    self.field.gone.append(prey[0])
        class Sheep(Animal):
            def eat(self):
                self.energy += self.field.rng.exponential(self.field.p)
        class Field:
            def __init__(self, p, rng):
                self.p, self.rng, self.gone = p, rng, []
                self.animals = [Sheep(self, 0.5), Wolf(self, rng.exponential(p)), Sheep(self, 0.2)]
            def run(self):
                for animal in self.animals:
                    animal.eat()
                return sum(a.energy for a in self.animals) + len(self.gone)
        def f(p, rng):
            return Field(p, rng).run()
        """,
}
INTERPRETED = {
    "a dataclass that holds its like": """
        from dataclasses import dataclass, field
        @dataclass
        class Node:
            due: float
            after: list = field(default_factory=list)
        def f(p, rng):
            nodes = [Node(rng.exponential(p)) for _ in range(3)]
            for a, b in zip(nodes, nodes[1:]):
                a.after.append(b)
            return sum(b.due > a.due for a in nodes for b in a.after)
        """,
}


@pytest.mark.parametrize("source", COMPILED.values(), ids=COMPILED)
def test_same_samples(source: str, tmp_path: Path) -> None:
    same_samples(filed(source, tmp_path), 1e-9)


@pytest.mark.parametrize("source", INTERPRETED.values(), ids=INTERPRETED)
def test_what_stays_interpreted(source: str, tmp_path: Path) -> None:
    free, interpreted = both_ways(filed(source, tmp_path))
    assert free.mode == "interpreted" and free.value == interpreted.value


def test_the_objects_of_a_sample_are_freed_with_it(tmp_path: Path) -> None:
    """Objects that were never freed would take 300 bytes of each sample: 60 MB, of which the test sees a quarter."""
    program = filed(next(iter(COMPILED.values())), tmp_path)
    program.estimate(0.8, samples=2000, seed=1, mode="compiled")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    program.estimate(0.8, samples=100_000, seed=1, mode="compiled")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 15_000

"""Two people who go about in a unit square, and meet by chance; p = chance of infection at a meeting.

Where they go has nothing to do with p. Two random places are nearer than r with probability
c = pi r**2 - 8 r**3 / 3 + r**4 / 2, so E = 1 - (1 - c p)**6.
"""

from random import random

P0 = 0.6
EXACT = 0.7510817418213369
EXACT_GRAD = 0.649258363293958
RNG = "random"
radius = 0.4


class Person:
    pass


def somewhere(person):
    person.x = random()
    person.y = random()


def model(p):
    people = []
    for i in range(2):
        person = Person()
        person.sick = i == 0
        people.append(person)
    for day in range(6):
        for person in people:
            somewhere(person)
        for a in people:
            near = [b for b in people if b is not a and (a.x - b.x) ** 2 + (a.y - b.y) ** 2 < radius**2]
            if near and not a.sick:
                a.sick = random() < p
    return sum(person.sick for person in people) - 1

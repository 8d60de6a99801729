"""An epidemic in groups of people, such as children, adults, and the old. Who infects whom?

`contacts[a, b]` is how many people of group b somebody of group a meets in a week, so closely that one who is ill
infects. The ill of a week recover with probability `RECOVERY` before the next.
"""

import numpy as np

RECOVERY = 0.6


def cases(contacts, people, ill, weeks, rng):
    """The new cases of each week and group, among so many `people`, of whom some are `ill` at first."""
    groups = len(people)
    well, ill = people - ill, ill.copy()
    new = np.zeros((weeks, groups))
    for week in range(weeks):
        infected = rng.binomial(well, 1 - np.exp(-(contacts @ (ill / people))), size=groups)
        well = well - infected
        ill = ill + infected - rng.binomial(ill, RECOVERY, size=groups)
        new[week] = infected
    return new


def miss(contacts, people, ill, seen, rng):
    """A number whose mean tells how far the mean epidemic is from `seen`: squares, each over its size, added up.

    The square of a mean is the mean of the product of two epidemics, if they have nothing to do with each other.
    """
    weeks = len(seen)
    one, other = cases(contacts, people, ill, weeks, rng), cases(contacts, people, ill, weeks, rng)
    return np.sum((one - seen) * (other - seen) / (1 + seen))

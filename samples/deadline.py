"""Jobs that are finished before a deadline: a decision on a sum of continuous draws.

Each job takes an exponential time with mean p. The count is Poisson(T / p), so E = T / p and dE/dp = -T / p²; at T = 2
and p = 0.5: 4 and -8.
"""

DEADLINE = 2.0


def deadline(p, rng):
    """The number of jobs that are finished in time."""
    jobs, now = 0, 0.0
    while True:
        now += rng.exponential(p)
        if now > DEADLINE:
            return jobs
        jobs += 1

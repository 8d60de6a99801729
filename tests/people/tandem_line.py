"""Two machines in a row, five jobs: makespan, plus a fee for each job that finds the second machine idle.

p = mean processing time on the first machine. Exact: Markov chain on (jobs done by 1, jobs done by 2).
"""

import numpy as np

P0 = 0.9
EXACT = 8.261250725144583
EXACT_GRAD = 4.233558007316539


def model(p, rng):
    jobs = 5
    first = np.cumsum(rng.exponential(p, size=jobs))
    second = rng.exponential(1.0, size=jobs)
    done = np.zeros(jobs)
    idle = 0
    for i, (ready, work) in enumerate(zip(first, second)):
        before = done[i - 1] if i > 0 else 0.0
        if ready > before:
            idle += 1
        done[i] = max(ready, before) + work
    return done[-1] + 0.5 * idle

"""Wright-Fisher drift with selection p and mutation, 20 genes, 8 generations or fixation: heterozygosity and time.

Exact: powers of the binomial transition matrix.
"""

import numpy as np

P0 = 0.15
EXACT = 0.45928502393856013
EXACT_GRAD = -0.37133008265592776


def model(p, rng):
    genes, share, mutation = 20, 0.5, 0.05
    path = [share]
    for _ in range(8):
        fit = share * (1 + p) / (1 + share * p)
        fit = fit * (1 - mutation) + (1 - fit) * mutation
        share = np.random.binomial(genes, fit) / genes
        path.append(share)
        if share in (0.0, 1.0):
            break
    return 2 * share * (1 - share) + 0.01 * len(path)

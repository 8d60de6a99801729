"""Site percolation on a 3 x 3 grid: is there an open way from top to bottom; p = chance that a site is open.

Exact: enumeration of the 512 grids.
"""

import numpy as np
from collections import deque

P0 = 0.55
EXACT = 0.48155954603710827
EXACT_GRAD = 1.978871287851204


def model(p, rng):
    open_sites = rng.random((3, 3)) < p
    queue = deque((0, c) for c in range(3) if open_sites[0, c])
    seen = set(queue)
    while queue:
        r, c = queue.popleft()
        if r == 2:
            return 1.0
        for dr, dc in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            i, j = r + dr, c + dc
            if 0 <= i < 3 and 0 <= j < 3 and open_sites[i, j] and (i, j) not in seen:
                seen.add((i, j))
                queue.append((i, j))
    return 0.0

"""Insurer with premium 1.2 a year and an exponential claim each year: ruined within three years? p = mean claim.

P(no ruin) by iterated integrals of exponential densities.
"""

from dataclasses import dataclass, field
from typing import List

import numpy as np

P0 = 1.0
EXACT = 0.1131825505678723
EXACT_GRAD = 0.38329480291502405


@dataclass
class Insurer:
    reserve: float = 2.0
    premium: float = 1.2
    history: List[float] = field(default_factory=list)

    @property
    def solvent(self) -> bool:
        return self.reserve >= 0

    def year(self, claim: float) -> None:
        self.reserve += self.premium - claim
        self.history.append(self.reserve)


def model(p, rng):
    insurer = Insurer()
    for year in range(3):
        insurer.year(rng.exponential(p))
        if not insurer.solvent:
            return 1.0
    assert len(insurer.history) == 3
    return 0.0

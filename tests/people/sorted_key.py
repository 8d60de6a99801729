"""Triage: patients are treated in order of noisy severity; cost weights waiting by position; p = true severity of A.

Exact: Gaussian pair probabilities (positions are sums of pairwise comparisons).
"""

import random
from collections import namedtuple

P0 = 0.3
EXACT = 4.1056930410674735
EXACT_GRAD = -0.5253894596984221
Patient = namedtuple("Patient", "name true seen")


def model(p):
    patients = [Patient(name, true, random.gauss(true, 1.0)) for name, true in [("A", p), ("B", 0.0), ("C", 1.0)]]
    queue = sorted(patients, key=lambda x: x.seen, reverse=True)
    return sum(position * (2.0 if patient.name == "A" else 1.0) for position, patient in enumerate(queue))

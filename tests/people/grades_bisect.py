"""Grades by bisect: mean grade points of three exams, letter by an f-string; p = mean score (sd 10).

E of a point is a sum of normal tails.
"""

import bisect
import random
from collections import Counter

P0 = 72.0
EXACT = 1.7119757569137168
EXACT_GRAD = 0.09538704600212337
CUTS = [60, 70, 80, 90]
POINTS = {"F": 0.0, "D": 1.0, "C": 2.0, "B": 3.0, "A": 4.0}


def grade(score):
    return f"{'FDCBA'[bisect.bisect(CUTS, score)]}"


def model(p):
    letters = Counter(grade(random.normalvariate(p, 10)) for _ in range(3))
    return sum(POINTS[letter] * n for letter, n in letters.items()) / 3

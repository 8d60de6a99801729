"""Accounts in an array that helpers change in place: the spread at the end; p = interest. Exact: moments."""

import numpy as np

P0 = 0.3
EXACT = 17.61318
EXACT_GRAD = 99.80099999999788


def pay(accounts, amounts):
    accounts += amounts


def accrue(accounts, rate):
    accounts *= 1 + rate
    return accounts


def model(p, rng):
    accounts = np.zeros(3)
    names = same = np.zeros(3)
    for year in range(2):
        pay(accounts, rng.exponential(1.0, size=3))
        after = accrue(accounts, p)
        pay(same, p * after)
    return accounts @ names

"""A parking lot as a context manager, options passed on as keywords: fines of six cars; p = chance not to pay.

Exact: binomial.
"""

import random

P0 = 0.3
EXACT = 35.99999999999999
EXACT_GRAD = 192.0000000000088


class Lot:
    def __init__(self, fine=10.0, **options):
        self.fine = fine
        self.options = options
        self.open = False

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *exc):
        self.open = False
        return False

    def park(self, *cars):
        print(f"{len(cars)} cars")
        caught = [car for car in cars if random.random() < self.options["cheat"]]
        return self.fine * len(caught) ** 2


def simulate(*args, **kwargs):
    with Lot(*args, **kwargs) as lot:
        return lot.park(*range(6))


def model(p):
    return simulate(8.0, cheat=p)

"""A counter that prints and logs what its steps return: five customers with gaps of mean p, of whom it serves three.

Exact: the fourth and fifth, after 4 and 5 gaps, are left; the first gets a gift where the first gap is below 1.
"""

import logging

P0 = 0.8
EXACT = 7.91349520313981
EXACT_GRAD = 8.55233625489595

logger = logging.getLogger("counter")


class Counter:
    def __init__(self, mean, rng):
        self.mean, self.rng = mean, rng
        self.now, self.waiting, self.gifts = 0.0, [], 0

    def arrive(self):
        self.now += self.rng.exponential(self.mean)
        self.waiting.append(self.now)
        return len(self.waiting)

    def serve(self):
        first = self.waiting.pop(0)
        if first < 1.0 and self.gifts == 0 and len(self.waiting) == 4:
            self.gifts += 1
        return first


def model(p, rng):
    counter = Counter(p, rng)
    for number in range(5):
        print(f"customer {number}: {counter.arrive()} in line")
    for _ in range(3):
        logger.warning("served one who came at %.2f", counter.serve())
    print("left:", len(counter.waiting), "of", 5)
    return sum(counter.waiting) + counter.gifts

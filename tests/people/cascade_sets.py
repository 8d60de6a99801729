"""Independent cascade on a network of sets: how many adopt; p = chance per edge. Exact: enumeration of the edges."""

import random

P0 = 0.4
EXACT = 2.2889600000000003
EXACT_GRAD = 4.623999999999577
FRIENDS = {"ann": {"bob", "cat"}, "bob": {"ann", "dan"}, "cat": {"ann", "dan"}, "dan": {"bob", "cat", "eve"}, "eve": {"dan"}}


def model(p):
    active = {"ann"}
    new = {"ann"}
    while new:
        reached = {friend for person in sorted(new) for friend in sorted(FRIENDS[person] - active) if random.random() < p}
        new = reached - active
        active |= new
    return len(active)

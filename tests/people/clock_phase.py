"""An exponential time on a clock: whole turns, and what is left of the last, green or not; p = mean time.

The turns are geometric and the phase is a truncated exponential time, whatever the turn.
"""

P0 = 0.7
EXACT = 2.732614949833033
EXACT_GRAD = 1.1318072809820396


def model(p, rng):
    time = rng.exponential(p)
    hands = [time, time]
    hands[0] //= 1
    hands[1] %= 1
    return 2 * hands[0] + 3 * (hands[1] < 0.4) + hands[1]

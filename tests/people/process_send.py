"""A thermostat as a coroutine that is sent readings: hours of heating in five; p = mean reading.

It switches on below 18 and off above 20: a two-state Markov chain on the heater.
"""

import random

P0 = 19.0
EXACT = 2.192280370267541
EXACT_GRAD = -1.250781198392659


def thermostat():
    on = False
    while True:
        reading = yield on
        if reading < 18:
            on = True
        elif reading > 20:
            on = False


def model(p):
    control = thermostat()
    next(control)
    hours = 0
    for _ in range(5):
        hours += control.send(random.gauss(p, 2.0))
    return hours

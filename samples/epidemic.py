"""A disease among a few people, person by person: each infected person may infect each susceptible one, every day.

At beta = 0.2, gamma = 0.3: E = 3.453003, dE/dbeta = 10.280751 and dE/dgamma = -2.187352 (Markov chain on the counts).
"""

SUSCEPTIBLE, INFECTED, RECOVERED = 0, 1, 2
PEOPLE = 5
DAYS = 4


def epidemic(beta, gamma, rng):
    """The number of people ever infected, the first one included."""
    state = [SUSCEPTIBLE] * PEOPLE
    state[0] = INFECTED
    for _ in range(DAYS):
        infected = [person for person in range(PEOPLE) if state[person] == INFECTED]
        for person in range(PEOPLE):
            if state[person] == SUSCEPTIBLE:
                for _ in infected:
                    if rng.random() < beta:
                        state[person] = INFECTED
                        break
        for person in infected:
            if rng.random() < gamma:
                state[person] = RECOVERED
    return PEOPLE - state.count(SUSCEPTIBLE)

"""Exact expectations of the samples, and their derivatives, without sampling.

Each function is named after its file in `samples/`, takes the parameters of the sample and returns `(E, dE/dp)`.
The derivatives are closed forms or complex steps: every expectation below is analytic in its parameters, so
`E(p + ih) = E(p) + ih E'(p) + O(h**2)`, and with h = 1e-30 the imaginary part gives E' to rounding error.
"""

import cmath
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STEP = 1e-30


def value_and_derivative(expectation: Callable[[complex], complex], p: float) -> tuple[float, float]:
    """The value of an analytic function at p and its derivative by a complex step."""
    e = expectation(complex(p, STEP))
    return e.real, e.imag / STEP


def exponential(p: float) -> tuple[float, float]:
    """The mean of an exponential."""
    return p, 1.0


def exponential_squared(p: float) -> tuple[float, float]:
    """The second moment of an exponential: p**2 + p**2."""
    return 2 * p**2, 4 * p


def deadline(p: float) -> tuple[float, float]:
    """The mean of a Poisson count: events of rate 1 / p in time 2."""
    return 2.0 / p, -2.0 / p**2


def bernoulli(p: float) -> tuple[float, float]:
    """The mean of a coin."""
    return p, 1.0


def crazy(p: float) -> tuple[float, float]:
    """E = a E[c b] = a (2 E[b**2] + 3 p E[b]) with a = p (1 - p), E[b] = 10 p and E[b**2] = 10 p + 90 p**2."""
    a, a_dot = p * (1 - p), 1 - 2 * p
    cb, cb_dot = 20 * p + 210 * p**2, 20 + 420 * p
    return a * cb, a_dot * cb + a * cb_dot


def lecture_walk(p: float) -> tuple[float, float]:
    """The distribution of n, carried through the 100 tosses."""
    n = np.arange(101)

    def expectation(p: complex) -> complex:
        mass = np.zeros(101, dtype=complex)
        mass[0] = 1
        for i in range(1, 101):
            up = mass * p * (1 - (n + i) / 200)
            mass = mass - up
            mass[1:] += up[:-1]
        return complex(mass @ n)

    return value_and_derivative(expectation, p)


def state_walk(p: float) -> tuple[float, float]:
    """The distribution of x, carried through the 50 steps; x stays in 0..50."""
    x = np.arange(52)

    def expectation(p: complex) -> complex:
        q = np.exp(-x / p)
        mass = np.zeros(52, dtype=complex)
        mass[0] = 1
        for _ in range(50):
            up, down = mass * q, mass * (1 - q)
            mass = np.append(0, up[:-1]) + np.append(down[1:], 0)
        return complex(mass @ x**2)

    return value_and_derivative(expectation, p)


FLIP = np.array([0.1, 0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9])


def life_transition(size: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """All boards (cell, board) and the matrix of one step (old board, new board).

    Neighbours are counted on the old board and a cell changes once per step, so given the old board the cells
    flip independently: an entry of the matrix is a product over the cells.
    """
    cells = size**2
    boards = np.arange(2**cells) >> np.arange(cells)[:, None] & 1
    old = np.pad(boards.reshape(size, size, -1), ((1, 1), (1, 1), (0, 0)))
    neighbours = old[2:, 1:-1] + old[:-2, 1:-1] + old[1:-1, 2:] + old[1:-1, :-2]
    flip = FLIP[5 * boards + neighbours.reshape(cells, -1)]
    step = np.ones((2**cells, 2**cells))
    for cell in range(cells):
        flips = boards[cell][:, None] != boards[cell]
        step *= np.where(flips, flip[cell][:, None], 1 - flip[cell][:, None])
    return boards, step


def game_of_life(p: float, size: int = 3) -> tuple[float, float]:
    """The mean number of living cells on a board of at most 3 x 3, by the chain over its 512 states."""
    if not 1 <= size <= 3:
        raise ValueError(f"the chain has 2**{size**2} states; size must be 1, 2 or 3")
    boards, step = life_transition(size)
    alive = boards.sum(axis=0)
    later = step @ (step @ (step @ alive))

    def expectation(p: complex) -> complex:
        return complex((p**alive * (1 - p) ** (size**2 - alive)) @ later)

    return value_and_derivative(expectation, p)


def kl_poisson(p: float) -> tuple[float, float]:
    """The sum over i of Poisson(i; p) log(Poisson(i; p) / nbinom(i; 10, 1/4)), cut where the terms vanish."""

    def term(i: int, p: complex) -> complex:
        log_poisson = i * cmath.log(p) - p - math.lgamma(i + 1)
        log_nbinom = math.log(math.comb(i + 9, 9)) + 10 * math.log(0.25) + i * math.log(0.75)
        return cmath.exp(log_poisson) * (log_poisson - log_nbinom)

    terms = range(int(p + 40 * math.sqrt(p) + 40))
    return value_and_derivative(lambda p: sum((term(i, p) for i in terms), 0j), p)


def binomial(n: int, q: complex) -> list[complex]:
    """The probabilities of Binomial(n, q) on 0..n."""
    return [math.comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]


def epidemic_mean(beta: complex, gamma: complex, people: int, days: int) -> complex:
    """The mean number ever infected, by the chain on (susceptible, infected).

    A susceptible person escapes the i infected of a day with probability (1 - beta)**i, all independently, and each of
    the i recovers with probability gamma: a day is one binomial draw of infections and one of recoveries.
    """
    mass = {(people - 1, 1): 1 + 0j}
    for _ in range(days):
        after: dict[tuple[int, int], complex] = {}
        for (s, i), m in mass.items():
            for new, p_new in enumerate(binomial(s, 1 - (1 - beta) ** i)):
                for recovered, p_recovered in enumerate(binomial(i, gamma)):
                    to = (s - new, i + new - recovered)
                    after[to] = after.get(to, 0j) + m * p_new * p_recovered
        mass = after
    return sum(((people - s) * m for (s, _), m in mass.items()), 0j)


def epidemic(beta: float, gamma: float, people: int = 5, days: int = 4) -> tuple[float, dict[str, float]]:
    """The mean number ever infected, and its derivatives by name."""
    e, beta_dot = value_and_derivative(lambda b: epidemic_mean(b, gamma, people, days), beta)
    _, gamma_dot = value_and_derivative(lambda g: epidemic_mean(beta, g, people, days), gamma)
    return e, {"beta": beta_dot, "gamma": gamma_dot}


class Case(NamedTuple):
    """A sample with exact values: its file, its function, where it is evaluated, and how its text is changed first."""

    name: str
    function: str
    parameters: dict[str, float]
    exact: Callable[..., tuple[float, float] | tuple[float, dict[str, float]]]
    replace: tuple[str, str] = ("", "")

    def value(self, parameters: dict[str, float] | None = None) -> float:
        """E, at the parameters of the case or at others."""
        return self.exact(**(parameters or self.parameters))[0]

    def derivatives(self) -> dict[str, float]:
        """dE/dp by the name of the parameter, for one parameter or several."""
        derivative = self.exact(**self.parameters)[1]
        return derivative if isinstance(derivative, dict) else dict.fromkeys(self.parameters, derivative)


CASES = (
    Case("exponential", "exponential", {"p": 10.0}, exponential),
    Case("exponential_squared", "exponential_squared", {"p": 10.0}, exponential_squared),
    Case("deadline", "deadline", {"p": 0.5}, deadline),
    Case("bernoulli", "bernoulli", {"p": 0.6}, bernoulli),
    Case("lecture_walk", "walk", {"p": 0.5}, lecture_walk),
    Case("crazy", "crazy", {"p": 0.6}, crazy),
    Case("state_walk", "state_walk", {"p": 100.0}, state_walk),
    Case("game_of_life", "game_of_life", {"p": 0.5}, game_of_life, ("SIZE = 7", "SIZE = 3")),
    Case("kl_poisson", "kl_poisson", {"p": 10.0}, kl_poisson),
    Case("epidemic", "epidemic", {"beta": 0.2, "gamma": 0.3}, epidemic),
)

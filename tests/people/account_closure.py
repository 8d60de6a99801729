"""An account as closures: balance after six months of pay or overdraft fee; p = chance of a big expense.

Exact: dynamic programme over the balance.
"""

from random import random

P0 = 0.4
EXACT = 1.1377279999999996
EXACT_GRAD = -16.058880000000496


def make_account(start):
    balance = start
    fees = 0

    def deposit(amount):
        nonlocal balance
        balance += amount

    def withdraw(amount):
        nonlocal balance, fees
        if amount > balance:
            fees += 1
            balance -= 1
        else:
            balance -= amount
        return balance

    return deposit, withdraw, lambda: balance - 2 * fees


def model(p):
    deposit, withdraw, worth = make_account(3)
    for _ in range(6):
        deposit(2)
        withdraw(5 if random() < p else 1)
    return worth()

"""Customers of two kinds by inheritance, exponential patience: revenue of five; p = mean patience.

Service starts 0.4 later for each customer before who stayed: dynamic programme (P(stay) = exp(-wait/p)).
"""

import abc
import random

P0 = 1.0
EXACT = 3.676525343848971
EXACT_GRAD = 1.8654556735079246


class Customer(abc.ABC):
    def __init__(self, mean):
        self.patience = random.expovariate(1.0 / (mean * self.factor))

    @property
    @abc.abstractmethod
    def factor(self): ...

    def stays(self, wait):
        return self.patience > wait

    def pays(self):
        return 1.0


class Regular(Customer):
    factor = 1.0


class Tourist(Customer):
    factor = 0.5

    def pays(self):
        return super().pays() + 1.5


def model(p):
    served, revenue = 0, 0.0
    for i in range(5):
        customer = Tourist(p) if i % 2 else Regular(p)
        if customer.stays(0.4 * served):
            served += 1
            revenue += customer.pays()
    return revenue

"""Single-server queue, event driven: total waiting time of the first four customers; p = mean of a service phase.

Service is Erlang-2 with phase mean p, gaps are exponential(1). E[W_n] = sum_{k<=n} E[(S_k - A_k)^+] / k (Spitzer 1956),
S_k ~ gamma(2k, p), A_k ~ gamma(k, 1); a one-dimensional integral for each term.
"""

import heapq
from dataclasses import dataclass, field

P0 = 0.4
EXACT = 1.509208869482225
EXACT_GRAD = 7.004337530471687


@dataclass(order=True)
class Event:
    time: float
    kind: str = field(compare=False)
    customer: int = field(compare=False)


class Queue:
    def __init__(self, rng, phase):
        self.rng = rng
        self.phase = phase
        self.events = []
        self.waiting = []
        self.busy = False
        self.arrived = {}
        self.waits = []

    def schedule(self, time, kind, customer):
        heapq.heappush(self.events, Event(time, kind, customer))

    def start(self, now, customer):
        self.busy = True
        self.waits.append(now - self.arrived[customer])
        service = self.rng.exponential(self.phase) + self.rng.exponential(self.phase)
        self.schedule(now + service, "departure", customer)

    def run(self, customers):
        self.schedule(0.0, "arrival", 0)
        while self.events:
            event = heapq.heappop(self.events)
            if event.kind == "arrival":
                self.arrived[event.customer] = event.time
                if event.customer + 1 < customers:
                    self.schedule(event.time + self.rng.exponential(1.0), "arrival", event.customer + 1)
                if self.busy:
                    self.waiting.append(event.customer)
                else:
                    self.start(event.time, event.customer)
            else:
                self.busy = False
                if self.waiting:
                    self.start(event.time, self.waiting.pop(0))
        return sum(self.waits)


def model(p, rng):
    return Queue(rng, p).run(4)

"""Programs whose smooth values live anywhere: in heaps, objects, generators, and under comparisons.

A generated program that cannot be written with tangent lines imports its modules from here: `math`, `numpy` and
`random` work on carried values as on plain ones, and `at` says at which site a source draws.
"""

from stochtrace.carried.builtins import as_float, as_type, hash_of, kind_of, largest, smallest
from stochtrace.carried.checks import computing
from stochtrace.carried.hashes import numbered
from stochtrace.carried.marked import constant, passing, scored
from stochtrace.carried.running import guarded
from stochtrace.carried.sources import Source, at, flip, miss

__all__ = [
    "Source",
    "as_float",
    "as_type",
    "at",
    "computing",
    "constant",
    "flip",
    "guarded",
    "hash_of",
    "kind_of",
    "largest",
    "miss",
    "numbered",
    "passing",
    "scored",
    "smallest",
]

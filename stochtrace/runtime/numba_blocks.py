"""The blocks of uniforms that all compiled programs compute, compiled once: programs call them by the names of symbols.

In each program they would take a third of the time that it takes to compile it. This file is a template: the machine
code is kept beside a copy in the cache.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

from stochtrace.runtime.numba_counters import store_ahead, store_following


def following(to, key0, key1, block, site, sample, mirror):
    """Store the uniforms of eight blocks of a site that follow each other, from an address on."""
    store_following(to, key0, key1, block, site, sample, mirror)
    return 0


def ahead(to, key0, key1, block, site, sample, mirror):
    """Store those of the same block of sixteen samples that follow each other."""
    store_ahead(to, key0, key1, block, site, sample, mirror)
    return 0

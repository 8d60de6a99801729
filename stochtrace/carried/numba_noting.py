"""Decisions that are noted, and compared with what a check expects, in compiled code."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"

from __future__ import annotations

from numba.extending import register_jitable

from stochtrace.carried.numba_memory import FULL, decision_row


@register_jitable
def noted(trace, k, a, b, outcome):
    """Note a decision that depends on rows a and b; in a check, compare it with what was expected."""
    i = trace.decision_count
    if i == trace.room:
        trace.full = FULL
        return
    trace.decision_count = i + 1
    trace.newest = max(trace.newest, k)
    if trace.checking == 0:
        row = decision_row(trace.decisions, i)
        row.k, row.a, row.b, row.outcome = k, a, b, outcome
    elif i < trace.expected_count and decision_row(trace.expected, i).outcome != outcome:
        trace.differs = 1


@register_jitable
def over(trace):
    """Tell whether a check has its answer."""
    return trace.checking != 0 and (trace.differs != 0 or trace.decision_count >= trace.expected_count)

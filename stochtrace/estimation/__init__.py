"""The program object and what it returns: samples, triples, estimates."""

from stochtrace.estimation.checkpoint import CheckpointError
from stochtrace.estimation.program import Program, load
from stochtrace.estimation.results import Estimate, Jump, Triple

__all__ = ["CheckpointError", "Estimate", "Jump", "Program", "Triple", "load"]

"""The program object and what it returns: samples, triples, estimates."""

from stochtrace.estimation.checkpoint import CheckpointError
from stochtrace.estimation.gradient_estimate import GradientEstimate, JacobianEstimate
from stochtrace.estimation.loading import load
from stochtrace.estimation.program import Program
from stochtrace.estimation.results import Estimate, Jump, Triple

__all__ = [
    "CheckpointError",
    "Estimate",
    "GradientEstimate",
    "JacobianEstimate",
    "Jump",
    "Program",
    "Triple",
    "load",
]

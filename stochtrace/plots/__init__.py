"""Pictures of programs and their derivatives: each function returns a Figure of Matplotlib (the extra `plot`)."""

from stochtrace.plots.contributions import plot_sites
from stochtrace.plots.coupling import coupled, plot_coupling
from stochtrace.plots.curves import plot_sweep
from stochtrace.plots.style import PlotError, rendered
from stochtrace.plots.traces import plot_trace, read_trace

__all__ = ["PlotError", "coupled", "plot_coupling", "plot_sites", "plot_sweep", "plot_trace", "read_trace", "rendered"]

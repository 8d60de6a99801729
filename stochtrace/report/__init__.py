"""The report on a program: one page of HTML that needs nothing else, neither a network nor the files."""

from stochtrace.report.page import MARK, Asked, render

__all__ = ["MARK", "Asked", "render"]

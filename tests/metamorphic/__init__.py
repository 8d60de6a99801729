"""Rewritings of programs that leave their meaning, their draws and the order of their decisions as they are."""

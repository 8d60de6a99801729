"""`python -m stochtrace_cli` is the command `stochtrace`."""

from .main import main

main(prog_name="stochtrace")

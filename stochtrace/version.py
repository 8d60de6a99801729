"""The version of the package, and the number of the interface between generated files and the runtime."""

__version__ = "0.1.0"

# A generated file carries this number and asks for it at import. It grows when an old generated file would no longer
# run, or would no longer compute the same.
INTERFACE = 1

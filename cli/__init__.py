"""The command line of stochtrace; installed as the import package `stochtrace_cli`."""

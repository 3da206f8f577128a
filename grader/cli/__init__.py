"""The command line: the only code that prints to the terminal or exits."""

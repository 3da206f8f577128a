"""Runs a command in isolation, under limits, at the strongest level that works here."""

"""The inside of level 2: becomes one confined process after another. Imports nothing heavy."""

"""The edits that plant mistakes, one file for each style."""

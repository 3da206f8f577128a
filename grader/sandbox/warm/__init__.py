"""Starts jobs as copies of a process that has imported what they all import.

``templates`` is the host's side; everything else runs in the template and its copies, and imports
nothing heavy.
"""

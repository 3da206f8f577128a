"""A class of submissions: found, graded, kept, and shown as a whole."""

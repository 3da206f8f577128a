"""The mutation bench of diagnosis: plants mistakes in right solutions, and scores what is told."""

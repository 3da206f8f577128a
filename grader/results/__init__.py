"""Results on disk: one folder per student, written whole or not at all."""

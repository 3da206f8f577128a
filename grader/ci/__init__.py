"""The gate of an assignment repository: grades what it hands in, and tells the platform."""

"""From an outbox nobody trusts to claims and measurements.

Everything that came out of a sandbox passes through here: files are opened without following
links, read with caps, parsed as JSON into frozen models or as safetensors into arrays. Nothing is
ever unpickled, imported or run.
"""

"""Commands that tests run."""

import subprocess


def run(*command: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    """Run a command and return it with its text output; never raises on failure."""
    return subprocess.run(command, capture_output=True, text=True, check=False, **kwargs)  # type: ignore[call-overload]

"""Entry of the ``grader`` command."""

import sys

from grader.cli.codes import INTERRUPTED, OURS


def main() -> None:
    """Load the command and run it; what cannot even be loaded is told in a sentence, too."""
    try:
        from grader.cli.main import main as run
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - a damaged installation can raise anything
        sys.stderr.write(
            f"fault: the grader cannot be loaded ({type(error).__name__}: {error}): its "
            "installation is damaged or out of date, install it again\n"
        )
        sys.exit(OURS)
    run()


if __name__ == "__main__":
    main()

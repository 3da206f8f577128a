"""The two Landlock domains of level 2: an outer one of ours, an inner one for the job."""

import contextlib
import os

from landlockpy import AccessFS, AccessNet, Ruleset, Scope

from grader.sandbox.confine.plan import Plan

ALONE = Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL
"""No signal and no abstract socket reaches what was not started inside."""

READ = AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE
WRITE = (
    READ
    | AccessFS.WRITE_FILE
    | AccessFS.TRUNCATE
    | AccessFS.REMOVE_DIR
    | AccessFS.REMOVE_FILE
    | AccessFS.MAKE_DIR
    | AccessFS.MAKE_REG
    | AccessFS.MAKE_SOCK
    | AccessFS.MAKE_FIFO
    | AccessFS.MAKE_SYM
    | AccessFS.REFER
)
FOR_FILES = AccessFS.READ_FILE | AccessFS.EXECUTE | AccessFS.WRITE_FILE | AccessFS.TRUNCATE
DEVICE = AccessFS.READ_FILE | AccessFS.WRITE_FILE


def enter_outer() -> None:
    """Cut this process off from all others, so that a signal to everyone reaches only ours."""
    with Ruleset(
        handled_fs=AccessFS.NONE, handled_net=AccessNet.NONE, scoped=ALONE, best_effort=False
    ) as ruleset:
        ruleset.restrict()


def enter_inner(plan: Plan) -> None:
    """Take away every file that the plan does not name, for good."""
    with Ruleset(scoped=ALONE) as ruleset:
        granted = (
            (plan.reads, READ),
            (plan.lists, AccessFS.READ_DIR),
            (plan.writes, WRITE),
            (plan.devices, DEVICE),
        )
        for paths, access in granted:
            for path in paths:
                with contextlib.suppress(FileNotFoundError):
                    ruleset.allow_path(path, _fitting(path, access))
        ruleset.restrict()


def _fitting(path: str, access: AccessFS) -> AccessFS:
    """The kernel takes no rights over folders for a path that is none."""
    if os.path.isdir(path):
        return access
    return access & FOR_FILES

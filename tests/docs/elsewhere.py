"""Commands that are shown and cannot be run by a test of the pages, and what runs them instead."""

RAY = "needs the extra 'ray': tests/batch/test_ray_engine.py grades on nodes of this machine"
WATCHES = "goes on until Ctrl-C: tests/watch/test_watching.py saves, reads and ends it"
ELSEWHERE = {
    "grader check lab1 my_lab1.py --watch": WATCHES,
    "grader check lab1 my_lab1.ipynb --watch --practice": WATCHES,
    "make demo": "grades six programs for minutes: .ci/run runs it",
    "make test": "is what runs this test",
    "pip install .": "changes the environment: .ci/run installs the wheel and grades with it",
    "python -m pip install 'lab-grader[ray]'": "changes the environment; nothing runs it",
    "ray start --head --disable-usage-stats": RAY,
    "ray start --address=FIRST:6379": RAY,
    "grader batch lab1 submissions --engine ray --address FIRST:6379": RAY,
    "python tests/fuzz/run.py outbox --inputs 100000 --seed 0 --findings found": (
        "takes half an hour: tests/fuzz runs a few hundred inputs"
    ),
    "python tests/fuzz/run.py outbox --replay found/outbox-4711.json": (
        "needs a finding, and there is none: no test replays one"
    ),
}
"""A command as it is shown, without its comment, and why it is not run here."""

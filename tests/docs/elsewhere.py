"""Commands that are shown and cannot be run by a test of the pages, and what runs them instead."""

ELSEWHERE = {
    "make demo": "grades six programs for minutes: .ci/run runs it",
    "make test": "is what runs this test",
    "pip install .": "changes the environment: .ci/run installs the wheel and grades with it",
    "grader data fetch": "needs the network: tests/cli/test_data_commands.py plays it",
    "python -m pip install 'lab-grader[ray]'": "changes the environment, see docs/cluster.md",
    "ray start --head --disable-usage-stats": "benchmarks/ray_cluster.py starts a cluster",
    "ray start --address=FIRST:6379": "benchmarks/ray_cluster.py starts a cluster",
    "grader batch lab1 submissions --engine ray --address FIRST:6379": (
        "needs a cluster: tests/batch/test_ray_engine.py grades on one"
    ),
    "python tests/fuzz/run.py outbox --inputs 100000 --seed 0 --findings found": (
        "takes half an hour: tests/fuzz runs a few hundred inputs"
    ),
    "python tests/fuzz/run.py outbox --replay found/outbox-4711.json": (
        "needs a finding: tests/fuzz/test_fuzz.py replays one"
    ),
}
"""A command as it is shown, without its comment, and why it is not run here."""

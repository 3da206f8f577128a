"""What travels into sandbox A beside a submission. Nothing on the host imports this package.

Theory of operation. ``start`` copies the submission into the working directory and runs it, as a
script in this process or as a notebook through nbclient and a kernel that loads the same probe.
``hooks`` wraps a handful of torch entry points so that ``trace`` hears of forward passes, losses,
backward calls, optimizer steps and loader ends. At the end of every training pass ``recorder``
finds the trained model (``candidates``), captures it as a graph (``capture``) and writes weights
and sampled inputs to the outbox. Everything written here is a *claim*: student code shares the
process. Each piece is its own file, written atomically as soon as it exists, because nothing may
depend on the program reaching its end. Where a first answer is wanted soon, ``early`` ends the
program after its first step.
"""

"""What travels into sandbox B: reads inert artefacts, never runs student code, sees no label.

``start`` reads ``ROOT/tasks/N.json``, interprets the captured graph on images with an allow-list
of operators (``operators``, ``interpreter``), reads the layers (``layers``), and writes logits and
figures to the outbox. Nothing on the host imports this package.
"""

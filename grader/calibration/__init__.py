"""Where thresholds come from: the worked solution over seeds, and whether right work meets them."""

from grader.calibration.measure import calibrate, summarise, write_baseline

__all__ = ["calibrate", "summarise", "write_baseline"]

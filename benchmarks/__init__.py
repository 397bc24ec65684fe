"""Speed and size, measured as ratios within one run; docs/performance.md tells what came out.

A file `bench_<name>.py` has `run(sizes) -> Iterable[Measure]` (benchmarks.measures): `sizes` are the numbers of
contributions to measure with, smallest first, and `dataset.ensure_rows(size)` is the URL of a database that holds so
many. A measure is told as soon as it is yielded.
"""

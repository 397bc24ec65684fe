"""Speed and size, measured as ratios within one run; docs/performance.md tells what came out."""

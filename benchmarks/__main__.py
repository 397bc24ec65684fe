"""`python -m benchmarks`: runs the benchmarks, prints a table while they run and writes the numbers as JSON."""

import argparse
import json
import os
import platform
import time
from collections.abc import Iterable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from benchmarks.measures import Measure

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "var" / "bench" / "results.json"
NAMES = sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))


def main() -> None:
    """Run what was asked for; the exit code is 0 also where a goal is missed, since machines differ."""
    asked = _arguments()
    results: dict[str, object] = {"machine": _machine(), "sizes": asked.sizes}
    for name in asked.names or NAMES:
        print(f"\n{name}", flush=True)
        start = time.perf_counter()
        measured = _told(import_module(f"benchmarks.bench_{name}").run(asked.sizes))
        print(f"  ({time.perf_counter() - start:.0f} s)", flush=True)
        results[name] = [asdict(one) | {"is_met": one.is_met} for one in measured]
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")
    print(f"\nWritten to {asked.json}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)}; all without one")
    parser.add_argument("--sizes", type=_sizes, default="10k,100k,1M", help="contributions [default: 10k,100k,1M]")
    parser.add_argument("--json", type=Path, default=RESULTS, help="where the numbers go [default: var/bench]")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    return asked


def _sizes(text: str) -> tuple[int, ...]:
    factors = {"k": 1000, "M": 1_000_000}
    try:
        return tuple(sorted(int(one.rstrip("kM")) * factors.get(one[-1], 1) for one in text.split(",")))
    except (ValueError, IndexError):
        raise argparse.ArgumentTypeError("write sizes like this: 10k,100k,1M") from None


def _told(measures: Iterable[Measure]) -> list[Measure]:
    told = []
    for one in measures:
        told.append(one)
        goal = "" if one.goal is None else f"{'≥' if one.at_least else '≤'} {one.goal:g} {one.unit}"
        verdict = {True: "met", False: "MISSED", None: ""}[one.is_met]
        print(f"  {one.what:<66} {one.value:>10.4g} {one.unit:<7} {goal:<16} {verdict}", flush=True)
    return told


def _machine() -> dict[str, object]:
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
    }


if __name__ == "__main__":
    main()

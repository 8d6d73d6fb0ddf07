"""``./portal bench [NAME …] [--json]``: run the benchmarks, a line each."""

import argparse
import importlib
import sys

#: In the order of the house: camera, decision, serving, black, screen.
NAMES = ("camera_cpu", "decision", "serving_cpu", "time_to_black", "first_picture", "glass_to_glass")


def main() -> int:
    """Run what is named, or all; print each line as soon as it is known."""
    parser = argparse.ArgumentParser(
        prog="./portal bench", description=__doc__, epilog="example: ./portal bench decision --json"
    )
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args()
    for name in chosen.names or NAMES:
        for line in importlib.import_module(f"bench.{name}").measure():
            print(line.as_json() if chosen.json else line.as_text(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Writes `xkcd.json`: the 949 commonest colour names of the XKCD colour survey with their colours.

    python -m color.build_names

The survey (Randall Munroe, 2010, https://xkcd.com/color/rgb/, CC0) asked about 222,500 people to
name some five million colours on their screens. matplotlib carries its summary; only this
script needs matplotlib, and only to write the file again.
"""

from __future__ import annotations

import json
from pathlib import Path


def main() -> None:
    """Write the file beside this script."""
    from matplotlib.colors import XKCD_COLORS

    colors = {name.removeprefix("xkcd:"): value for name, value in sorted(XKCD_COLORS.items())}
    document = {
        "source": "https://xkcd.com/color/rgb/",
        "license": "CC0",
        "command": "python -m color.build_names",
        "colors": colors,
    }
    text = json.dumps(document, indent=1)
    Path(__file__).with_name("xkcd.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""How a reviewer wants photos shown: kept in a cookie of their browser, for it is no secret."""

import re
from dataclasses import dataclass

COOKIE = "vitrine_view"
STEP = 10
STRENGTHS = tuple(range(0, 101, STEP))
_WRITTEN = re.compile(r"([0-9]{1,3})(g?)")


@dataclass(frozen=True)
class Preferences:
    """`blur` is the strength in percent, one of STRENGTHS; 0 shows photos as they are."""

    blur: int = 70
    greyscale: bool = False

    @property
    def text(self) -> str:
        """What the cookie holds."""
        return f"{self.blur}{'g' if self.greyscale else ''}"


def read_preferences(text: str | None) -> Preferences:
    """What a cookie says; the defaults where it says nothing that makes sense."""
    found = _WRITTEN.fullmatch(text or "")
    if found is None:
        return Preferences()
    return Preferences(nearest_strength(int(found[1])), bool(found[2]))


def nearest_strength(percent: int) -> int:
    """The strength nearest to that many percent."""
    return min(STRENGTHS, key=lambda strength: abs(strength - percent))

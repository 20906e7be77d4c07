"""A column of text and small graphics, written downwards; nothing leaves its width."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import ImageDraw

from vision.report.theme import BODY_SIZE, INK, LINE, MUTED, SMALL_SIZE
from vision.report.typography import fit, font, text_width, wrap

_PILL_INSET = 8


@dataclass
class Column:
    """Where the next line goes: `x`, `y` is its top left corner, `width` its room, in pixels."""

    draw: ImageDraw.ImageDraw
    x: int
    y: int
    width: int

    def gap(self, height: int) -> None:
        """Leave `height` pixels empty."""
        self.y += height

    def line(self, text: str, size: int = BODY_SIZE, color: str = INK, end: str = "") -> None:
        """One line, cut where it must be; `end` stands at the right edge in small grey type."""
        end = fit(end, SMALL_SIZE, self.width / 2)
        end_width = text_width(end, SMALL_SIZE)
        room = self.width - (end_width + _PILL_INSET if end else 0)
        self._text(self.x, fit(text, size, room), size, color)
        self._text(self.x + self.width - end_width, end, SMALL_SIZE, MUTED, size - SMALL_SIZE)
        self.y += _line_height(size)

    def paragraph(self, text: str, max_lines: int, size: int = BODY_SIZE, color: str = INK) -> None:
        """Wrapped text of at most `max_lines` lines."""
        for line in wrap(text, size, self.width, max_lines):
            self._text(self.x, line, size, color)
            self.y += _line_height(size)

    def label(self, text: str) -> None:
        """A small grey heading with space above it."""
        self.gap(8)
        self.line(text, SMALL_SIZE, MUTED)

    def pills(self, texts: Sequence[str], ground: str, color: str, max_rows: int) -> None:
        """Rounded labels in rows; when no further one has room, the last says how many are left."""
        height, x, row = _line_height(SMALL_SIZE) + 5, self.x, 1
        for index, text in enumerate(texts):
            shown = fit(text, SMALL_SIZE, self.width - 2 * _PILL_INSET)
            more = f"+{len(texts) - index}"
            is_last = index == len(texts) - 1
            reserve = 0.0 if is_last or row < max_rows else _pill_width(more) + 5
            if x + _pill_width(shown) + reserve > self.x + self.width and x > self.x:
                if row == max_rows:
                    self._pill(x, more, height, ground, color)
                    break
                x, row = self.x, row + 1
                self.y += height + 5
            self._pill(x, shown, height, ground, color)
            x += int(_pill_width(shown)) + 5
        self.y += height if texts else 0

    def swatches(self, colors: Sequence[tuple[str, float]], height: int) -> None:
        """A bar of hex colours, each as wide as its share of the shares' sum."""
        total = sum(share for _, share in colors)
        edges, seen = [self.x], 0.0
        for _, share in colors:
            seen += share
            edges.append(self.x + round(self.width * (seen / total if total else 0)))
        for (color, _), left, right in zip(colors, edges, edges[1:], strict=False):
            if right > left:
                self.draw.rectangle((left, self.y, right - 1, self.y + height - 1), fill=color)
        frame = (self.x, self.y, self.x + self.width - 1, self.y + height - 1)
        self.draw.rectangle(frame, outline=LINE)
        self.y += height + 4

    def _pill(self, x: int, text: str, height: int, ground: str, color: str) -> None:
        box = (x, self.y, x + _pill_width(text) - 1, self.y + height - 1)
        self.draw.rounded_rectangle(box, radius=height // 2, fill=ground)
        self._text(x + _PILL_INSET, text, SMALL_SIZE, color, 2)

    def _text(self, x: float, text: str, size: int, color: str, drop: int = 0) -> None:
        self.draw.text((x, self.y + drop), text, fill=color, font=font(size))


def _line_height(size: int) -> int:
    return round(size * 1.3)


def _pill_width(text: str) -> float:
    return text_width(text, SMALL_SIZE) + 2 * _PILL_INSET

"""The reliability diagram: stated confidence against the share that is right, as inline SVG."""

from collections.abc import Iterator, Sequence

from taggers.fitting.reliability import Bin
from vision.evaluation.report.markup import Html, element

LEFT, TOP, SIDE = 52, 14, 300
STRIP_TOP, STRIP = TOP + SIDE + 44, 56
WIDTH, HEIGHT = LEFT + SIDE + 16, STRIP_TOP + STRIP + 26
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def reliability_diagram(bins: Sequence[Bin]) -> Html:
    """Above, a bar for each bin and the diagonal of perfect calibration; below, how many photos."""
    return element(
        "svg",
        element("title", "Reliability diagram: stated confidence against the share that is right"),
        *_axes(),
        *(_bar(one) for one in bins),
        _line(_x(0), _y(0), _x(1), _y(1), "perfect"),
        *(_mark(one) for one in bins),
        *_strip(bins),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        class_="reliability",
    )


def _axes() -> Iterator[Html]:
    for tick in TICKS:
        yield _line(_x(0), _y(tick), _x(1), _y(tick), "grid")
        yield _text(LEFT - 8, _y(tick) + 4, f"{tick:.0%}", "end")
        yield _text(_x(tick), TOP + SIDE + 16, f"{tick:.0%}", "middle")
    middle = TOP + SIDE / 2
    yield element(
        "text",
        "share that is right",
        x=12,
        y=middle,
        text_anchor="middle",
        transform=f"rotate(-90 12 {middle:g})",
    )
    yield _text(_x(0.5), TOP + SIDE + 33, "confidence stated", "middle")


def _bar(one: Bin) -> Html:
    words = (
        f"{one.photos} photos of confidence {one.lower:.0%} to {one.upper:.0%}: "
        f"{one.confidence:.0%} on average, {one.accuracy:.0%} right"
    )
    return element(
        "rect",
        element("title", words),
        x=f"{_x(one.lower) + 1:.1f}",
        y=f"{_y(one.accuracy):.1f}",
        width=f"{_x(one.upper) - _x(one.lower) - 2:.1f}",
        height=f"{one.accuracy * SIDE:.1f}",
        class_="accuracy",
    )


def _mark(one: Bin) -> Html:
    return element(
        "circle",
        cx=f"{_x(one.confidence):.1f}",
        cy=f"{_y(one.accuracy):.1f}",
        r=3,
        class_="mean",
    )


def _strip(bins: Sequence[Bin]) -> Iterator[Html]:
    most = max((one.photos for one in bins), default=1)
    bottom = STRIP_TOP + STRIP
    for one in bins:
        height = max(1.0, STRIP * one.photos / most)
        yield element(
            "rect",
            element("title", f"{one.photos} photos"),
            x=f"{_x(one.lower) + 1:.1f}",
            y=f"{bottom - height:.1f}",
            width=f"{_x(one.upper) - _x(one.lower) - 2:.1f}",
            height=f"{height:.1f}",
            class_="photos",
        )
    yield _line(_x(0), bottom, _x(1), bottom, "grid")
    yield _text(LEFT - 8, STRIP_TOP + 10, str(most), "end")
    yield _text(LEFT - 8, bottom + 4, "0", "end")
    yield _text(_x(0.5), bottom + 18, "photos at each confidence", "middle")


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Html:
    return element(
        "line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", class_=kind
    )


def _text(x: float, y: float, words: str, anchor: str) -> Html:
    return element("text", words, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)


def _x(share: float) -> float:
    return LEFT + share * SIDE


def _y(share: float) -> float:
    return TOP + (1 - share) * SIDE

"""Progress: a line a minute in a log, with what is done, the pace, the time left and failures."""

from io import StringIO

import pytest

from vision.backfill.command_line import BarProgress
from vision.backfill.patient_clock import PatientClock
from vision.backfill.progress import LogProgress, Pace, duration
from vision.backfill.row import Row
from vision.backfill.summary import Counts

ROW = Row("a", b"{}", None, "clear", False, None, None, (None, None, "empty"))


class Clock:
    """Seconds that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_log_has_a_line_a_minute_however_much_happens() -> None:
    clock, stream = Clock(), StringIO()
    progress = LogProgress(stream, clock)
    progress.begun(1000, Counts(listings=400, failed=7))
    for _ in range(1200):
        clock.now += 0.25
        progress.enriched([ROW])
        progress.tick()
    lines = stream.getvalue().splitlines()
    assert lines[0] == "vitrine: 400 of 1,000 listings done; starting"
    assert len(lines) == 1 + 5
    assert (
        lines[1] == "vitrine: 640 of 1,000 listings, 12.0 photos/s, 1 min left, 247 photos failed"
    )


def test_a_log_says_when_nothing_has_been_done_yet() -> None:
    clock, stream = Clock(), StringIO()
    progress = LogProgress(stream, clock)
    progress.begun(10, Counts())
    clock.now += 61
    progress.tick()
    assert stream.getvalue().splitlines()[1] == (
        "vitrine: 0 of 10 listings, 0.0 photos/s, time left unknown, 0 photos failed"
    )


def test_time_left_is_that_of_what_is_not_done_at_the_pace_of_this_start() -> None:
    clock = Clock()
    pace = Pace(100, Counts(listings=60), clock)
    assert pace.seconds_left() is None
    clock.now += 30
    pace.add([ROW] * 10)
    assert pace.seconds_left() == pytest.approx(90)
    assert pace.photos_a_second() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3660, "1 h 1 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_durations_are_said_in_two_units_at_most(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_time_when_nobody_looks_at_the_clock_does_not_count() -> None:
    clock = Clock()
    patient = PatientClock(clock)
    clock.now += 0.5
    assert patient() == pytest.approx(0.5)
    clock.now += 8 * 3600
    assert patient() == pytest.approx(1.5)


def test_a_bar_shows_the_pace_failures_and_notes(capsys: pytest.CaptureFixture[str]) -> None:
    progress = BarProgress()
    progress.counted(10)
    progress.begun(10, Counts(listings=4))
    for _ in range(6):
        progress.enriched([ROW])
        progress.tick()
    progress.note("a worker died")
    progress.ended()
    said = capsys.readouterr().err
    assert "4/10" in said
    assert "10/10" in said
    assert "failed=6" in said
    assert "photos/s=" in said
    assert "vitrine: a worker died\n" in said

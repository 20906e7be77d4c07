"""The item's page, and what becomes of decisions: over HTTP, without a browser."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import data

from moderation.review.decide import Decision
from moderation.review.web.notices import Told, address_after, notice_of
from moderation.review.web.preferences import STRENGTHS, Preferences, read_preferences
from tests.moderation.review.conftest import TurnedClock
from tests.moderation.review.desks import flag, person, record, rule
from tests.moderation.review.web.scenery import (
    Served,
    csrf_of,
    field_of,
    fill,
    photographed,
)


def decide(client: httpx.Client, page: str, choice: str, **more: str) -> httpx.Response:
    """Sends the form of a review page."""
    item_id = page.split('action="/items/', 1)[1].split("/", 1)[0]
    fields = {"csrf": csrf_of(page), "round": field_of(page, "round"), "choice": choice, **more}
    return client.post(f"/items/{item_id}/decision", data=fields)


def test_the_page_shows_what_was_flagged_and_where(served: Served) -> None:
    with served.signed_in("ada") as client:
        page = client.get("/review").text
    assert "<title>Listing poster-12, photo 1 – Vitrine review desk</title>" in page
    assert "score 0.62" in page
    assert "from 0.20" in page
    assert "Uncovered parts may be in the picture." in page
    assert "NUDITY-EXPLICIT · As shown · nudenet-320n, FEMALE BREAST EXPOSED" in page
    assert '<rect class="value" width="124" height="12"' in page  # 0.62 of 200
    assert '<rect class="mark" x="39" width="2"' in page  # 0.20 of 200
    assert '<svg viewBox="0 0 512 512"' in page
    assert '<rect class="over" x="170" y="60" width="120" height="130"/>' in page
    assert "Yours for <strong data-count>10 min 0 s</strong>" in page
    assert "nudenet-320n@c15d8273adad" in page
    assert "vitrine-tiny" in page
    assert "/photo/1/1?size=small" in page


def test_the_worst_flags_code_is_offered_first_against_a_photo(served: Served) -> None:
    with served.signed_in("ada") as client:
        page = client.get("/review").text
    for choice in ("mature", "remove"):
        select = page.split(f'name="reason_{choice}"', 1)[1].split("</select>", 1)[0]
        assert '<option value="NUDITY-EXPLICIT" selected>' in select
    assert '<option value="NO-VIOLATION" selected>' in page
    assert '<option value="UNSURE" selected>' in page


def test_where_nothing_was_flagged_the_reason_must_be_chosen(
    served: Served, tmp_path: Path
) -> None:
    photos = [photographed(served.photos, "plain", 0, data.coffee(), verdict="block")]
    fill(served.desk, tmp_path, served.photos, record("plain", photos, []))
    with served.signed_in("ada") as client:
        page = client.get("/review").text
        assert page.count('<option value="" selected>Choose a reason</option>') == 2
        answer = decide(client, page, "remove", note="keep me")
        assert answer.status_code == 422
        assert "a reason is needed to remove a photo" in answer.text
        assert 'aria-label="Reason: remove" autofocus' in answer.text


def test_a_photo_that_failed_is_removed_as_unreadable_unless_said_otherwise(
    served: Served,
) -> None:
    lin = next(one for one in served.desk.people() if one.is_lead)
    for _ in range(3):
        rule(served.desk, lin, "approve")
    with served.signed_in("ada") as client:
        page = client.get("/review").text
    assert "Listing broken-3" in page
    remove = page.split('name="reason_remove"', 1)[1].split("</select>", 1)[0]
    assert '<option value="UNREADABLE" selected>' in remove


def test_what_was_seen_and_revealed_is_logged(served: Served) -> None:
    with served.signed_in("ada") as client:
        page = client.get("/review").text
        client.get("/review?reveal=1")
        client.post("/items/1/revealed", data={"csrf": csrf_of(page), "photo": "photo-1"})
    entries = served.desk.audit(item_id=1)
    actions = [(entry.action, dict(entry.detail)) for entry in reversed(entries)]
    assert actions == [
        ("leased", {}),
        ("seen", {}),
        ("revealed", {}),
        ("revealed", {"photo": "photo-1"}),
    ]


def test_a_reveal_holds_for_its_own_photo_alone(served: Served) -> None:
    with served.signed_in("ada") as client:
        assert 'class="photo revealed"' in client.get("/review?reveal=1").text
        assert 'class="photo"' in client.get("/review?reveal=2").text
        assert 'class="photo"' in client.get("/review?reveal=").text


def test_a_decision_goes_on_to_the_next_photo_and_can_be_undone(served: Served) -> None:
    with served.signed_in("ada") as client:
        first = client.get("/review").text
        answer = decide(
            client, first, "mature", reason_mature="NUDITY-EXPLICIT", note="art\r\nprint"
        )
        assert answer.status_code == 303
        page = client.get(answer.headers["location"]).text
        assert "The photo before this one: labelled as mature." in page
        assert "Listing cup-4" in page
        undo = page.split('action="/decisions/', 1)[1].split('"', 1)[0]
        back = client.post(f"/decisions/{undo}", data={"csrf": csrf_of(page)})
        again = client.get(back.headers["location"]).text
    assert "Your decision was taken back. Here is the photo again." in again
    assert "Listing poster-12" in again
    (taken,) = served.desk.decisions()
    assert (taken.choice, taken.reason, taken.note) == ("mature", "NUDITY-EXPLICIT", "art\nprint")


def test_a_decision_cannot_be_undone_after_a_minute(served: Served) -> None:
    with served.signed_in("ada") as client:
        answer = decide(client, client.get("/review").text, "approve")
        address = answer.headers["location"]
        page = client.get(address).text
        served.clock.turn(seconds=61)
        assert "/undo" not in client.get(address).text
        answer = client.post("/decisions/1/undo", data={"csrf": csrf_of(page)})
    assert answer.status_code == 409
    assert "Your decision stands" in answer.text


def test_what_is_skipped_goes_to_somebody_else(served: Served) -> None:
    person(served.desk, "bob")
    with served.signed_in("ada") as ada, served.signed_in("bob") as bob:
        answer = decide(ada, ada.get("/review").text, "skip")
        page = ada.get(answer.headers["location"]).text
        assert "skipped. It goes to somebody else." in page
        assert "/undo" not in page
        assert "Listing poster-12" in bob.get("/review").text


def test_a_reason_that_does_not_fit_asks_again_and_keeps_the_note(served: Served) -> None:
    with served.signed_in("ada") as client:
        page = client.get("/review").text
        answer = decide(client, page, "remove", reason_remove="NONSENSE", note="keep me")
        assert answer.status_code == 422
        assert "Your decision was not taken" in answer.text
        assert "keep me</textarea>" in answer.text
        again = decide(client, answer.text, "remove", reason_remove="UNREADABLE")
        assert again.status_code == 303


def test_a_decision_sent_twice_is_counted_once(served: Served) -> None:
    with served.signed_in("ada") as client:
        page = client.get("/review").text
        decide(client, page, "remove", reason_remove="NUDITY-EXPLICIT")
        answer = decide(client, page, "approve", note="on second thought")
    assert answer.status_code == 409
    assert "You decided it yourself before: removed." in answer.text
    assert "on second thought" in answer.text
    assert len(served.desk.decisions()) == 1


def test_another_persons_decision_is_not_told(served: Served) -> None:
    person(served.desk, "bob")
    with served.signed_in("ada") as client:
        page = client.get("/review").text
        served.clock.turn(minutes=11)
        bob = next(one for one in served.desk.people() if one.name == "bob")
        rule(served.desk, bob, "remove")
        answer = decide(client, page, "approve")
    assert answer.status_code == 409
    assert "Somebody else decided it meanwhile." in answer.text
    assert "removed" not in answer.text


def test_a_lease_that_ran_out_gives_the_note_back(served: Served) -> None:
    with served.signed_in("ada") as client:
        page = client.get("/review").text
        served.clock.turn(minutes=11)
        answer = decide(client, page, "remove", reason_remove="NUDITY-EXPLICIT", note="keep me")
    assert answer.status_code == 409
    assert "Your time for this photo ran out" in answer.text
    for kept in ("<dd>Remove</dd>", "<dd>NUDITY-EXPLICIT</dd>", "<dd>keep me</dd>"):
        assert kept in answer.text
    assert served.desk.decisions() == ()


def test_an_empty_queue_says_so(empty: Served) -> None:
    with empty.signed_in("ada") as client:
        page = client.get("/review").text
    assert "Nothing waits for you" in page


def test_similar_photos_are_shown_with_what_was_decided(served: Served) -> None:
    with served.signed_in("ada") as client:
        answer = decide(
            client, client.get("/review").text, "mature", reason_mature="NUDITY-EXPLICIT"
        )
        page = client.get(answer.headers["location"]).text
    assert "Listing cup-4" in page
    similar = page.split("Similar photos, as decided before", 1)[1]
    assert '<a href="/items/1">Labelled as mature</a>' in similar
    assert "of 256 bits apart" in similar
    assert "/photo/1/0?size=small" in similar


def test_a_second_person_is_told_nothing_of_the_firsts_decision(
    served: Served, tmp_path: Path
) -> None:
    served.desk.settings = served.desk.settings.model_copy(update={"double_review_share": 1.0})
    photos = [photographed(served.photos, "twice", 0, data.coffee(), verdict="block")]
    fill(served.desk, tmp_path, served.photos, record("twice", photos))
    person(served.desk, "bob")
    with served.signed_in("ada") as ada, served.signed_in("bob") as bob:
        given = {"reason_remove": "NUDITY-EXPLICIT", "note": "I am sure"}
        answer = decide(ada, ada.get("/review").text, "remove", **given)
        assert "A second person looks at it too." in ada.get(answer.headers["location"]).text
        page = bob.get("/review").text
    assert "Listing twice" in page
    assert "two people decide this one" in page
    assert "I am sure" not in page
    assert ">removed<" not in page


def test_frames_and_hidden_pixels_are_views_of_their_own(served: Served, tmp_path: Path) -> None:
    photos = [photographed(served.photos, "moving", 0, data.coffee(), verdict="block")]
    flags = [
        flag(view="frame", frame=12, box=[5, 6, 70, 80]),
        flag(score=0.4, view="hidden", box=None),
    ]
    fill(served.desk, tmp_path, served.photos, record("moving", photos, flags))
    with served.signed_in("ada") as client:
        page = client.get("/review").text
        frame = client.get("/review?look=frame-12").text
        other = client.get("/review?look=frame-13").text
    assert ">Frame 12</a>" in page
    assert ">Hidden pixels</a>" in page
    assert 'class="over"' not in page
    assert 'src="/photo/5/0?look=frame-12"' in frame
    assert 'class="over" x="5"' in frame
    assert 'src="/photo/5/0"' in other


def test_the_view_is_the_reviewers_own_choice(served: Served) -> None:
    with served.signed_in("ada") as client:
        page = client.get("/review").text
        assert '<body class="blur-70">' in page
        fields = {"csrf": csrf_of(page), "blur": "100", "greyscale": "on", "next": "/review"}
        assert client.post("/view", data=fields).headers["location"] == "/review"
        assert '<body class="blur-100 grey">' in client.get("/review").text
        client.post("/view", data={"csrf": csrf_of(page), "greyscale": ""})
        assert '<body class="blur-100">' in client.get("/review").text


@given(st.text() | st.sampled_from(["70g", "0", "999", "55g", "g", "-1"]))
def test_whatever_a_cookie_says_there_is_a_way_to_show_photos(text: str) -> None:
    found = read_preferences(text)
    assert found.blur in STRENGTHS
    assert read_preferences(found.text) == found


def test_every_strength_of_blur_has_its_style(empty: Served) -> None:
    with empty.client() as client:
        style = client.get("/static/desk.css").text
    assert all(f".blur-{strength} {{" in style for strength in STRENGTHS)
    assert Preferences().blur > 0


@pytest.mark.parametrize("seconds", [0, 59, 60, 1000])
def test_undo_is_offered_while_it_can_work(clock: TurnedClock, seconds: int) -> None:
    now = clock()
    decision = Decision(7, 1, 0, "remove", "NUDITY-EXPLICIT", "final", now)
    query = httpx.URL(address_after(decision, 60)).params
    notice = notice_of(Told(**dict(query)), now + timedelta(seconds=seconds))
    assert notice is not None
    assert notice.sentence == "The photo before this one: removed."
    assert notice.undo == (7 if seconds < 60 else None)


def test_nonsense_in_the_address_is_passed_over(served: Served) -> None:
    good = {"decided": "7", "choice": "remove", "effect": "final", "until": "9999999999"}
    with served.signed_in("ada") as client:
        for field in (*good, "undone"):
            for nonsense in ("<b>", "-77777", "9" * 400, "²"):
                answer = client.get("/review", params={**good, field: nonsense})
                assert answer.status_code == 200
                assert nonsense not in answer.text

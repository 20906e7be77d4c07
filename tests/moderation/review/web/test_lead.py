"""The leads' pages: figures, the audit log, people, exports."""

import io
import json

import httpx
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Connection, event

from tests.moderation.review.desks import PASSWORD, person, rule
from tests.moderation.review.web.scenery import Served, csrf_of


@pytest.fixture
def busy(served: Served) -> Served:
    """A desk where three things were decided: one escalated, one removed, one approved."""
    bob = person(served.desk, "bob")
    for choice in ("escalate", "remove", "approve"):
        rule(served.desk, bob, choice, note="a note")
        served.clock.turn(minutes=1)
    return served


def test_the_figures_say_how_the_desk_is_doing(busy: Served) -> None:
    with busy.signed_in("lin") as client:
        page = client.get("/lead").text
    cells = [cell.split("<")[0] for cell in page.split('<td class="n">')[1:]]
    assert "<td>2026-03-02</td><td>bob</td>" in page
    assert cells[0] == "3"
    assert "explicit nudity" in page
    assert '<a class="button main" href="/review">Decide them</a>' in page


def test_figures_of_a_period_leave_out_what_was_before(busy: Served) -> None:
    busy.clock.turn(days=8)
    with busy.signed_in("lin") as client:
        assert "No decision was taken in this period." in client.get("/lead?days=7").text
        assert "<td>bob</td>" in client.get("/lead?days=30").text
        assert "<td>bob</td>" in client.get("/lead?days=all").text
        assert client.get("/lead?days=8").status_code == 400


def test_an_empty_desk_has_figures_too(empty: Served) -> None:
    with empty.signed_in("lin") as client:
        page = client.get("/lead").text
    assert "nothing waits" in page
    assert "Nothing was queued yet." in page


def test_escalated_photos_come_first_to_a_lead(busy: Served) -> None:
    with busy.signed_in("lin") as client:
        page = client.get("/review").text
    assert "Listing poster-12" in page
    assert 'value="escalate"' not in page


def test_a_lead_can_open_a_decision_again(busy: Served) -> None:
    with busy.signed_in("lin") as client:
        page = client.get("/items/2").text
        assert "Removed on" in page
        answer = client.post("/items/2/reopen", data={"csrf": csrf_of(page)})
        assert answer.headers["location"] == "/items/2"
        assert "It waits for a lead." in client.get("/items/2").text
        assert client.post("/items/2/reopen", data={"csrf": csrf_of(page)}).status_code == 409
    with busy.signed_in("bob") as client:
        assert "Open it again" not in client.get("/items/3").text


def rows(page: str) -> list[str]:
    body = page.split("<tbody>", 1)[1].split("</tbody>", 1)[0] if "<tbody>" in page else ""
    return body.split("<tr>")[1:]


def test_the_log_can_be_filtered(busy: Served) -> None:
    with busy.signed_in("lin") as client:
        decided = rows(client.get("/lead/audit?action=decided").text)
        of_item = rows(client.get("/lead/audit?item=2").text)
        bob = next(one for one in busy.desk.people() if one.name == "bob")
        of_bob = rows(client.get(f"/lead/audit?person={bob.id}&action=&item=").text)
        assert "No entry passes the filter." in client.get("/lead/audit?item=9999").text
        nonsense = client.get("/lead/audit?action=x&item=y&person=-1&before=z")
    assert len(decided) == 3
    assert "choice remove" in decided[1]
    assert len(of_item) == 2
    assert all('<a href="/items/2">' in row for row in of_item)
    assert all("<td>bob</td>" in row for row in of_bob)
    assert nonsense.status_code == 200


def test_the_log_goes_on_page_by_page_with_nothing_lost(busy: Served) -> None:
    for number in range(120):
        busy.desk.log("command line", "imported", detail={"number": number})
    with busy.signed_in("lin") as client:
        found: list[str] = []
        address = "/lead/audit?action=imported"
        while address:
            page = client.get(address).text
            found += rows(page)
            older = page.split('rel="next"')[0].rsplit('href="', 1)[-1].split('"')[0]
            address = older.replace("&amp;", "&") if 'rel="next"' in page else ""
    numbers = [row.split("number ")[1].split("<")[0] for row in found if "number " in row]
    assert numbers == [str(number) for number in reversed(range(120))]


def test_looking_at_figures_and_log_is_logged(busy: Served) -> None:
    with busy.signed_in("lin") as client:
        client.get("/lead")
        client.get("/lead/audit")
    assert [one.name for one in busy.desk.audit(action="figures_seen")] == ["lin"]
    assert [one.name for one in busy.desk.audit(action="audit_seen")] == ["lin"]


def change(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    csrf = csrf_of(client.get("/lead/people").text)
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=True)


def test_a_lead_adds_and_shuts_out_people(empty: Served) -> None:
    with empty.signed_in("lin") as client:
        page = change(client, "/lead/people", name="Eve", role="reviewer", password=PASSWORD)
        assert "The account was added." in page.text
        eve = next(one for one in empty.desk.people() if one.name == "eve")
        with empty.signed_in("eve") as hers:
            change(client, f"/lead/people/{eve.id}/active", active="false")
            assert hers.get("/review").status_code == 303
        change(client, f"/lead/people/{eve.id}/active", active="true")
        change(client, f"/lead/people/{eve.id}/role", role="lead")
        change(client, f"/lead/people/{eve.id}/password", password="another long one")
    eve = next(one for one in empty.desk.people() if one.name == "eve")
    assert (eve.active, eve.role) == (True, "lead")
    with empty.client() as client:
        assert client.get("/lead").status_code == 303
    done = [(one.name, one.action) for one in reversed(empty.desk.audit())]
    for action in ("added", "deactivated", "activated"):
        assert ("lin", f"person_{action}") in done
    assert ("lin", "role_changed") in done
    assert ("lin", "password_changed") in done


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "ada", "password": PASSWORD}, "Not added: &#39;ada&#39; is there already."),
        ({"name": "", "password": PASSWORD}, "Not added: a name has 1 to 64"),
        ({"name": "x", "password": "short"}, "Not added: a password has at least 12 characters."),
    ],
)
def test_what_cannot_be_added_is_said(empty: Served, fields: dict[str, str], problem: str) -> None:
    with empty.signed_in("lin") as client:
        answer = change(client, "/lead/people", role="reviewer", **fields)
    assert answer.status_code == 422
    assert problem in answer.text


def test_no_lead_shuts_themselves_out(empty: Served) -> None:
    lin = next(one for one in empty.desk.people() if one.name == "lin")
    with empty.signed_in("lin") as client:
        for path, fields in (("active", {"active": "false"}), ("role", {"role": "reviewer"})):
            answer = change(client, f"/lead/people/{lin.id}/{path}", **fields)
            assert answer.status_code == 422
            assert "this is your own account" in answer.text
        assert client.get("/lead").status_code == 200


@pytest.mark.parametrize(
    ("path", "fields"), [("active", {"active": "false"}), ("role", {"role": "reviewer"})]
)
def test_of_two_leads_who_shut_one_another_out_the_later_is_told_that_nobody_would_lead(
    empty: Served, path: str, fields: dict[str, str]
) -> None:
    eve = person(empty.desk, "eve", "lead")
    faster = [True]

    def eve_is_faster(connection: Connection) -> None:
        """As lin's change is about to begin, eve's comes before it."""
        if connection.get_execution_options().get("vitrine_writes") and faster and faster.pop():
            empty.desk.set_active("lin", False, by=eve)

    with empty.signed_in("lin") as client:
        csrf = csrf_of(client.get("/lead/people").text)
        event.listen(empty.desk.database.engine, "engine_connect", eve_is_faster)
        answer = client.post(f"/lead/people/{eve.id}/{path}", data={"csrf": csrf, **fields})
    assert answer.status_code == 422
    assert "Not changed: &#39;eve&#39; is the only active lead: make another" in answer.text
    leads = [one.name for one in empty.desk.people() if one.is_lead and one.active]
    assert leads == ["eve"]


def test_every_decision_can_be_taken_along_as_a_file(busy: Served) -> None:
    with busy.signed_in("lin") as client:
        lines = client.get("/lead/export.jsonl")
        table = client.get("/lead/export.parquet")
        assert client.get("/lead/export.csv").status_code == 404
    assert lines.headers["content-disposition"] == 'attachment; filename="decisions.jsonl"'
    choices = [json.loads(line)["choice"] for line in lines.text.splitlines()]
    assert choices == ["escalate", "remove", "approve"]
    assert pq.read_table(io.BytesIO(table.content)).column("choice").to_pylist() == choices
    assert [one.name for one in busy.desk.audit(action="exported")] == ["lin", "lin"]

"""The lead's page: how the queue and the team are doing."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from moderation.review.web.visit import LeadVisit

router = APIRouter()

Days = Literal["1", "7", "30", "all"]
PERIODS: dict[Days, str] = {
    "1": "Last 24 hours",
    "7": "Last 7 days",
    "30": "Last 30 days",
    "all": "All time",
}


@router.get("/lead")
def figures(visit: LeadVisit, days: Annotated[Days, Query()] = "7") -> HTMLResponse:
    """The figures of a period."""
    since = None if days == "all" else visit.desk.clock() - timedelta(days=int(days))
    found = visit.desk.figures(since)
    visit.desk.log(visit.person, "figures_seen", address=visit.address)
    most = max((count.decisions for count in found.throughput), default=0)
    return visit.page("lead.html", figures=found, days=days, periods=PERIODS, most=most)

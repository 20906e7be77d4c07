"""Every decision as a file, for leads."""

import shutil
import tempfile
from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from moderation.review.web.visit import LeadVisit

router = APIRouter()

MEDIA_TYPES = {"jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}


@router.get("/lead/export.{ending}")
def export(visit: LeadVisit, ending: Literal["jsonl", "parquet"]) -> FileResponse:
    """The decisions so far; the file is written whole before it is sent, and removed after."""
    folder = Path(tempfile.mkdtemp(prefix="vitrine-export-"))
    try:
        file = folder / f"decisions.{ending}"
        visit.desk.export(file, by=visit.person, address=visit.address)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    clean_up = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(
        file, media_type=MEDIA_TYPES[ending], filename=file.name, background=clean_up
    )

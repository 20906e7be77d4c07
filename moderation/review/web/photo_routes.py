"""Photos, for those who are signed in. The address names an item and a number, never a file."""

from html import escape
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from moderation.review.web.addresses import ItemId
from moderation.review.web.photo_shelf import LARGE, SMALL, PhotoAbsentError
from moderation.review.web.refusals import NoSuchPageError
from moderation.review.web.visit import SignedIn

router = APIRouter()

PhotoIndex = Annotated[int, Path(ge=0, le=100_000)]
Look = Annotated[str, Query(pattern=r"^(|hidden|frame-[0-9]{1,9})$")]


@router.get("/photo/{item_id}/{index}")
def photo(
    visit: SignedIn,
    item_id: ItemId,
    index: PhotoIndex,
    look: Look = "",
    size: Literal["large", "small"] = "large",
) -> Response:
    """A photo of the item's listing as a JPEG; a drawn sentence where it cannot be shown."""
    item = visit.desk.item(item_id)
    photos = () if item is None else item.listing_photos
    wanted = next((photo for photo in photos if photo.index == index), None)
    if item is None or wanted is None:
        raise NoSuchPageError
    if size == "large" and item.lease_person_id != visit.person.id:
        detail = {"photo": index}  # the page of an item that one holds was logged as it was shown
        visit.desk.log(visit.person, "seen", item.id, visit.address, detail)
    shelf = visit.web.shelf
    try:
        file = shelf.find(item.root, wanted.source, wanted.sha256)
        data = shelf.jpeg(file, LARGE if size == "large" else SMALL, look)
    except PhotoAbsentError as error:
        return Response(_drawn(str(error)), 404, media_type="image/svg+xml")
    return Response(data, media_type="image/jpeg")


def _drawn(sentence: str) -> str:
    """A picture that says the sentence: browsers show it in the photo's place."""
    start, _, rest = sentence.partition(":")
    lines = [start, *([rest.strip()] if rest else [])]
    texts = "".join(
        f'<text x="240" y="{170 + 30 * row}" text-anchor="middle">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 360" width="480" height="360">'
        '<rect width="480" height="360" fill="#e4e7ec"/>'
        f'<g font-family="sans-serif" font-size="13" fill="#1b2130">{texts}</g></svg>'
    )

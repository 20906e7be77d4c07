"""`vitrine review serve`: the desk in a browser.

Nothing but Typer is imported before the command runs. How photos are decoded is another room's
affair, so `serve_command` is given what brings the function that does it.
"""

import ipaddress
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderation.review.command import (
    DEFAULT_DATABASE,
    NOTHING_DONE,
    WRONG_USAGE,
    Database,
    fail,
)

if TYPE_CHECKING:
    from fastapi import FastAPI

    from moderation.review.desk import Desk
    from moderation.review.web.photo_shelf import PhotoOpener

WHY_LOOPBACK = (
    "{host} can be reached from other machines, and this server speaks HTTP without encryption: "
    "passwords and photos could be read on the way. Put it behind a proxy that serves HTTPS and "
    "say --behind-proxy, or leave out --host."
)


def serve_command(load_opener: "Callable[[], PhotoOpener]") -> Callable[..., None]:
    """The command. `load_opener` is called when it runs, and gives what decodes photos."""

    def serve(
        database: Database = DEFAULT_DATABASE,
        photos: Annotated[
            list[Path] | None,
            typer.Option(
                exists=True,
                file_okay=False,
                help="A folder that photos may be shown from; can be repeated. Without, none are.",
            ),
        ] = None,
        settings: Annotated[
            Path | None,
            typer.Option(dir_okay=False, help="A TOML file of settings that shall differ."),
        ] = None,
        host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
        port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
        behind_proxy: Annotated[
            bool,
            typer.Option(
                "--behind-proxy",
                help="A proxy in front serves HTTPS: allows other addresses than loopback, and "
                "keeps cookies to HTTPS.",
            ),
        ] = False,
        proxies: Annotated[
            list[str] | None,
            typer.Option(
                "--proxy",
                help="The address of a proxy whose word is taken for who asks; can be repeated.",
                show_default="127.0.0.1",
            ),
        ] = None,
    ) -> None:
        """Open the review desk in a browser, until Ctrl-C."""
        if not behind_proxy and not is_loopback(host):
            fail(WHY_LOOPBACK.format(host=host), WRONG_USAGE)
        app, desk = _build(database, settings, load_opener, photos or (), behind_proxy)
        with desk:
            if not behind_proxy:
                shown = f"[{host}]" if ":" in host else host
                typer.echo(f"The review desk is at http://{shown}:{port}/ (stop it with Ctrl-C).")
            run(app, host, port, (proxies or ["127.0.0.1"]) if behind_proxy else None)

    return serve


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address; names other than localhost may lie."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def run(app: "FastAPI", host: str, port: int, proxies: list[str] | None) -> None:
    """Serves the app until it is stopped. Only from `proxies` are forwarded addresses believed."""
    import uvicorn

    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=proxies is not None,
        forwarded_allow_ips=proxies,
    )


def _build(
    database: str,
    settings: Path | None,
    load_opener: "Callable[[], PhotoOpener]",
    roots: Iterable[Path],
    secure: bool,
) -> "tuple[FastAPI, Desk]":
    """The app and its open desk; what is wrong becomes one sentence and an exit status."""
    try:
        from moderation.review.desk import open_desk
        from moderation.review.settings import DeskSettings
        from moderation.review.web.app import build_app
    except ModuleNotFoundError as error:
        fail(f"{error.name} is not installed; it comes with the extra `review`", NOTHING_DONE)
    from moderation.review.errors import DeskSettingsError, ReviewError

    try:
        desk = open_desk(database, DeskSettings.load(settings))
    except DeskSettingsError as error:
        fail(str(error), WRONG_USAGE)
    except ReviewError as error:
        fail(str(error), NOTHING_DONE)
    return build_app(desk, load_opener(), roots, secure), desk

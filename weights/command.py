"""The commands `vitrine weights ...`: parse, call, print.

Nothing but Typer is imported before a command runs.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from weights.bundle import Bundle
    from weights.pull import Assemble, Progress

NOTHING_DONE, INTERRUPTED = 1, 130

Name = Annotated[str, typer.Argument(metavar="NAME", help="The bundle's name.")]
OwnCatalog = Annotated[
    Path | None,
    typer.Option("--catalog", dir_okay=False, help="A catalogue of your own, as a TOML file."),
]


def weights_app(assembler: Callable[[], "Assemble"]) -> typer.Typer:
    """The commands; `assembler` gives what makes a bundle of a pulled model, when it is needed."""
    app = typer.Typer(
        help="The CLIP bundles: which there are, which are installed, bringing more.",
        no_args_is_help=True,
    )
    app.command("list")(list_weights)
    app.command("pull")(_pull_command(assembler))
    app.command("verify")(verify_weights)
    app.command("remove")(remove_weights)
    app.command("path")(path_of_weights)
    return app


def list_weights(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print all that is known as JSON.")
    ] = False,
    catalog: OwnCatalog = None,
) -> None:
    """Show the bundles that can be pulled and those that are installed, verified."""
    with _plain_errors():
        from weights.catalog_entries import CATALOG, Catalog
        from weights.catalog_states import bundle_states
        from weights.catalog_table import as_table

        states = bundle_states(Catalog.load(catalog or CATALOG))
        document = [state.as_json() for state in states]
        typer.echo(json.dumps(document, indent=2) if as_json else as_table(states))


def _pull_command(assembler: Callable[[], "Assemble"]) -> Callable[..., None]:
    def pull_weights(
        name: Name,
        accept_licence: Annotated[
            bool,
            typer.Option(
                "--accept-licence", help="Accept a licence that does not allow commercial use."
            ),
        ] = False,
        force: Annotated[
            bool, typer.Option("--force", help="Make it anew, even if it is installed and intact.")
        ] = False,
        catalog: OwnCatalog = None,
    ) -> None:
        """Bring a bundle: a pinned model from the hub, verified, with Vitrine's labels.

        The hub's own settings hold: HF_ENDPOINT, HF_TOKEN, HF_HOME, HF_HUB_OFFLINE. If anything
        goes wrong, nothing is installed, and the bundle that was there stays.

        Exit status: 0 the bundle is installed, 1 it could not be, 2 wrong usage.
        """
        with _plain_errors():
            from weights.catalog_entries import CATALOG, Catalog
            from weights.pull import pull

            def assemble(folder: Path, **options: Any) -> "Bundle":
                return assembler()(folder, **options)  # imported once there is a model to look at

            with _progress_bar() as progress:
                bundle = pull(
                    name,
                    assemble,
                    catalog=Catalog.load(catalog or CATALOG),
                    accept_licence=accept_licence,
                    force=force,
                    say=lambda step: typer.echo(step, err=True),
                    progress=progress,
                )
            typer.echo(f"{bundle.name} {bundle.version}: {bundle.folder}")

    return pull_weights


def verify_weights(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="All bundles, if none is named.")
    ] = None,
) -> None:
    """Compare every file of the bundles with its SHA-256; exit with 1 where one differs."""
    from weights.catalog import find_bundle, installed_folders
    from weights.errors import BundleError

    damaged = False
    for name in names or [str(folder) for folder in installed_folders()]:
        try:
            bundle = find_bundle(name)
        except BundleError as error:
            typer.echo(str(error), err=True)
            damaged = True
        else:
            typer.echo(f"{bundle.name}: {len(bundle.manifest.files)} files intact")
    if damaged:
        raise typer.Exit(NOTHING_DONE)


def remove_weights(name: Name) -> None:
    """Remove an installed bundle; the one that comes with Vitrine stays."""
    with _plain_errors():
        from weights.catalog_remove import remove_bundle

        typer.echo(f"removed {remove_bundle(name)}")


def path_of_weights(name: Name) -> None:
    """Print the folder of an installed bundle."""
    with _plain_errors():
        from weights.catalog import installed_folder

        typer.echo(installed_folder(name))


@contextmanager
def _progress_bar() -> Iterator["Progress"]:
    """A bar for the text matrix on standard error, if that is a terminal."""
    from tqdm import tqdm

    with tqdm(unit=" phrases", file=sys.stderr, disable=None, leave=False, delay=1) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turns what goes wrong, and Ctrl-C, into one sentence and an exit status."""
    from weights.errors import BundleError

    try:
        yield
    except BundleError as error:
        _fail(str(error), NOTHING_DONE, error)
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        _fail(f"{named}{error.strerror or error}", NOTHING_DONE, error)
    except KeyboardInterrupt as error:
        _fail("stopped; nothing was changed.", INTERRUPTED, error)


def _fail(message: str, status: int, error: BaseException) -> NoReturn:
    typer.echo(f"vitrine: {message}", err=True)
    raise typer.Exit(status) from error

"""The commands of the review desk: `vitrine review ...`. Parses, calls the desk, prints.

Nothing but Typer is imported before a command runs.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from moderation.review.desk import Desk

NOTHING_DONE, WRONG_USAGE = 1, 2

app = typer.Typer(
    help="The desk where people decide what flags mean.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
user_app = typer.Typer(help="The people of the desk.", no_args_is_help=True)
app.add_typer(user_app, name="user")

Database = Annotated[
    str,
    typer.Option(
        envvar="VITRINE_REVIEW_DATABASE",
        help="Where the desk keeps everything: sqlite:///FILE or postgresql+psycopg://...",
    ),
]
Settings = Annotated[
    Path | None,
    typer.Option(dir_okay=False, help="A TOML file of settings other than those that ship."),
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]
Name = Annotated[str, typer.Argument(help="The person's name; case does not matter.")]
Since = Annotated[datetime | None, typer.Option(help="Decisions from then on (UTC).")]
Until = Annotated[datetime | None, typer.Option(help="Decisions before then (UTC).")]
Labels = Annotated[
    list[str] | None, typer.Option("--label", help="Fit this label alone; can be repeated.")
]
DEFAULT_DATABASE = "sqlite:///vitrine-review.sqlite3"


@app.command("import")
def import_records(
    records: Annotated[
        Path, typer.Argument(metavar="RECORDS.jsonl", help="Records, as enrich writes them.")
    ],
    photos: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            exists=True,
            help="The folder that the records' sources are relative to. Without, reviewers see no "
            "photos.",
        ),
    ] = None,
    policies: Annotated[
        list[Path] | None,
        typer.Option("--policy", help="A policy of your own, for the codes of its reasons."),
    ] = None,
    double_review: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0, help="The share of photos that two people decide.", show_default="5%"
        ),
    ] = None,
    settings: Settings = None,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Fill the queue: every photo that needs a person, and every one that failed.

    What is in the queue already stays as it is. Where anything is wrong with the file, nothing is
    imported.
    """
    changes = {} if double_review is None else {"double_review_share": double_review}
    with _desk(database, settings, **changes) as desk:
        from moderation.policy import Policy

        own = tuple(Policy.load(path) for path in policies or ())
        done = desk.import_records(records, photos, own)
    typer.echo(
        f"{done.records} records: {done.added} photos added to the queue, {done.known} known."
    )


@app.command()
def export(
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="A .jsonl or .parquet file.")],
    since: Since = None,
    until: Until = None,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Write the decisions, with what they were about."""
    with _desk(database) as desk:
        count = desk.export(output, _utc(since), _utc(until))
    typer.echo(f"{count} decisions written to {output}.")


@app.command()
def hashes(
    output: Annotated[Path, typer.Argument(metavar="LIST.csv", help="The list to write.")],
    list_name: Annotated[
        str, typer.Option("--list", help="The list's name, which records will carry.")
    ] = "review desk",
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Write the decided photos' PDQ hashes, by which they are known when they come again."""
    with _desk(database) as desk:
        count = desk.export_hashes(output, list_name)
    typer.echo(f"{count} hashes written to {output}.")


@app.command()
def thresholds(
    output: Annotated[Path, typer.Argument(metavar="NEW.toml", help="The proposed policy.")],
    policy: Annotated[
        str, typer.Option(help="The policy to start from: a name, or a .toml file.")
    ] = "default",
    precision: Annotated[
        float | None, typer.Option(help="So much of what is sent to review shall be upheld.")
    ] = None,
    recall: Annotated[
        float | None,
        typer.Option(help="So much of what was upheld shall still be sent to review."),
    ] = None,
    labels: Labels = None,
    confidence: Annotated[float, typer.Option(help="How sure it must be.")] = 0.95,
    least: Annotated[int, typer.Option(min=1, help="The fewest decisions to go by.")] = 50,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Fit the policy's review thresholds to the decisions, and write a proposed policy.

    No threshold is ever lowered: photos below the old one were never decided.
    """
    if (precision is None) == (recall is None):
        fail("give either --precision or --recall", WRONG_USAGE)
    with _desk(database) as desk:
        from moderation.review.fit import Wanted
        from moderation.review.thresholds import propose_thresholds

        wanted = (
            Wanted("precision", precision, confidence, least)
            if precision is not None
            else Wanted("recall", recall or 0.0, confidence, least)
        )
        report = propose_thresholds(desk, policy, wanted, output, labels)
    typer.echo("\n".join(report))


@user_app.command("add")
def add_user(
    name: Name,
    role: Annotated[str, typer.Option(help="reviewer or lead.")] = "reviewer",
    password_stdin: FromStdin = False,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Add a reviewer or a lead; the password is asked for twice."""
    with _desk(database) as desk:
        from moderation.review.people import checked_role

        person = desk.add_person(name, checked_role(role), _password(password_stdin))
    typer.echo(f"{person.name} was added as a {person.role}.")


@user_app.command("list")
def list_users(database: Database = DEFAULT_DATABASE) -> None:
    """Show everyone, with role and state."""
    with _desk(database) as desk:
        people = desk.people()
    for person in people:
        state = "active" if person.active else "deactivated"
        typer.echo(f"{person.name:<24} {person.role:<9} {state}")


@user_app.command("deactivate")
def deactivate_user(name: Name, database: Database = DEFAULT_DATABASE) -> None:
    """Shut someone out at once; what they decided stays."""
    with _desk(database) as desk:
        person = desk.set_active(name, False)
    typer.echo(f"{person.name} is deactivated.")


@user_app.command("activate")
def activate_user(name: Name, database: Database = DEFAULT_DATABASE) -> None:
    """Let someone in again."""
    with _desk(database) as desk:
        person = desk.set_active(name, True)
    typer.echo(f"{person.name} is active.")


@user_app.command("role")
def change_role(
    name: Name,
    role: Annotated[str, typer.Argument(help="reviewer or lead.")],
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Make someone a reviewer or a lead; they must sign in again."""
    with _desk(database) as desk:
        from moderation.review.people import checked_role

        person = desk.set_role(name, checked_role(role))
    typer.echo(f"{person.name} is a {person.role}.")


@user_app.command("password")
def change_password(
    name: Name, password_stdin: FromStdin = False, database: Database = DEFAULT_DATABASE
) -> None:
    """Give someone another password; they must sign in again."""
    with _desk(database) as desk:
        desk.set_password(name, _password(password_stdin))
    typer.echo("The password is changed.")


@contextmanager
def _desk(database: str, settings: Path | None = None, **changes: float) -> "Iterator[Desk]":
    """The open desk; its errors become one sentence and an exit status."""
    try:
        from moderation.review.desk import open_desk
        from moderation.review.settings import DeskSettings
    except ModuleNotFoundError as error:
        fail(f"{error.name} is not installed; it comes with the extra `review`", NOTHING_DONE)
    from moderation.errors import ModerationError, PolicyError
    from moderation.review.errors import DeskSettingsError

    try:
        with open_desk(database, DeskSettings.load(settings, **changes)) as desk:
            yield desk
    except (DeskSettingsError, PolicyError) as error:
        fail(str(error), WRONG_USAGE)
    except ModerationError as error:
        fail(str(error), NOTHING_DONE)
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        fail(f"{named}{error.strerror or error}", NOTHING_DONE)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _utc(moment: datetime | None) -> datetime | None:
    from datetime import UTC

    return None if moment is None else moment.replace(tzinfo=UTC)


def fail(message: str, status: int) -> NoReturn:
    """Prints the sentence, and exits with the status."""
    typer.echo(f"vitrine: {message}", err=True)
    raise typer.Exit(status)

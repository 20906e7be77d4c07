"""What makes a run this run: the input, the options, and all else that decides its records."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from vision.backfill.errors import RunRefusedError
from vision.backfill.options import BackfillRequest, EnricherOptions, RunOptions
from vision.backfill.plan import Plan
from vision.backfill.run_file import BundleFacts, InputFacts, Makers, PolicyFacts, RunFile
from vision.embeddings_file import EmbeddingsHeader
from vision.remote_file import is_address
from vision.remote_rule import name_to_show

PACKAGES = ("nudenet", "pdqhash")
"""Packages that add to what is looked for where they are installed."""

COMPARED_BY_CONTENT = ("bundle", "policy", "hashes", "labels")
"""Options that name files, which may be given by another path to the same end."""


def input_facts(request: BackfillRequest, plan: Plan) -> InputFacts:
    """The input of a request: a local path made absolute, an address without its secrets."""
    given = request.input
    path = name_to_show(given) if is_address(given) else str(Path(given).resolve())
    return InputFacts(path=path, listings=plan.listings, photos=plan.photos, sha256=plan.sha256)


def option_facts(options: RunOptions) -> dict[str, Any]:
    """The options under the names that the command line gives them."""
    given = asdict(options.enricher) | asdict(options.form)
    given["hashes"] = list(options.enricher.hashes)
    part = str(options.part) if options.part else None
    return given | {
        "shard_size": options.shard_size,
        "sample": options.sample,
        "shard": part,
        "remote": options.remote,
    }


def makers(options: EnricherOptions) -> Makers:
    """What would make the records.

    Raises what a bundle, a marketplace, a policy or a file of labels raises that cannot be used,
    and OSError for a file that cannot be read.
    """
    from taggers import load_own_labels, load_taxonomy
    from vision.marketplace_rules import MarketplaceRules
    from vision.record import SCHEMA_VERSION
    from vision.version import __version__
    from weights.catalog import find_bundle

    bundle = find_bundle(options.bundle)
    policy = MarketplaceRules.load(options.marketplace, options.policy).policy
    if options.labels is not None:
        load_own_labels(options.labels)
    return Makers(
        bundle=BundleFacts(
            name=bundle.name,
            version=bundle.version,
            sha256=bundle.sha256,
            dimension=bundle.label_sets["category"].matrix.vectors.shape[1],
        ),
        policy=PolicyFacts(
            reference=policy.reference, sha256=sha256(policy.model_dump_json().encode()).hexdigest()
        ),
        hashes=tuple(_file_sha256(file) for file in options.hashes),
        labels=_file_sha256(options.labels) if options.labels is not None else None,
        library=__version__,
        schema_version=SCHEMA_VERSION,
        taxonomy=load_taxonomy().version,
        packages={name: _installed(name) for name in PACKAGES},
    )


def embeddings_header(bundle: BundleFacts) -> EmbeddingsHeader:
    """What files of embeddings say of the bundle."""
    return EmbeddingsHeader(bundle.name, bundle.version, bundle.sha256, bundle.dimension)


def refuse_differences(
    folder: Path, before: RunFile, now: InputFacts, options: dict[str, Any], made_with: Makers
) -> None:
    """Raises RunRefusedError, with all that differs, where a run may not be gone on with."""
    found = [
        *_differing("", _compared(before.options), _compared(options)),
        *_differing("input ", before.input.model_dump(), now.model_dump()),
        *_differing("", before.made_with.model_dump(), made_with.model_dump()),
    ]
    if found:
        raise RunRefusedError(
            f"{folder} holds a run that was begun otherwise. Give it the same input and options to "
            "go on, or another folder to begin anew. What differs:",
            found,
        )


def _compared(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "--" + name.replace("_", "-"): value
        for name, value in options.items()
        if name not in COMPARED_BY_CONTENT
    }


def _differing(where: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*before, *now)):
        old, new = before.get(name), now.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _differing(f"{where}{name} ", old, new)
        elif old != new:
            yield f"{where}{name}: {_shown(old)} in the run, now {_shown(new)}"


def _shown(value: Any) -> str:
    if isinstance(value, str) and len(value) == 64:
        return value[:12] + "..."
    if isinstance(value, list | tuple):
        return ", ".join(_shown(one) for one in value) or "none"
    return "none" if value is None else str(value)


def _file_sha256(file: str) -> str:
    return sha256(Path(file).read_bytes()).hexdigest()


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

"""Any open_clip model becomes a bundle that knows Vitrine's taxonomy and facets."""

from pathlib import Path

from taggers.shop_prompts import load_shop_prompts
from taggers.taxonomy import load_departments
from weights.assemble_bundle import Progress, PromptSet, PromptSets
from weights.assemble_bundle import assemble_bundle as assemble
from weights.bundle import Bundle
from weights.prompts import TEMPLATES


def assemble_bundle(
    folder: Path, *, name: str, version: str, licence: str, progress: Progress | None = None
) -> Bundle:
    """Makes a bundle of a snapshot, in place, with all of Vitrine's prompts.

    See `weights.assemble_bundle.assemble_bundle` for what `folder` holds and what is raised.
    """
    return assemble(
        folder,
        name=name,
        version=version,
        licence=licence,
        prompts=shop_prompts(),
        progress=progress,
    )


def shop_prompts() -> PromptSets:
    """The phrases of every label that a full CLIP is asked for: see `taggers.shop_prompts`."""
    version, _ = load_departments()
    return PromptSets(
        version,
        {
            name: PromptSet(one.prompts, one.scoring, one.templates or TEMPLATES)
            for name, one in load_shop_prompts().items()
        },
    )

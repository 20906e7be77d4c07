"""The prompt sets that a full CLIP is asked with, which nobody trained on Vitrine's labels.

The categories are asked for with the taxonomy's own phrases, each facet with those of
`taggers/data/prompts/<facet>.toml`: several for every label, some for 'none of these', and, where
the usual templates do not suit them, their own. A facet without a file is not asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from taggers.datafile import DATA, Table, read_table
from taggers.facets import NONE_OF_THESE, Facet, load_facets
from taggers.prompts import CATEGORY, category_prompts, facet_set
from weights.labels import Scoring

LEAST_PHRASES = 2
PLACE = "{}"


@dataclass(frozen=True)
class ShopPrompts:
    """One label set: each label's phrases, how cosines become probabilities, and the templates.

    `templates` are empty where the usual ones are meant; each holds `{}` once, for a phrase.
    """

    prompts: Mapping[str, tuple[str, ...]]
    scoring: Scoring
    templates: tuple[str, ...] = ()


def load_shop_prompts(folder: Path = DATA) -> Mapping[str, ShopPrompts]:
    """All label sets by name: `category`, then `facet.<name>` for each file of prompts.

    Categories are scored level by level. The labels of a facet that is exclusive, or said of each
    photo, compete with one another and with `none_of_these`; those of another facet each compete
    with `none_of_these` alone, so that several may be true.

    Raises `DataFileError` naming the file and the key where one breaks the schema: a file that is
    no facet's, a label that the facet has not or that is left out, fewer than two phrases for a
    label, a phrase given twice, or a template without exactly one `{}`.
    """
    facets = load_facets(folder)
    sets = {CATEGORY: ShopPrompts(category_prompts(folder), "levels")}
    files = {file.stem: read_table(file) for file in sorted((folder / "prompts").glob("*.toml"))}
    for name, table in files.items():
        if name not in facets:
            raise table.error(f"'{name}' is not a facet; known: {', '.join(facets)}")
    for name, facet in facets.items():
        if name in files:
            sets[facet_set(name)] = _of(facet, files[name])
    return sets


def _of(facet: Facet, table: Table) -> ShopPrompts:
    listed = table.table("labels")
    for label in listed.names:
        if label not in facet.labels:
            raise listed.error(f"is not a label of the facet '{facet.name}'", label)
    prompts = {label: _phrases(listed, label) for label in facet.labels}
    prompts[NONE_OF_THESE] = _phrases(table, "none")
    seen: set[str] = set()
    for phrase in chain.from_iterable(prompts.values()):
        if phrase in seen:
            raise table.error(f"the phrase '{phrase}' is given twice")
        seen.add(phrase)
    templates = _templates(table)
    table.finish()
    several = not (facet.exclusive or facet.each_photo)
    return ShopPrompts(prompts, "independent" if several else "softmax", templates)


def _phrases(table: Table, key: str) -> tuple[str, ...]:
    phrases = table.texts(key)
    if len(phrases) < LEAST_PHRASES:
        raise table.error(f"needs at least {LEAST_PHRASES} phrases", key)
    return phrases


def _templates(table: Table) -> tuple[str, ...]:
    if "templates" not in table.names:
        return ()
    templates = table.texts("templates")
    for template in templates:
        before, place, after = template.partition(PLACE)
        if not place or set(before + after) & set(PLACE):
            raise table.error(
                f"'{template}' must hold {PLACE} once, and no other brace", "templates"
            )
    return templates

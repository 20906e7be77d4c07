"""How a run that never saw some article types tells them apart by their names alone.

python -m weights.train.zero_shot --data DATA --work .cache/train/held_out --output zero_shot.json
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention

from taggers.datasets import load_dataset_mapping
from taggers.prompts import prompts_for_sets
from weights.bundle import NETWORK_CONFIG
from weights.train.environment import restart_with_kept_memory
from weights.train.held_out import HELD_OUT_SET
from weights.train.model import build_model, build_tokenizer
from weights.train.photos import load
from weights.train.recipe import CATEGORY_COLUMNS
from weights.train.text import label_vectors, tokenise_prompts
from weights.train.validate import embed

DIGITS = 4


def zero_shot(data: Path, work: Path) -> dict[str, Any]:
    """Top-1 and top-5 among the held-out types alone, over their validation photos.

    Raises ValueError for a run that held nothing out.
    """
    state = torch.load(work / "checkpoint.pt", weights_only=True)
    types: list[str] = state.get("held_out", [])
    if not types:
        raise ValueError(f"the run in {work} held no article type out")
    model = build_model(work / "architecture", None)
    model.load_state_dict(state["average"])
    model.eval().to(memory_format=torch.channels_last)
    column = CATEGORY_COLUMNS[HELD_OUT_SET]
    path = data / f"{HELD_OUT_SET}.parquet"
    size: int = state["image_size"]
    photos = load(path, "validation", size, work.parent / "photos")
    rows = [row for row, value in enumerate(photos.columns[column]) if value in types]
    truth = torch.tensor([types.index(photos.columns[column][row]) for row in rows])
    own = load_dataset_mapping(HELD_OUT_SET).columns[column].labels
    labels = [own[value][0] for value in types]
    prompts = prompts_for_sets()["category"]
    phrases = tokenise_prompts(prompts, labels, build_tokenizer(work / "architecture"))
    images = embed(model, photos, size)[rows]
    ranks = (F.normalize(images, dim=-1) @ label_vectors(model, phrases).T).argsort(
        dim=1, descending=True
    )
    found = ranks == truth[:, None]
    config = json.loads((work / "architecture" / NETWORK_CONFIG).read_text("utf-8"))
    return {
        "types": types,
        "photos": len(rows),
        "steps": state["step"],
        "pixels": size,
        "trunk": config["model_cfg"]["vision_cfg"]["timm_model_name"],
        "top1": round(float(found[:, 0].float().mean()), DIGITS),
        "top5": round(float(found[:, :5].any(1).float().mean()), DIGITS),
        "chance": round(1 / len(types), DIGITS),
    }


def main() -> None:
    """Reads the command line, measures and writes."""
    parser = argparse.ArgumentParser(prog="python -m weights.train.zero_shot", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the parquet files")
    parser.add_argument("--work", type=Path, default=Path(".cache/train/held_out"))
    parser.add_argument("--output", type=Path, required=True, help="a JSON file to write")
    options = parser.parse_args()
    restart_with_kept_memory("weights.train.zero_shot")
    found = zero_shot(options.data, options.work)
    options.output.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(json.dumps(found))


if __name__ == "__main__":
    main()

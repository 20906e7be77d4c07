"""The recipe that made `vitrine-tiny`, as one command.

    python -m weights.train --data DATA --pretrained WEIGHTS --work .cache/train

Interrupted, the same command goes on from the last checkpoint.
"""

import argparse
import dataclasses
import shutil
from pathlib import Path

from weights.train.environment import restart_with_kept_memory
from weights.train.recipe import TEXT_FROM, Recipe, Stage


def main() -> None:
    """Reads the command line and trains."""
    parser = argparse.ArgumentParser(prog="python -m weights.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the parquet files")
    parser.add_argument("--pretrained", type=Path, required=True, help="folder of trunk weights")
    parser.add_argument("--work", type=Path, default=Path(".cache/train/run"))
    parser.add_argument("--stage", action="append", metavar="STEPS@PIXELS", help="replaces stages")
    parser.add_argument(
        "--hold-out", type=int, default=0, metavar="N", help="article types never to be seen"
    )
    parser.add_argument(
        "--text-from", type=Path, metavar="BUNDLE", help="start the text tower from this bundle's"
    )
    options = parser.parse_args()
    if options.text_from and options.hold_out:
        parser.error("an earlier text tower has seen the types that --hold-out leaves out")
    recipe = Recipe(held_out=options.hold_out)
    if options.stage:
        pairs = [stage.split("@") for stage in options.stage]
        stages = tuple(Stage(int(steps), int(pixels)) for steps, pixels in pairs)
        recipe = dataclasses.replace(recipe, stages=stages, image_size=stages[-1].image_size)
    restart_with_kept_memory("weights.train")
    if options.text_from and not (options.work / TEXT_FROM).exists():
        shutil.copytree(options.text_from, options.work / TEXT_FROM)
    train(options.data, options.pretrained, options.work, recipe)


def train(data: Path, pretrained: Path, work: Path, recipe: Recipe) -> None:
    """Prepares the photos, and starts the run's processes."""
    from torch.multiprocessing.spawn import spawn

    from weights.train.model import write_architecture
    from weights.train.process import load_features, load_sets, work_process

    work.mkdir(parents=True, exist_ok=True)
    (work / "rendezvous").unlink(missing_ok=True)
    write_architecture(work / "architecture")
    cache = work.parent / "photos"
    load_sets(data, "validation", recipe.image_size, cache)
    training = load_sets(data, "train", recipe.cache_size, cache)
    load_features(training, pretrained, cache, recipe)
    spawn(work_process, (data, pretrained, work, recipe), nprocs=recipe.processes)


if __name__ == "__main__":
    main()

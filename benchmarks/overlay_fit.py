"""Fits the network that sees words and watermarks in a photo, and writes it to a data file.

    python benchmarks/overlay_fit.py PHOTOS.parquet FOLDER... [--minutes M] [--start FILE]

Draws words and watermarks over the photos of a table (column `image`, where `split` is `train`)
and of a quarter of the folders', with the typefaces, words and layouts that `overlay_cases` and
`watermark_cases` do not hold out; `overlay_examples` says what else it is shown. The rest of the
folders' photos it never sees, in neither: by another quarter thresholds are set, and how its
answers are taken together (`overlay_thresholds.py`); half are for tests. The shipped weights took
four runs, each going on from the last (`--start`), about 18,000 steps in all; the last two
convolutions of 3 x 3 came in, as ones that change nothing, before the fourth, and all were rounded
to half precision. Needs torch, pyarrow and onnx.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import torch
from overlay_cases import Photo
from overlay_examples import CROPS, SIDES, Example, make_examples
from overlay_onnx import LAYERS, save_network
from quality_photos import half_of, load_photo, open_bytes, photo_paths
from torch import nn
from torch.nn import functional

from photo_quality.overlay_network import set_against_surroundings

OUTPUT = Path(__file__).parents[1] / "photo_quality" / "data" / "overlays.onnx"
BATCH, NEW = 24, 2  # examples a step, and photos that are drawn for it
POOL, FIRST = 3000, 300  # examples that are kept for further steps, and drawn before the first
RATE = 4e-3
OWN = 0.3  # share of the examples that is drawn on photos of the folders
POSITIVE = 2.0  # weight of a cell with ink over one without
WHOLE, STRONGEST = 0.3, 6  # weight of the crop's own answer: the mean of its strongest cells


class Network(nn.Module):
    """The network of `overlay_onnx`, with batch norms while it is fitted."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv2d(one.inputs, one.outputs, one.kernel, one.stride, one.padding)
            for one in LAYERS
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(one.outputs) for one in LAYERS[:-1])

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        for layer, norm in zip(self.layers, self.norms, strict=False):
            pixels = torch.relu(norm(layer(pixels)))
        return self.layers[-1](pixels)

    def folded(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Weights and biases of each layer, the batch norms multiplied into them."""
        pairs = []
        for layer, norm in zip(self.layers, self.norms, strict=False):
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            bias = (layer.bias - norm.running_mean) * scale + norm.bias
            pairs.append((layer.weight * scale[:, None, None, None], bias))
        return [*pairs, (self.layers[-1].weight, self.layers[-1].bias)]


def is_fitted_on(path: Path) -> bool:
    """Whether the network sees a photo: half of the half that anything is fitted on."""
    return half_of(path.stem) == 0 and half_of(f"{path.stem} network") == 0


def load_bases(table: Path, folders: list[Path]) -> tuple[list[Photo], list[Photo]]:
    """Photos to draw on: of a table, those that are not in the folders; and a quarter of these."""
    paths = [path for one in folders for path in photo_paths(one)]
    left_out = {path.stem.split("-")[-1] for path in paths}
    rows = parquet.read_table(table, columns=["id", "image", "split"]).to_pylist()
    rows = [r for r in rows if r["split"] == "train" and r["id"][:8] not in left_out]
    return [open_bytes(row["image"]) for row in rows], [
        load_photo(path, max(SIDES)) for path in paths if is_fitted_on(path)
    ]


def loss_of(network: nn.Module, examples: list[Example]) -> torch.Tensor:
    """Cross-entropy over the cells, and over the crops by their strongest cells."""
    shown = [set_against_surroundings(one.crop).transpose(2, 0, 1) for one in examples]
    target = torch.from_numpy(np.stack([one.target for one in examples]))
    weight = torch.from_numpy(np.stack([one.weight for one in examples]))
    odds = network(torch.from_numpy(np.stack(shown)))
    losses = functional.binary_cross_entropy_with_logits(odds, target, reduction="none")
    weight = weight * (1 + (POSITIVE - 1) * target)
    cells = (losses * weight).sum() / weight.sum()
    known = weight.flatten(2) > 0
    inked = (target.flatten(2) * known).sum(dim=2)
    strongest = odds.flatten(2).masked_fill(~known, -20.0).topk(STRONGEST, dim=2).values.mean(dim=2)
    # left open: no more than a corner of a letter, or what can hardly be seen
    clear = (inked >= STRONGEST) | (target.flatten(2).sum(dim=2) == 0)
    label = (inked >= STRONGEST).float()
    whole = functional.binary_cross_entropy_with_logits(strongest, label, reduction="none")
    return cells + WHOLE * (whole * clear).mean()


def fit(network: Network, bases: Sequence[list[Photo]], options: argparse.Namespace) -> None:
    """Fit for so many minutes, showing the loss as it goes."""
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-3)
    start, seed, step, shown = time.monotonic(), options.seed, 0, 0.0
    rng = np.random.default_rng(seed)
    pool: list[Example] = []
    while (spent := (time.monotonic() - start) / 60 / options.minutes) < 1:
        for group in optimizer.param_groups:
            group["lr"] = options.rate * max(0.005, 0.5 + 0.5 * float(np.cos(np.pi * spent)))
        for _ in range(NEW if step else FIRST // CROPS):
            at = (seed - options.seed) * CROPS % POOL
            among = bases[int(rng.random() < OWN)]
            pool[at : at + CROPS] = make_examples(among[rng.integers(len(among))], seed)
            seed += 1
        loss = loss_of(network, [pool[i] for i in rng.integers(len(pool), size=BATCH)])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step, shown = step + 1, 0.98 * shown + 0.02 * loss.item() if shown else loss.item()
        if step % 100 == 0:
            print(step, round(shown, 4), round(60 * spent * options.minutes), "s", flush=True)
            save(network, options)
    save(network, options)


def save(network: Network, options: argparse.Namespace) -> None:
    """Write the weights as the package reads them, and as a later run goes on from them."""
    pairs = [(one.detach().numpy(), other.detach().numpy()) for one, other in network.folded()]
    save_network(options.output, pairs)
    if options.state is not None:
        torch.save(network.state_dict(), options.state)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--rate", type=float, default=RATE, help="of learning, at its highest")
    parser.add_argument("--state", type=Path, help="where what a later run needs is written")
    parser.add_argument("--start", type=Path, help="such a file to go on from")
    parser.add_argument("--seed", type=int, default=0, help="another, when going on")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    bases = load_bases(options.table, options.folders)
    network = Network()
    if options.start is not None:
        network.load_state_dict(torch.load(options.start, weights_only=True))
    count = sum(one.numel() for one in network.parameters())
    print(*map(len, bases), "photos,", count, "weights")
    fit(network, bases, options)


if __name__ == "__main__":
    main()

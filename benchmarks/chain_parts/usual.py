"""What one would write today from the best-known parts, one photo at a time, as their pages show.

open_clip's ViT-B/32 against a prompt matrix that was computed before, ColorThief's palette, the
`nudenet` package, and cleanvision's issues over the whole set. The weights of the ViT are random:
they do not matter for speed. Every part opens the file by itself, as these libraries do.
"""

import time
from collections import defaultdict
from pathlib import Path

import nudenet
import open_clip
import torch
from cleanvision import Imagelab
from colorthief import ColorThief
from PIL import Image

ARCHITECTURE = "ViT-B-32"
COLORS = 6

Seconds = dict[str, float]


class UsualChain:
    """`prompts` is the number of rows of the prompt matrix."""

    def __init__(self, prompts: int) -> None:
        torch.manual_seed(0)
        self.network, _, self.preprocess = open_clip.create_model_and_transforms(ARCHITECTURE)
        self.network.eval()
        self.prompts = torch.nn.functional.normalize(torch.randn(prompts, 512), dim=1)
        self.detector = nudenet.NudeDetector()

    def run(self, photos: list[Path]) -> Seconds:
        """Does all the work on all photos; seconds of each part."""
        spent: Seconds = defaultdict(float)
        for photo in photos:
            for name, part in (
                ("open_clip", self._classify),
                ("ColorThief", lambda one: ColorThief(str(one)).get_palette(color_count=COLORS)),
                ("nudenet", lambda one: self.detector.detect(str(one))),
            ):
                start = time.perf_counter()
                part(photo)
                spent[name] += time.perf_counter() - start
        start = time.perf_counter()
        Imagelab(filepaths=[str(photo) for photo in photos], verbose=False).find_issues(
            verbose=False
        )
        spent["cleanvision"] += time.perf_counter() - start
        return dict(spent)

    def _classify(self, photo: Path) -> list[float]:
        image = self.preprocess(Image.open(photo).convert("RGB")).unsqueeze(0)
        with torch.no_grad():
            vector = self.network.encode_image(image, normalize=True)
            scores: list[float] = (100 * vector @ self.prompts.T).softmax(dim=-1)[0].tolist()
        return scores

"""open_clip is imported without torch's compiler, which still works for whoever asks for it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

LOADED = """
import sys
from weights.light_imports import import_open_clip
open_clip = import_open_clip()
"""


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED + code],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout.strip()


def test_loading_and_using_a_bundle_leaves_the_compiler_alone() -> None:
    code = """
import numpy
from vision.encoder import Encoder
from weights.catalog import find_bundle
encoder = Encoder(find_bundle("vitrine-tiny"), threads=1)
encoder.encode_images([numpy.zeros((64, 64, 3), numpy.uint8)])
encoder.encode_texts(["a mug"])
print("torch._dynamo" in sys.modules, open_clip is sys.modules["open_clip"])
"""
    assert run(code) == "False True"


def test_the_compiler_and_what_waited_for_it_work_afterwards() -> None:
    code = """
import torch, torchvision
from timm.layers.typing import disable_compiler
calls = []
@disable_compiler
def marked(value):
    '''Said.'''
    calls.append(torch.compiler.is_compiling())
    return value + 1
compiled = torch.compile(lambda x: marked(x * 2), backend="eager")
boxes = torch.tensor([[0.0, 0.0, 0.0, 2.0, 2.0]])
pooled = torchvision.ops.roi_align(torch.ones(1, 1, 4, 4), boxes, 2)
print(compiled(torch.ones(1)).item(), calls, marked.__doc__, pooled.mean().item())
print(torch.compiler.disable.__module__)
"""
    assert run(code).split("\n") == ["3.0 [False] Said. 1.0", "torch.compiler"]


def test_names_that_nobody_foresaw_come_from_the_real_module() -> None:
    code = """
for name in [name for name in sys.modules if name.startswith("torch._dynamo")]:
    print("here already")
from weights.light_imports import HEAVY, compiler_later
with compiler_later():
    from torch._dynamo.utils import counters
    import torch._dynamo.utils as real
print(type(counters).__name__, hasattr(real, "is_compile_supported"), sys.modules[HEAVY] is real)
"""
    assert run(code).split("\n")[-1].endswith("True True")

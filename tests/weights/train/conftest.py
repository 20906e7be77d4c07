"""The recipe's tokenizer and an untrained model, made once."""

from pathlib import Path

import pytest
import torch
from open_clip.model import CLIP
from open_clip.tokenizer import SimpleTokenizer

from weights.train.model import build_model, build_tokenizer, write_architecture


@pytest.fixture(scope="session")
def architecture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("architecture")
    write_architecture(folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer(architecture: Path) -> SimpleTokenizer:
    return build_tokenizer(architecture)


@pytest.fixture
def model(architecture: Path) -> CLIP:
    torch.manual_seed(0)
    return build_model(architecture, None).eval()

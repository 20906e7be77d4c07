"""A bundle whose files are whole by their sums but are not what they should be is refused."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from weights.bundle import NETWORK_CONFIG, NETWORK_WEIGHTS, Bundle, open_bundle, seal
from weights.clip import load_clip
from weights.errors import BundleError


class Payload:
    """A pickle of it creates a file where it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def sealed(folder: Path) -> Bundle:
    return seal(folder, name="altered", version="1", taxonomy="1", licence="Apache-2.0")


def edit_config(folder: Path, part: str, **changes: Any) -> None:
    path = folder / NETWORK_CONFIG
    content = json.loads(path.read_text())
    content["model_cfg"][part].update(changes)
    path.write_text(json.dumps(content))


def test_the_payload_of_these_tests_does_work_where_a_pickle_is_read(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Payload(tmp_path / "read")))
    assert (tmp_path / "read").exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_under_the_name_of_the_weights_is_refused_unread(
    embedded_copy: Path, tmp_path: Path, zipped: bool
) -> None:
    torch.save(
        {"logit_scale": Payload(tmp_path / "read")},
        embedded_copy / NETWORK_WEIGHTS,
        _use_new_zipfile_serialization=zipped,
    )
    bundle = sealed(embedded_copy)
    with pytest.raises(BundleError, match="'altered' cannot be loaded"):
        load_clip(bundle)
    assert not (tmp_path / "read").exists()


def test_a_bundle_whose_weights_are_only_a_pickle_cannot_be_sealed(
    embedded_copy: Path,
) -> None:
    torch.save(load_file(embedded_copy / NETWORK_WEIGHTS), embedded_copy / "open_clip_model.bin")
    (embedded_copy / NETWORK_WEIGHTS).unlink()
    with pytest.raises(BundleError, match=NETWORK_WEIGHTS):
        sealed(embedded_copy)


@pytest.mark.parametrize("name", ["open_clip_pytorch_model.bin", "model.pth"])
def test_a_pickle_is_not_read_in_place_of_weights_that_were_removed_after_opening(
    embedded_copy: Path, tmp_path: Path, name: str
) -> None:
    torch.save({"logit_scale": Payload(tmp_path / "read")}, embedded_copy / name)
    bundle = open_bundle(embedded_copy)
    (embedded_copy / NETWORK_WEIGHTS).unlink()
    with pytest.raises(BundleError, match=f"has no {NETWORK_WEIGHTS}"):
        load_clip(bundle)
    assert not (tmp_path / "read").exists()


def test_a_pickle_beside_the_weights_is_not_read(embedded_copy: Path, tmp_path: Path) -> None:
    for name in ("open_clip_pytorch_model.bin", "a.pth"):
        torch.save({"logit_scale": Payload(tmp_path / "read")}, embedded_copy / name)
    load_clip(sealed(embedded_copy))
    assert not (tmp_path / "read").exists()


def test_truncated_weights_are_refused(embedded_copy: Path) -> None:
    path = embedded_copy / NETWORK_WEIGHTS
    path.write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(BundleError, match="'altered' cannot be loaded"):
        load_clip(sealed(embedded_copy))


def test_weights_that_lack_a_tensor_are_refused(embedded_copy: Path) -> None:
    path = embedded_copy / NETWORK_WEIGHTS
    tensors = load_file(path)
    del tensors["text_projection"]
    save_file(tensors, path)
    with pytest.raises(BundleError, match="text_projection"):
        load_clip(sealed(embedded_copy))


def test_weights_of_another_width_than_the_configuration_states_are_refused(
    embedded_copy: Path,
) -> None:
    edit_config(embedded_copy, "text_cfg", width=64)
    with pytest.raises(BundleError, match="'altered' cannot be loaded"):
        load_clip(sealed(embedded_copy))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"model_cfg": {}}'])
def test_a_configuration_that_describes_no_model_is_refused(
    embedded_copy: Path, content: str
) -> None:
    (embedded_copy / NETWORK_CONFIG).write_text(content)
    with pytest.raises(BundleError, match="'altered' cannot be loaded"):
        load_clip(sealed(embedded_copy))


def test_a_vocabulary_that_is_not_there_is_refused(embedded_copy: Path) -> None:
    edit_config(embedded_copy, "text_cfg", tokenizer_kwargs={"bpe_path": "absent.txt.gz"})
    with pytest.raises(BundleError, match=r"no tokenizer.*absent\.txt\.gz"):
        load_clip(sealed(embedded_copy)).tokenizer()

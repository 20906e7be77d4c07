"""What a model's configuration must say of its preprocessing, so that none is ever guessed.

open_clip fills whatever `preprocess_cfg` leaves out with OpenAI's values. For a model that was
trained with others, as SigLIP was, the embeddings are then wrong and nothing shows it.
"""

from collections.abc import Mapping
from typing import Any

ALWAYS = ("mean", "std")
"""What every configuration must state: OpenAI's values would be taken for the model's."""

SIGMOID = (*ALWAYS, "interpolation", "resize_mode")
"""What a model trained with SigLIP's loss must state: it squashes photos where CLIP crops them."""


def check_preprocessing(config: Mapping[str, Any]) -> None:
    """Raises ValueError, naming them, where the settings that a model needs are not stated.

    `config` is the contents of `open_clip_config.json`.
    """
    stated = config.get("preprocess_cfg") or {}
    needed = SIGMOID if "init_logit_bias" in config.get("model_cfg", {}) else ALWAYS
    if missing := [key for key in needed if stated.get(key) is None]:
        raise ValueError(
            f"open_clip_config.json does not state {', '.join(missing)} in 'preprocess_cfg': "
            "photos would be prepared in another way than the model was trained with"
        )

"""How phrases become a label's embedding: templates, and the mean direction of each group."""

import numpy as np
import pytest

from weights.prompts import TEMPLATES, in_templates, mean_directions


def test_every_prompt_stands_in_every_template_prompt_by_prompt() -> None:
    texts = in_templates(["a mug", "a {cup}"])
    assert texts[: len(TEMPLATES)] == [template.format("a mug") for template in TEMPLATES]
    assert texts[len(TEMPLATES) :] == [template.format("a {cup}") for template in TEMPLATES]
    assert texts[0] == "a mug"


def test_a_group_becomes_its_mean_direction() -> None:
    vectors = np.array([[1, 0], [0, 1], [0, -1]], np.float32)
    means = mean_directions(vectors, [2, 1])
    assert means.dtype == np.float32
    np.testing.assert_allclose(means, [[0.5**0.5, 0.5**0.5], [0, -1]], atol=1e-7)


def test_no_groups_give_no_rows() -> None:
    assert mean_directions(np.zeros((0, 3), np.float32), []).shape == (0, 3)


@pytest.mark.parametrize("counts", [[1], [3], [2, 0], [1, 1, 1]])
def test_groups_that_do_not_share_out_the_rows_are_refused(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="2 rows cannot be groups"):
        mean_directions(np.eye(2, dtype=np.float32), counts)


@pytest.mark.parametrize("second", [[-1, 0], [np.nan, 0], [np.inf, 0]])
def test_a_group_without_a_direction_is_refused(second: list[float]) -> None:
    with pytest.raises(ValueError, match="zero or not finite"):
        mean_directions(np.array([[1, 0], second], np.float32), [2])

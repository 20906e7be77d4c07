import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from color import LightCast, NamedColor
from color.cast import relight
from color.clustering import cluster
from color.colorspace import ciede2000, hex_to_lab, lab_to_hex, rgb_to_lab, working_copy
from color.ground import measure_ground, subject_probability
from color.settings import default_settings, parse_settings
from tests.color.drawing import product


@settings(max_examples=60)
@given(st.lists(st.integers(0, 255), min_size=3, max_size=3))
def test_hex_codes_survive_lab(color: list[int]) -> None:
    code = "#{:02x}{:02x}{:02x}".format(*color)
    back = bytes.fromhex(lab_to_hex(hex_to_lab([code])[0])[1:])
    assert max(abs(one - other) for one, other in zip(color, back, strict=True)) <= 1


def test_white_is_lightness_one_hundred_without_chroma() -> None:
    white = rgb_to_lab(np.full((1, 1, 3), 255, dtype=np.uint8))[0, 0]
    assert np.allclose(white, [100, 0, 0], atol=0.05)


def test_ciede2000_agrees_with_its_authors_test_pair() -> None:
    # Sharma, Wu, Dalal, 2005, table 1, pair 1.
    first, second = np.array([50.0, 2.6772, -79.7751]), np.array([50.0, 0.0, -82.7485])
    assert float(ciede2000(first, second)) == pytest.approx(2.0425, abs=1e-4)


def test_the_working_copy_is_never_enlarged() -> None:
    assert working_copy(np.zeros((10, 20, 3), np.uint8), 112).shape == (10, 20, 3)
    assert working_copy(np.zeros((3000, 2, 3), np.uint8), 112).shape == (112, 1, 3)


@settings(max_examples=40, deadline=None)
@given(arrays(np.float64, (30, 3), elements=st.floats(0, 60)), st.integers(1, 6))
def test_clusters_are_few_finite_and_nearest(points: np.ndarray, most: int) -> None:
    centers, labels = cluster(points, np.ones(30), most)
    assert 1 <= len(centers) <= most
    assert np.all(np.isfinite(centers))
    assert labels.shape == (30,)
    assert labels.max() < len(centers)


def test_clusters_of_two_colors_are_the_two_colors() -> None:
    points = np.array([[20.0, 0, 0]] * 30 + [[80.0, 40, 10]] * 10)
    centers, labels = cluster(points, np.ones(40), 5)
    assert np.allclose(centers, [[20, 0, 0], [80, 40, 10]])
    assert labels.tolist() == [0] * 30 + [1] * 10


def test_the_ground_is_the_border_s_color_and_the_product_stands_out() -> None:
    settings = default_settings().ground
    lab = rgb_to_lab(product((36, 70, 170), (230, 230, 230)))
    ground = measure_ground(lab, settings)
    subject = subject_probability(lab, ground, settings)
    assert ground.plain(settings)
    assert subject[80, 80] > 0.95
    assert subject[:10].mean() < 0.05


def test_a_product_cut_by_one_side_is_not_ground() -> None:
    photo = np.full((100, 100, 3), 250, dtype=np.uint8)
    photo[40:, 30:70] = (30, 60, 160)
    lab = rgb_to_lab(photo)
    settings = default_settings().ground
    subject = subject_probability(lab, measure_ground(lab, settings), settings)
    assert subject[99, 50] > 0.95
    assert subject[5, 5] < 0.05


def test_relighting_makes_the_light_s_own_tint_neutral() -> None:
    cast = LightCast(a=4.0, b=20.0, strength=20.4, removed=1.0)
    neutral = relight(np.array([[80.0, 4.0, 20.0]]), cast)[0]
    assert np.hypot(neutral[1], neutral[2]) < 0.5
    assert neutral[0] == pytest.approx(80.0, abs=1.0)


def test_no_cast_changes_nothing() -> None:
    lab = np.array([[50.0, 20.0, -30.0]])
    assert np.array_equal(relight(lab, LightCast(9.0, 9.0, 12.7, 0.0)), lab)


@pytest.mark.parametrize(("code", "share"), [("red", 0.5), ("#FFFFFF", 0.5), ("#ffffff", 1.2)])
def test_a_named_color_checks_itself(code: str, share: float) -> None:
    with pytest.raises(ValueError, match=r"#rrggbb|0\.\.1"):
        NamedColor("Red", code, share, (50.0, 0.0, 0.0), 0.5, "red")


@pytest.mark.parametrize("text", ["", "[working]\nlongest_side = 1", "[paint]\nx = 1"])
def test_broken_settings_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="sections"):
        parse_settings(text)

import pytest

from moderation.errors import OpenCVPairError
from moderation.opencv_pair import check_pair, installed_pair


def test_the_installed_pair_agrees_and_works() -> None:
    assert "opencv-python" in installed_pair()
    check_pair()


def test_different_versions_are_named_with_the_command_that_repairs_them() -> None:
    with pytest.raises(OpenCVPairError, match=r"--force-reinstall --no-deps .*==5\.0\.0\.93") as e:
        check_pair({"opencv-python": "5.0.0.93", "opencv-python-headless": "4.12.0.88"})
    assert "4.12.0.88" in str(e.value)


def test_one_distribution_alone_is_fine() -> None:
    check_pair({"opencv-python": "5.0.0.93"})

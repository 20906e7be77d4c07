from moderation.nudenet import NudeNetDetector
from moderation.taxonomy import UNRECOGNIZED, taxonomy


def test_every_label_of_the_model_has_a_policy_label_and_no_other_is_listed() -> None:
    detector = NudeNetDetector(threads=1)
    mapped = taxonomy().detectors[detector.name]
    assert set(mapped) == set(detector.labels)
    assert len(mapped) == 18


def test_an_unknown_label_or_detector_is_unrecognized() -> None:
    assert taxonomy().label_of("nudenet-320n", "ELBOW_EXPOSED") == UNRECOGNIZED
    assert taxonomy().label_of("another", "FACE_FEMALE") == UNRECOGNIZED


def test_every_label_lies_in_a_group_and_says_what_it_means() -> None:
    for entry in taxonomy().labels.values():
        assert entry.group in taxonomy().groups
        assert entry.description.endswith(".")


def test_the_unrecognized_label_can_be_flagged() -> None:
    assert UNRECOGNIZED in taxonomy().flaggable

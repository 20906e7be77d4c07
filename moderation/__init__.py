"""Moderation: detectors look at pixels, a policy decides what their findings mean.

    detectors = installed_detectors()
    policy = Policy.load("default")
    evidence = look([Picture(pixels)], detectors)
    photo = assess_photo(evidence, policy, Context(category_id="clothing.women.dresses"))
    listing = assess_listing([photo], policy)

Nothing here detects minors or estimates ages.
"""

from moderation.context import Context
from moderation.decide import assess_listing, assess_photo
from moderation.detection import Detection, Detector
from moderation.errors import DetectorError, ModerationError, OpenCVPairError, PolicyError
from moderation.evidence import Evidence, View
from moderation.installed import installed_detectors
from moderation.look import Picture, look, look_many
from moderation.policy import Policy, policy_names
from moderation.verdict import FlaggedLabel, ListingModeration, PhotoModeration, Verdict

__all__ = [
    "Context",
    "Detection",
    "Detector",
    "DetectorError",
    "Evidence",
    "FlaggedLabel",
    "ListingModeration",
    "ModerationError",
    "OpenCVPairError",
    "PhotoModeration",
    "Picture",
    "Policy",
    "PolicyError",
    "Verdict",
    "View",
    "assess_listing",
    "assess_photo",
    "installed_detectors",
    "look",
    "look_many",
    "policy_names",
]

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
from moderation.detector_network import Precision
from moderation.errors import (
    DetectorError,
    HashListError,
    ModerationError,
    OpenCVPairError,
    PolicyError,
)
from moderation.evidence import Evidence, View
from moderation.installed import installed_detectors
from moderation.known_photos import DecidedPhoto, KnownPhotos, read_hash_list, write_hash_list
from moderation.layers import LayerState, layer_states
from moderation.look import Layer, PictureDetector, look, look_many
from moderation.pdq import PdqHash, compute_pdq, pdq_installed
from moderation.pdq_detector import PdqDetector
from moderation.picture import Picture
from moderation.policy import Policy, policy_names
from moderation.prompts import MeasuredPrompts, PromptDetector
from moderation.redact import redact
from moderation.verdict import FlaggedLabel, ListingModeration, PhotoModeration, Verdict

__all__ = [
    "Context",
    "DecidedPhoto",
    "Detection",
    "Detector",
    "DetectorError",
    "Evidence",
    "FlaggedLabel",
    "HashListError",
    "KnownPhotos",
    "Layer",
    "LayerState",
    "ListingModeration",
    "MeasuredPrompts",
    "ModerationError",
    "OpenCVPairError",
    "PdqDetector",
    "PdqHash",
    "PhotoModeration",
    "Picture",
    "PictureDetector",
    "Policy",
    "PolicyError",
    "Precision",
    "PromptDetector",
    "Verdict",
    "View",
    "assess_listing",
    "assess_photo",
    "compute_pdq",
    "installed_detectors",
    "layer_states",
    "look",
    "look_many",
    "pdq_installed",
    "policy_names",
    "read_hash_list",
    "redact",
    "write_hash_list",
]

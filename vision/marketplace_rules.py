"""Everything that differs from one marketplace to another, gathered once."""

from dataclasses import dataclass
from pathlib import Path

from color import ColorAnalyzer, available_vocabularies
from moderation import Policy, policy_names
from taggers import DataFileError, MarketplaceProfile, load_marketplace

DEFAULT_POLICY = "default"


@dataclass(frozen=True)
class MarketplaceRules:
    """A marketplace's profile, the analyser that speaks its colour words, and its policy."""

    profile: MarketplaceProfile
    colors: ColorAnalyzer
    policy: Policy

    @classmethod
    def load(cls, marketplace: str, policy: str | Path | None = None) -> "MarketplaceRules":
        """The rules of a marketplace, with its own policy unless another is named.

        Raises `taggers.UnknownNameError` or `taggers.DataFileError` for the marketplace, and
        `moderation.PolicyError` for the policy.
        """
        profile = load_marketplace(marketplace)
        if policy is None:
            policy = profile.name if profile.name in policy_names() else DEFAULT_POLICY
        known = available_vocabularies()
        if profile.color_vocabulary not in known:
            problem = f"is not one of {', '.join(known)}: '{profile.color_vocabulary}'"
            raise DataFileError(Path(marketplace), "color_vocabulary", problem)
        return cls(profile, ColorAnalyzer(profile.color_vocabulary), Policy.load(policy))

    def least_side(self, width: int, height: int) -> int | None:
        """The least shorter side, in pixels, of a photo of this shape; None where not published."""
        longest = self.profile.minimum_longest_side
        if longest is None:
            return None
        return max(1, round(longest * min(width, height) / max(width, height)))

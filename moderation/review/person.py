"""A person of the desk, as every call takes it."""

from dataclasses import dataclass

from moderation.review.choices import Role


@dataclass(frozen=True)
class Person:
    """Someone who signed in, or is known. `role` is reviewer or lead."""

    id: int
    name: str
    role: Role
    active: bool = True

    @property
    def is_lead(self) -> bool:
        return self.role == "lead"

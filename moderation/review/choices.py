"""The words of the desk that are stored: choices, effects, states, roles."""

from typing import Literal, get_args

Choice = Literal["approve", "mature", "remove", "escalate", "skip"]
"""What a person decides: the photo may stay, may stay labelled as mature, must go, is a lead's to
decide, is somebody else's."""

Effect = Literal["waiting", "final", "escalated", "skipped"]
"""What a decision did: a second person is needed, it stands, a lead must decide, nothing."""

State = Literal["open", "escalated", "decided"]
"""Where an item is: in the queue of all, in the leads' queue, out of both."""

Role = Literal["reviewer", "lead"]

CHOICES: tuple[Choice, ...] = get_args(Choice)
ROLES: tuple[Role, ...] = get_args(Role)

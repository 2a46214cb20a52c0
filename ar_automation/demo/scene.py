"""What every step of the demo needs to know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any


def roll(seed: str) -> Random:
    """Return dice that fall the same way for the same seed."""
    return Random(seed)  # noqa: S311 - they decide a story, not a secret


@dataclass(frozen=True)
class Scene:
    """The company, its customers, and the day on which the story is told.

    :param company: the ``res.company``, with the environment to work in
    :param customers: the generated values
    :param firms: their ``res.partner`` by customer key
    :param report: called with a line of text for each step
    """

    company: Any
    customers: tuple[Any, ...]
    firms: dict[str, Any]
    day: date
    seed: str
    report: Callable[[str], None] = field(default=lambda text: None)

    def act_as(self, login: str) -> Any:
        """Return the company as one of its users sees it: what is done with it, that person did."""
        user = self.company.env["res.users"].search([("login", "=", login)], limit=1)
        return self.company.with_user(user)

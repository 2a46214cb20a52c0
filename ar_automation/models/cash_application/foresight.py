"""What is decided of new bank lines before their entries are written.

Importing a file and matching its lines later writes every entry twice: on the suspense account,
then on the customer's. Decided first, an entry with one customer's item is written on its
final account straight away, and only has to be settled.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Decisions on lines, and what they mean for the entries of new ones.

    :ivar outcomes: ``{line id: Decision}``
    :ivar partners: ``{line id: partner}`` as they were before the decision.
    :ivar accounts: ``{line id: account id}`` that new entries are written on straight away.
    """

    outcomes: dict
    partners: dict
    accounts: dict = field(default_factory=dict)

"""What is decided of new bank lines before there is a row of them.

Importing a file and matching its lines later writes every entry twice: on the suspense account,
then on the customer's. Decided first, from the values that lines will be created with, an entry
with one customer's item is written on its final account straight away, and only has to be settled.
"""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Decisions on lines, and which entries stand on the customer's account already.

    :ivar outcomes: ``{line id: Decision}``
    :ivar partners: ``{line id: partner}`` as they were before the decision.
    :ivar straight: ids of the lines whose entries need no turning.
    """

    outcomes: dict
    partners: dict
    straight: frozenset = field(default_factory=frozenset)

    def told_of(self, lines):
        """Return the same of stored lines, where the decisions were made of their values.

        :param lines: the lines, in the order of the values.
        """
        ids = dict(zip(self.outcomes, lines.ids, strict=True))
        return Foreseen(
            {
                ids[number]: replace(found, payment=replace(found.payment, payment_id=ids[number]))
                for number, found in self.outcomes.items()
            },
            {ids[number]: partner for number, partner in self.partners.items()},
            frozenset(ids[number] for number in self.straight),
        )

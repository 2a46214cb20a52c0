"""What the claims of a batch of customers have in common: policy, day, currencies, records."""

from decimal import Decimal


class LateFeeBatch:
    """Claims of customers of one company on one day.

    :param ar.late.fee.policy policy: of the company.
    :param datetime.date day: until when lateness is claimed.
    """

    def __init__(self, policy, day):
        self.env = policy.env
        self.policy = policy
        self.company = policy.company_id
        self.day = day
        self.claims = self.env["ar.late.fee"]
        self._minimum = {}

    def prepare_vals(self, item, kind, amount):
        """Values that every claim on an item has."""
        return {
            "company_id": self.company.id,
            "partner_id": item.partner_id,
            "kind": kind,
            "move_line_id": item.line_id,
            "move_id": item.move_id,
            "name": item.name,
            "currency_id": item.currency_id,
            "amount": float(amount),
        }

    def to_currency(self, amount, source, currency_id):
        """An amount in another currency, at the rate of the day."""
        target = self.env["res.currency"].browse(currency_id)
        converted = source._convert(float(amount), target, self.company, self.day)
        return Decimal(str(converted))

    def get_unit(self, currency_id):
        """The smallest unit of a currency."""
        return Decimal(str(self.env["res.currency"].browse(currency_id).rounding))

    def get_minimum(self, currency_id):
        """The smallest interest that is charged, in a currency."""
        if currency_id not in self._minimum:
            self._minimum[currency_id] = self.to_currency(
                self.policy.minimum_amount, self.company.currency_id, currency_id
            )
        return self._minimum[currency_id]


def read_amount(claim):
    """A claim's amount, without the noise of a float."""
    return Decimal(str(claim.currency_id.round(claim.amount)))

"""What tests of payouts have in common: a provider, and what waits at it."""

from .kind_case import KindCase


class PayoutCase(KindCase):
    """A provider Stripe, whose payments and refunds wait on the outstanding accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fees = cls.account("Charges of providers")
        cls.policy.charge_account_id = cls.fees
        cls.partner_b.name = "Birch and Sons Limited"
        cls.provider = cls.make_provider("Stripe")

    @classmethod
    def make_provider(cls, name):
        return cls.env["payment.provider"].create({"name": name, "company_id": cls.company.id})

    def online(self, amount, partner=None, *, day="2026-03-01", provider=None, **vals):
        """A payment that was made online, or a refund of one if ``amount`` is negative."""
        way = "inbound" if amount > 0 else "outbound"
        methods = self.journal[f"{way}_payment_method_line_ids"]
        method = methods[0].copy({"payment_provider_id": (provider or self.provider).id})
        method.payment_account_id = methods[0].payment_account_id
        payment = self.env["account.payment"].create(
            {
                "payment_type": way,
                "partner_type": "customer",
                "partner_id": (partner or self.partner_a).id,
                "amount": abs(amount),
                "journal_id": self.journal.id,
                "payment_method_line_id": method.id,
                "date": day,
                **vals,
            }
        )
        payment.action_post()
        return payment

    def by_transaction(self, amount, reference, partner=None):
        """The same, told by its transaction only."""
        partner = partner or self.partner_a
        ways = self.env["payment.method"].with_context(active_test=False)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": ways.search([], limit=1).id,
                "reference": reference,
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "partner_id": partner.id,
            }
        )
        payment = self.online(amount, partner, payment_transaction_id=transaction.id)
        payment.payment_method_line_id.payment_provider_id = False
        return payment

    def payout(self, amount, text="payout", **vals):
        return self.pay(amount, text, **{"partner_name": "STRIPE PAYMENTS EUROPE", **vals})

    def waits(self, payment):
        """One row of an entry that clears what waits."""
        amount = payment.amount if payment.payment_type == "inbound" else -payment.amount
        return (payment.outstanding_account_id, -amount, -amount, payment.partner_id)

    def fee(self, amount):
        return (self.fees, amount, amount, self.env["res.partner"])

    def accept(self, line):
        line.ar_apply_cash()
        line.ar_book(line.ar_best_proposal_id)

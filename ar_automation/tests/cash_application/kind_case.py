"""One way to test a kind of payment: apply it, look at the entry, take it back."""

from .cash_case import CashCase


class KindCase(CashCase):
    """Every kind of payment goes the same way, from the bank line to the entry and back."""

    def setUp(self):
        super().setUp()
        self.amounts = iter(range(101, 100_000, 37))

    def settle(self, line, entry, left, *, by="itself"):
        """Apply one payment, assert what stands in the books, and take it back.

        :param entry: list of ``(account, balance, amount in the item's currency, partner)`` of
            the entry but its bank side.
        :param left: ``{invoice: open amount}`` after the booking.
        :param by: ``itself`` where it must be booked unattended, ``person`` where the best
            proposal is right and a person accepts it.
        """
        before = {invoice: self.open_of(invoice) for invoice in left}
        standing = self.standing(line)
        partner = line.partner_id
        counts = line.ar_apply_cash()
        expected = "matched" if by == "itself" else "proposed"
        self.assertEqual(counts[expected], 1, line.ar_match_evidence)
        if by == "person":
            line.ar_book(line.ar_best_proposal_id)
        self.assert_entry(line, *entry)
        self.assertEqual({invoice: self.open_of(invoice) for invoice in left}, left)
        self.assertTrue(line.ar_match_evidence)
        self.take_back(line, before, standing, partner)

    def take_back(self, line, before, standing, partner):
        """Undo, and assert that everything is as it was."""
        line.ar_unbook()
        self.assertFalse(line.is_reconciled)
        self.assertEqual(self.standing(line), standing)
        self.assertEqual(line.partner_id, partner)
        self.assertEqual({invoice: self.open_of(invoice) for invoice in before}, before)

    def standing(self, line):
        """What an undo must restore of the entry."""
        return sorted(
            (
                item.account_id.id,
                item.currency_id.id,
                item.company_currency_id.round(item.balance),
                item.currency_id.round(item.amount_currency),
                item.partner_id.id,
            )
            for item in line.move_id.line_ids
        )

    def paid(self, amount, partner=None, account=None):
        """One row of an entry in company currency that settles ``amount``."""
        return (account or self.receivable, -amount, -amount, partner or self.partner_a)

    def customer(self, name, **vals):
        return self.env["res.partner"].create(
            {
                "name": name,
                "property_account_receivable_id": self.receivable.id,
                "property_payment_term_id": self.pay_terms_a.id,
                **vals,
            }
        )

    def bank_account(self, number, partner):
        return self.env["res.partner.bank"].create({"acc_number": number, "partner_id": partner.id})

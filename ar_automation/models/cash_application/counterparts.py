"""The journal items that take the place of a payment's suspense line.

Where a payment settles its items one to one, the suspense line itself becomes the customer's
line. Everything else gets items as an accountant would write them: one on each settled item's
account, in the item's currency, so that Odoo finds the exchange difference when it reconciles;
the discount with its taxes as the invoice's terms say; a difference on the policy's account;
and what is left over as the customer's credit.
"""

from datetime import timedelta

from odoo.exceptions import UserError

from .write_off_taxes import split_taxes

# Actions that book what is missing (or too much) to an account of the policy.
BOOKED_OFF = ("rounding", "bank_charge", "write_off")


class Counterparts:
    """Writes the items for one booking.

    :param booking: the ``Booking``; its line still stands on the suspense account.
    :param policy: the company's ``ar.cash.policy``.
    """

    def __init__(self, booking, policy):
        self.booking = booking
        self.policy = policy
        self.line = booking.line
        self.env = booking.line.env
        self.suspense = booking.line._seek_for_lines()[1]
        self.currency = self.suspense.currency_id
        self.company_currency = self.suspense.company_currency_id
        # both negative for money in
        self.open_balance = sum(self.suspense.mapped("balance"))
        self.open_amount = sum(self.suspense.mapped("amount_currency"))

    def prepare(self):
        """Return ``[(values of a journal item, the item it settles or none)]``, balanced.

        :raises UserError: if more is settled than was paid, or an account is missing.
        """
        settling = [(self._settle(item), item) for item in self.booking.items]
        self._take_up_rounding(settling)
        none = self.env["account.move.line"]
        rest = [(vals, none) for vals in self._prepare_rest(settling)]
        return settling + rest

    # --- what settles the items

    def _settle(self, item):
        amount = self.booking.allocation[item.id]
        return {
            **self._prepare_common(),
            "name": item.move_id.name or self.line.payment_ref,
            "account_id": item.account_id.id,
            "partner_id": item.partner_id.id,
            "currency_id": item.currency_id.id,
            "amount_currency": -amount,
            "balance": self._value(item, -amount),
        }

    def _value(self, item, amount):
        """What an amount in an item's currency is worth in the company's, for this payment."""
        if item.currency_id == self.company_currency:
            return amount
        if item.currency_id == self.currency:
            return self.company_currency.round(amount * self.open_balance / self.open_amount)
        if self.booking.action == "currency_difference":
            total = sum(self.booking.allocation.values())
            return self.company_currency.round(-amount * self.open_balance / total)
        return item.currency_id._convert(
            amount, self.company_currency, self.line.company_id, self.line.date
        )

    def _take_up_rounding(self, settling):
        """Let the last item take what conversion lost, where the payment is used up exactly."""
        if not settling:
            return
        rest = self.open_balance - sum(vals["balance"] for vals, _item in settling)
        if self.booking.action == "currency_difference" or self._is_used_up(settling):
            settling[-1][0]["balance"] += rest

    def _is_used_up(self, settling):
        if any(vals["currency_id"] != self.currency.id for vals, _item in settling):
            return False
        used = sum(vals["amount_currency"] for vals, _item in settling)
        return self.currency.is_zero(self.open_amount - used)

    # --- what is left

    def _prepare_rest(self, settling):
        rest = self.company_currency.round(
            self.open_balance - sum(vals["balance"] for vals, _item in settling)
        )
        if self.company_currency.is_zero(rest):
            return []
        action = self.booking.action
        if action == "discount" and rest > 0:
            return self._prepare_discount(settling, rest)
        if action in BOOKED_OFF:
            return self._prepare_difference(rest)
        if rest > 0:
            raise UserError(
                self.env._("More would be settled than %s brought.", self.line.payment_ref)
            )
        return [self._prepare_credit(rest)]

    def _prepare_discount(self, settling, rest):
        """The discount with its taxes, as the invoices' payment terms say."""
        if not self.line.company_id.account_journal_early_pay_discount_loss_account_id:
            raise UserError(
                self.env._(
                    "%s has no account for early-payment discounts. Choose one in the accounting "
                    "settings.",
                    self.line.company_id.name,
                )
            )
        grace = timedelta(days=self.policy.discount_grace_days)
        discounted = [
            {"aml": item, "amount_currency": vals["amount_currency"], "balance": vals["balance"]}
            for vals, item in settling
            if item.discount_date and self.line.date <= item.discount_date + grace
        ]
        if not discounted:
            raise UserError(self.env._("None of the invoices offers a discount on that day."))
        groups = self.env["account.move"]._get_invoice_counterpart_amls_for_early_payment_discount(
            discounted, rest
        )
        return [{**self._prepare_common(), **vals} for lines in groups.values() for vals in lines]

    def _prepare_difference(self, rest):
        account = self.policy.ar_get_account(self.booking.action)
        if not account:
            raise UserError(
                self.env._(
                    "The cash application policy of %(company)s names no account for this "
                    "difference of %(amount)s. Choose one, or leave the difference open.",
                    company=self.line.company_id.name,
                    amount=self.company_currency.format(abs(rest)),
                )
            )
        names = dict(
            self.env["ar.match.proposal"]._fields["action"]._description_selection(self.env)
        )
        vals = {
            **self._prepare_common(),
            "name": f"{names[self.booking.action]}: {self.line.payment_ref}",
            "account_id": account.id,
            "analytic_distribution": self.policy.analytic_distribution or False,
            **self._amounts(rest),
        }
        taxes = self.policy.write_off_tax_ids
        is_taxed = self.booking.action == "write_off"
        return split_taxes(vals, taxes if is_taxed else taxes.browse(), self.booking.partner)

    def _prepare_credit(self, rest):
        partner = self.booking.partner
        if not partner:
            raise UserError(
                self.env._(
                    "Say first whose money %s is: choose the customer.", self.line.payment_ref
                )
            )
        return {
            **self._prepare_common(),
            "account_id": self.booking.credit_account().id,
            **self._amounts(rest),
        }

    def _prepare_common(self):
        return {
            "move_id": self.line.move_id.id,
            "name": self.line.payment_ref,
            "partner_id": self.booking.partner.id,
        }

    def _amounts(self, balance):
        """A balance in the payment's own currency, by the payment's own rate."""
        amount = balance
        if self.currency != self.company_currency:
            amount = self.currency.round(balance * self.open_amount / self.open_balance)
        return {"currency_id": self.currency.id, "balance": balance, "amount_currency": amount}

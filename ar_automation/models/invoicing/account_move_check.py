from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.invoicing.check import InvoiceFacts, check_invoice

LETTER_FIELDS = ("street", "city", "zip", "country_id")


class AccountMove(models.Model):
    """Checks before posting."""

    _inherit = "account.move"

    ar_review_reason = fields.Text(
        "To review",
        copy=False,
        readonly=True,
        help="Why the app did not post this invoice by itself.",
    )

    _ar_review_idx = models.Index(
        "(company_id) WHERE ar_review_reason IS NOT NULL AND state = 'draft'"
    )

    # === ACTION METHODS ===#

    def action_ar_check_and_post(self):
        """Check drafts again after mending, and post those that pass now."""
        drafts = self.filtered(lambda move: move.state == "draft" and move.is_sale_document())
        if not drafts:
            raise UserError(self.env._("Select draft invoices to check and post."))
        drafts.ar_check_and_post(fields.Date.context_today(self))
        left = drafts.filtered("ar_review_reason")
        message = self.env._(
            "%(posted)s posted, %(left)s left to review.", posted=len(drafts - left), left=len(left)
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS ===#

    @api.private
    def ar_check_and_post(self, date):
        """Post the drafts that pass the checks and queue them for sending.

        The others stay drafts, with their reasons in ``ar_review_reason``.

        :param datetime.date date: invoice date of those that have none yet.
        :return: the posted invoices.
        """
        findings = self._ar_find_faults(date)
        for reason, moves in self.grouped(lambda move: findings[move.id]).items():
            moves.ar_review_reason = reason
        sound = self.filtered(lambda move: not findings[move.id])
        sound.filtered(lambda move: not move.invoice_date).invoice_date = date
        posted = sound._post(soft=False) if sound else sound
        posted.ar_queue_for_sending()
        return posted

    def _post(self, soft=True):  # noqa: FBT002 - core's signature
        # EXTENDS 'account': who posts an invoice under review has reviewed it
        posted = super()._post(soft=soft)
        reviewed = posted.filtered("ar_review_reason")
        if reviewed:
            reviewed.ar_review_reason = False
            reviewed.ar_queue_for_sending()
        return posted

    # === PRIVATE METHODS ===#

    def _ar_find_faults(self, date):
        """``{move id: reasons in words, or False}``"""
        rated = self._ar_rated_currencies(date)
        faults = {}
        for move in self:
            codes = check_invoice(move._ar_invoice_facts(rated))
            faults[move.id] = "\n".join(move._ar_fault_sentence(code) for code in codes) or False
        return faults

    def _ar_invoice_facts(self, rated):
        recipient = self.partner_id
        return InvoiceFacts(
            total=Decimal(str(self.amount_total)),
            rounding=Decimal(str(self.currency_id.rounding)),
            is_credit_note=self.move_type == "out_refund",
            channel=self._ar_channel(),
            has_email=bool(recipient.email_normalized)
            or not self._get_mail_template().use_default_to,
            missing_address=tuple(name for name in LETTER_FIELDS if not recipient[name]),
            has_rate=(self.company_id, self.currency_id) in rated,
        )

    def _ar_channel(self):
        """The customer's sending method, by company; e-mail unless another is chosen."""
        customer = self.commercial_partner_id.with_company(self.company_id)
        return customer.invoice_sending_method or "email"

    def _ar_rated_currencies(self, date):
        """Pairs of company and currency for which an exchange rate is known on ``date``."""
        own = {(company, company.currency_id) for company in self.company_id}
        foreign = self.currency_id - self.company_id.currency_id
        if not foreign and len(self.company_id) == 1:
            return own
        rates = (
            self.env["res.currency.rate"]
            .sudo()
            ._read_group(
                [("currency_id", "in", self.currency_id.ids), ("name", "<=", date)],
                ["company_id", "currency_id"],
            )
        )
        known = set(rates)
        shared = {currency for company, currency in known if not company}
        return own | {
            (company, currency)
            for company in self.company_id
            for currency in self.currency_id
            if currency in shared or (company.root_id, currency) in known
        }

    def _ar_fault_sentence(self, code):
        recipient = self.partner_id.display_name
        sentences = {
            "zero_total": self.env._("The total is zero: there is nothing to pay."),
            "negative_total": self.env._(
                "The order gives money back: check the credit note before it is posted."
            ),
            "no_email": self.env._(
                "%s receives invoices by e-mail but has no valid e-mail address.", recipient
            ),
            "no_address": self.env._(
                "%s receives invoices by post but the address is incomplete.", recipient
            ),
            "no_rate": self.env._(
                "There is no exchange rate for %(currency)s on the invoice date.",
                currency=self.currency_id.name,
            ),
        }
        return sentences[code]

    def _ar_review_note(self, reason):
        if not self.ar_review_reason:
            return reason
        return self.env._(
            "%(reason)s Not posted, because: %(faults)s",
            reason=reason,
            faults=self.ar_review_reason,
        )

from decimal import Decimal

from odoo import Command, fields, models

from ...engine.matching.receipt import ReceiptFacts, decide_receipt
from .receipt_facts import find_credit, find_received, read_receipt

RECEIPT_STATES = [
    ("sent", "Sent"),
    ("none", "Not sent"),
    ("failed", "Failed"),
    ("unknown", "Outcome unknown"),
]


class AccountBankStatementLine(models.Model):
    """Receipts: the customer is told, once, what a payment paid and what is owed now."""

    _inherit = "account.bank.statement.line"

    ar_receipt_state = fields.Selection(
        RECEIPT_STATES,
        "Receipt",
        readonly=True,
        copy=False,
        help="Whether the customer was told by mail of this payment.",
    )
    ar_receipt_note = fields.Char("About the receipt", readonly=True, copy=False)
    ar_receipt_at = fields.Datetime("Receipt sent on", readonly=True, copy=False)
    ar_receipt_attachment_id = fields.Many2one(
        "ir.attachment", "Receipt (PDF)", readonly=True, copy=False, ondelete="set null"
    )

    _ar_receipt_due_idx = models.Index(
        "(company_id, ar_matched_at) WHERE is_reconciled AND ar_match_state = 'matched' "
        "AND (ar_receipt_state IS NULL OR ar_receipt_state = 'failed')"
    )

    # === BUSINESS METHODS ===#

    def _ar_restore(self):
        """EXTENDS: a payment that is taken back before its receipt left is looked at anew."""
        result = super()._ar_restore()
        if self.ar_receipt_state in ("none", "failed"):
            self._ar_note_receipt(False, "")
            self.env["ar.exception"].sudo().ar_resolve_for(
                self, job=self.env["ar.job.cash_application.receipts"]._job_config()
            )
        return result

    def _ar_note_receipt(self, state, note):
        """The only way a receipt changes its state."""
        self.write(
            {
                "ar_receipt_state": state,
                "ar_receipt_note": note,
                "ar_receipt_at": state == "sent" and fields.Datetime.now(),
            }
        )

    def _ar_receipt_customer(self):
        """Whose items the payment settles, or whose credit it is; several where it is several."""
        return find_received(self).partner_id.commercial_partner_id

    def _ar_receipt_contact(self):
        """Who gets the receipt: the invoice address if it has an e-mail address, else the
        customer."""
        customer = self._ar_receipt_customer()[:1]
        invoice_address = customer.browse(customer.address_get(["invoice"])["invoice"])
        return (invoice_address | customer).filtered("email_normalized")[:1] or customer

    def _ar_receipt_lang(self):
        contact = self._ar_receipt_contact()
        return contact.lang or self.company_id.partner_id.lang or self.env.lang

    def _ar_get_receipt(self):
        """What the texts say of this payment; see :func:`read_receipt`."""
        self.ensure_one()
        return read_receipt(self)

    def _ar_decide_receipt(self, policy):
        """Whether the customer is told of this payment now."""
        customers = self._ar_receipt_customer().with_company(self.company_id)
        credit = max(find_credit(self).values(), default=0.0)
        return decide_receipt(
            ReceiptFacts(
                mode=policy.receipt_mode,
                wish=customers[:1].ar_receipt_wish or "",
                amount=_exact(abs(sum(self._seek_for_lines()[0].mapped("balance")))),
                least=_exact(policy.receipt_least),
                credit=_exact(credit),
                tells_credit=policy.receipt_credit,
                customers=len(customers),
                has_address=bool(self._ar_receipt_contact().email_normalized),
            )
        )

    # --- the mail

    def _ar_attach_receipt(self):
        """Render the receipt as a PDF, once."""
        self.ensure_one()
        if self.ar_receipt_attachment_id:
            return
        report = self.env["ir.actions.report"].with_context(lang=self._ar_receipt_lang())
        content, _kind = report._render_qweb_pdf("ar_automation.report_payment_receipt", self.ids)
        self.ar_receipt_attachment_id = self.env["ir.attachment"].create(
            {
                "name": report.env._("Receipt %s.pdf", (self.move_id.name or "").replace("/", "-")),
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": "res.partner",
                "res_id": self._ar_receipt_customer().id,
            }
        )

    def _ar_render_receipt(self):
        """``{"subject", "body"}`` in the customer's language."""
        template = self.env.ref("ar_automation.mail_template_receipt").sudo()
        subject, body = template.ar_render(self, self._ar_receipt_lang())
        return {"subject": subject, "body": body}

    def _prepare_receipt_mail_vals(self):
        company, customer = self.company_id, self._ar_receipt_customer()
        sender = company.email_formatted or self.env.user.email_formatted
        texts = self._ar_render_receipt()
        attachment = self.ar_receipt_attachment_id
        return {
            "model": "res.partner",
            "res_id": customer.id,
            "record_name": customer.display_name,
            "author_id": company.partner_id.id,
            "email_from": sender,
            "reply_to": customer._notify_get_reply_to(default=sender)[customer.id],
            "email_to": self._ar_receipt_contact().email_normalized,
            "subject": texts["subject"],
            "body": texts["body"],
            "body_html": texts["body"],
            "subtype_id": self.env.ref("mail.mt_note").id,
            "attachment_ids": [Command.link(attachment.id)] if attachment else [],
        }


def _exact(amount):
    return Decimal(str(amount))

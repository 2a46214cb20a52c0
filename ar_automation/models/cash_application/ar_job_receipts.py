from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from ...engine.automation.outcome import JobOutcome
from ..automation.preparing import preparing

# A receipt in one of these states may still be sent; empty: nobody looked yet.
DUE_STATES = (False, "failed")


class ArJobCashReceipts(models.AbstractModel):
    """Tells customers of payments that were matched, each once, after one last look."""

    _name = "ar.job.cash_application.receipts"
    _inherit = ["ar.job"]
    _description = "Job: send receipts"

    _job_model = "account.bank.statement.line"
    _job_has_effect = True

    def _job_is_enabled(self, company):
        return self.env["ar.cash.policy"].ar_get_policy(company).sudo()._sends_receipts()

    def _job_due_domain(self, run):
        policy = self._policy(run)
        if not policy._sends_receipts():
            return Domain.FALSE
        return Domain(
            [
                ("company_id", "=", run.company_id.id),
                ("amount", ">", 0),
                ("is_reconciled", "=", True),
                ("ar_match_state", "=", "matched"),
                ("ar_matched_at", ">=", policy.receipt_since),
                ("ar_receipt_state", "in", DUE_STATES),
            ]
        )

    def _job_key(self, record, run):
        """One mail per payment, ever: also if the payment is taken back and matched again."""
        return f"account.bank.statement.line,{record.id}:receipt"

    def _job_guard(self, record, run):
        if not record.is_reconciled or record.ar_match_state != "matched":
            return JobOutcome.left(self.env._("Taken back before the receipt was sent."))
        decision = record._ar_decide_receipt(self._policy(run))
        if decision.send:
            return None
        sentence = self._sentence(decision.reason)
        record._ar_note_receipt("none", sentence)
        return JobOutcome.left(sentence, kind=decision.reason)

    def _job_prepare(self, record, run):
        if self._policy(run).receipt_pdf:
            record._ar_attach_receipt()

    def _job_effect(self, record, run):
        with preparing(
            self.env,
            "receipt.not_prepared",
            lambda error: self.env._("The receipt could not be prepared: %s", error),
        ):
            vals = record._prepare_receipt_mail_vals()
            self._record_as_sent(record, run, vals["email_to"])
        self.env["mail.mail"].ar_send_now(vals)
        amount = sum(record._seek_for_lines()[0].mapped("balance"))
        return JobOutcome.done(record.ar_receipt_note, kind="sent", amount=Decimal(str(amount)))

    def _job_note_outcome(self, record, state, message):
        target = {"done": "sent", "not_done": False}.get(state, state)
        record._ar_note_receipt(target, message)

    # === PRIVATE METHODS ===#

    def _policy(self, run):
        return self.env["ar.cash.policy"].ar_get_policy(run.company_id).sudo()

    def _record_as_sent(self, line, run, recipient):
        """Stored only if the mail server takes the mail: all this is one transaction with it."""
        line._ar_note_receipt("sent", self.env._("Sent to %s.", recipient))
        event = {
            "code": "cash_application.receipt_sent",
            "summary": self.env._(
                "Receipt of %(amount)s sent to %(customer)s at %(address)s.",
                amount=line.currency_id.format(line.amount),
                customer=line._ar_receipt_customer().display_name,
                address=recipient,
            ),
            "record": line,
            "details": {"run": run.id, "move": line.move_id.name or ""},
        }
        self.env["ar.audit.event"].ar_append(run.company_id, [event])

    def _sentence(self, reason):
        return {
            "not_wanted": self.env._("The customer gets no receipts."),
            "too_small": self.env._("Payments of so little get no receipt."),
            "no_address": self.env._("The customer has no e-mail address."),
            "several_customers": self.env._("It pays for several customers."),
            "no_customer": self.env._("It pays no customer's items."),
        }[reason]

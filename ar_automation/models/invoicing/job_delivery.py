from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.automation.outcome import JobOutcome
from ...engine.invoicing.delivery import DeliveryFacts, decide_delivery
from ...exceptions import ArError


class ArJobInvoicingDelivery(models.AbstractModel):
    """Sends queued invoices, each at most once, and says of each what became of it."""

    _name = "ar.job.invoicing.delivery"
    _inherit = "ar.job"
    _description = "Job: send invoices"

    _job_model = "account.move"
    _job_has_effect = True

    def _job_due_domain(self, run):
        return Domain(
            [
                ("company_id", "=", run.company_id.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("ar_delivery_state", "in", ("queued", "failed")),
            ]
        )

    def _job_key(self, record, run):
        return f"account.move,{record.id}:delivery:{record.ar_delivery_number}"

    def _job_is_enabled(self, company):
        return company.ar_send_automatically

    def _job_guard(self, record, run):
        if record.state != "posted" or record.ar_delivery_state not in ("queued", "failed"):
            return JobOutcome.left(self.env._("No longer queued for sending."))
        channel = record._ar_channel()
        recipients = self._recipients(record) if channel == "email" else record.partner_id.browse()
        decision = decide_delivery(
            DeliveryFacts(
                channel=channel,
                recipients=tuple(recipients.mapped("email_normalized")),
                is_ready=record._is_ready_to_be_sent(),
                has_authority=bool(self.env["account.move.send"]._get_default_extra_edis(record)),
                is_being_sent=record.is_being_sent,
            )
        )
        if decision.action == "send":
            return None
        message = self._sentence(record, decision.reason)
        if decision.action == "fail":
            hint = self.env._(
                "Enter an e-mail address on the invoice's customer, then choose Try again."
            )
            raise ArError(f"delivery.{decision.reason}", message, hint=hint, not_done=True)
        if decision.action == "by_hand":
            record._ar_update_delivery("by_hand", message)
            return JobOutcome.left(message, kind="by_hand")
        return JobOutcome.left(message)

    def _job_prepare(self, record, run):
        self.env["account.move.send"]._ar_render_document(record)

    def _job_effect(self, record, run):
        recipients = ", ".join(self._recipients(record).mapped("email_normalized"))
        mails = self._compose(record, run, recipients)
        mails.ar_hand_over()
        amount = Decimal(str(record.company_currency_id.round(record.amount_total_signed)))
        return JobOutcome.done(self._sent_sentence(recipients), kind="sent", amount=amount)

    def _job_note_outcome(self, record, state, message):
        if state == "done":
            record._ar_update_delivery("sent", message, ar_delivered_at=fields.Datetime.now())
            return
        target = {"not_done": "queued"}.get(state, state)
        record._ar_update_delivery(target, message, ar_delivered_at=False)

    # === PRIVATE METHODS ===#

    def _recipients(self, move):
        return self.env["account.move.send"]._ar_find_recipients(move)

    def _compose(self, move, run, recipients):
        """Write all that the effect writes, and return the mails, unsent.

        :raises ArError: nothing has left yet, so whatever fails here can be repeated.
        """
        message_id = move._ar_delivery_message_id()
        try:
            self._record_as_sent(move, run, recipients, message_id)
            self.env["account.move.send"]._generate_and_send_invoices(
                move, sending_methods=["email"], ar_message_id=message_id
            )
            self.env.flush_all()
        except UserError as error:
            raise self._not_composed(move, error) from error
        except Exception as error:
            # Certain, and worth saying: before the mail server was called nothing can have left.
            raise self._not_composed(move, f"{type(error).__name__}: {error}") from error
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("message_id", "=", message_id), ("state", "=", "outgoing")])
        )
        if not mails:
            raise self._not_composed(move, self.env._("no recipient is notified by e-mail"))
        return mails

    def _record_as_sent(self, move, run, recipients, message_id):
        """Stored only if the mail server takes the mail: all this is one transaction with it."""
        sentence = self._sent_sentence(recipients)
        move._ar_update_delivery("sent", sentence, ar_delivered_at=fields.Datetime.now())
        move.is_move_sent = True
        event = {
            "code": "invoicing.sent",
            "summary": self.env._(
                "%(invoice)s: %(sentence)s", invoice=move.name, sentence=sentence
            ),
            "record": move,
            "details": {"run": run.id, "message_id": message_id, "recipients": recipients},
        }
        self.env["ar.audit.event"].ar_append(run.company_id, [event])

    def _not_composed(self, move, reason):
        return ArError(
            "delivery.not_composed",
            self.env._(
                "%(invoice)s could not be made ready for sending: %(reason)s",
                invoice=move.name,
                reason=reason,
            ),
            not_done=True,
        )

    def _sent_sentence(self, recipients):
        return self.env._("Sent by e-mail to %s.", recipients)

    def _sentence(self, move, reason):
        customer = move.commercial_partner_id.display_name
        methods = dict(
            move.partner_id._fields["invoice_sending_method"]._description_selection(self.env)
        )
        sentences = {
            "being_sent": self.env._("Somebody is sending it right now."),
            "not_ready": self.env._("Waits for another step before it may be sent."),
            "manual": self.env._(
                "%s receives invoices by hand: download the PDF and pass it on.", customer
            ),
            "channel": self.env._(
                "%(customer)s receives invoices by %(channel)s: send it with the button Send.",
                customer=customer,
                channel=methods.get(move._ar_channel(), move._ar_channel()),
            ),
            "authority": self.env._(
                "It is reported to an authority while it is sent: send it with the button Send."
            ),
            "no_email": self.env._(
                "%s has no valid e-mail address to send the invoice to.",
                move.partner_id.display_name,
            ),
        }
        return sentences[reason]

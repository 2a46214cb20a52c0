from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.automation.outcome import JobOutcome
from ...engine.invoicing.delivery import DeliveryFacts, decide_delivery
from ...engine.invoicing.delivery_state import OPEN
from ...exceptions import ArError

# So many PDFs are made at once; a killed worker loses no more than these.
PORTION = 24
# The mail server knows no such recipient, or has refused it time and again.
REFUSED = "mail.recipient_refused"
OPEN_DELIVERY = ("state", "in", OPEN)


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
                # what leaves in the mail of another invoice is that one's business
                ("ar_delivery_ids", "not any", [("carried_by_id", "!=", False), OPEN_DELIVERY]),
            ]
        )

    def _job_key(self, record, run):
        return f"account.move,{record.id}:delivery:{record.ar_delivery_number}"

    def _job_is_enabled(self, company):
        return company.ar_send_automatically

    def _job_guard(self, record, run):
        if record.state != "posted" or record.ar_delivery_state not in ("queued", "failed"):
            return JobOutcome.left(self.env._("No longer queued for sending."))
        if not record._ar_current_deliveries():
            record.ar_deliver()
        waiting = record._ar_current_deliveries().filtered(lambda one: one.state in OPEN)
        if waiting.filtered("by_person"):
            return JobOutcome.left(self.env._("A person sends it with the button Send."))
        if waiting.carried_by_id:
            return JobOutcome.left(self.env._("Leaves in the mail of another invoice."))
        decisions = {one: self._decide(record, one) for one in waiting}
        for delivery, decision in decisions.items():
            if decision.action == "wait":
                return JobOutcome.left(self._sentence(record, decision.reason))
            if decision.action == "by_hand" or delivery.channel != "email":
                self._leave_to_others(record, delivery, decision)
        return self._conclude(record, run, decisions)

    def _job_prepare(self, record, run):
        sender = self.env["account.move.send"]
        if not record.invoice_pdf_report_id:
            sender._ar_render_documents(record | self._coming(run))
        sender._ar_render_document(record)
        if record.company_id.ar_combine_mails:
            self._take_along(record, run)

    def _job_effect(self, record, run):
        if not self._open_mail(record):
            message = self.env._("Called off just before it left.")
            record._ar_current_deliveries("email")._ar_share_fate("not_done", message)
            return JobOutcome.left(message)
        recipients = ", ".join(self._recipients(record).mapped("email_normalized"))
        mails = self._compose(record, run, recipients)
        mails.ar_hand_over()
        amount = Decimal(str(record.company_currency_id.round(record.amount_total_signed)))
        return JobOutcome.done(self._sent_sentence(recipients), kind="sent", amount=amount)

    def _job_note_outcome(self, record, state, message):
        deliveries = record._ar_current_deliveries("email") or record._ar_current_deliveries()
        deliveries._ar_share_fate(state, message)
        target = {"not_done": "queued", "done": "sent"}.get(state, state)
        for delivery in deliveries:
            attempts = delivery.attempts + (state in ("failed", "unknown"))
            delivery.ar_note(target, message, attempts=attempts)
        if state == "failed":
            self._fall_back(record, message)

    # === PRIVATE METHODS ===#

    def _coming(self, run, partner=None):
        """Invoices that are due next and leave by e-mail, locked: their PDFs are made along.

        The next ones find theirs ready. Invoices that another worker holds are passed over.

        :param partner: only those of this customer.
        """
        query = self._due_query(run)
        query.limit = PORTION
        if partner:
            query.add_where(SQL("%s = %s", SQL.identifier(query.table, "partner_id"), partner.id))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "%s FOR NO KEY UPDATE OF %s SKIP LOCKED",
                query.select(),
                SQL.identifier(query.table),
            )
        )
        coming = self.env["account.move"].browse([row[0] for row in rows])
        return coming.filtered(self._may_be_rendered)

    def _take_along(self, move, run):
        """Let the mail of ``move`` carry what else waits for the same people, by mail only."""
        recipients = self._recipients(move)
        others = self._coming(run, move.partner_id).filtered(
            lambda other: (
                other.move_type == move.move_type
                and len(other._ar_current_deliveries().filtered_domain([OPEN_DELIVERY])) == 1
                and self._recipients(other) == recipients
            )
        )
        others -= self.env["account.move.send"]._ar_render_documents(others)
        if others:
            self._open_mail(move).ar_take_along(
                self.env["ar.delivery"].union(*map(self._open_mail, others))
            )

    def _may_be_rendered(self, move):
        """Whether making its PDF has no other effect, and is of use for a mail."""
        authorities = self.env["account.move.send"]._get_default_extra_edis(move)
        mail = self._open_mail(move).filtered(lambda one: not one.by_person)
        is_free = move._is_ready_to_be_sent() and not move.is_being_sent
        return bool(mail) and is_free and not authorities

    def _fall_back(self, move, message):
        """Of an address that the server refuses for good, do as with a mail that came back."""
        config = self._job_config()
        entry = (
            self.env["ar.exception"]
            .sudo()
            .search(
                [
                    ("job_id", "=", config.id),
                    ("res_model", "=", move._name),
                    ("res_id", "=", move.id),
                    ("code", "=", REFUSED),
                    ("state", "=", "open"),
                ]
            )
        )
        if entry and move._ar_current_deliveries("email").ar_fall_back(message):
            move._ar_leave_inbox()

    def _decide(self, move, delivery):
        is_mail = delivery.channel == "email"
        recipients = self._recipients(move) if is_mail else move.partner_id.browse()
        return decide_delivery(
            DeliveryFacts(
                channel=delivery.channel,
                recipients=tuple(recipients.mapped("email_normalized")),
                has_postal_address=delivery.ar_is_postable(move.partner_id),
                is_ready=move._is_ready_to_be_sent(),
                has_authority=bool(self.env["account.move.send"]._get_default_extra_edis(move)),
                is_being_sent=move.is_being_sent,
            )
        )

    def _leave_to_others(self, move, delivery, decision):
        """Pass a document on to the print service, the post room, the portal or a person."""
        if decision.action == "publish":
            move._portal_ensure_token()
            delivery.ar_note("sent", self.env._("Shown on the customer portal."))
        elif decision.action == "post" and delivery.company_id.ar_letter_provider == "snailmail":
            values = self.env["account.move.send"]._prepare_snailmail_letter_values(move)
            letter = self.env["snailmail.letter"].create({**values, "user_id": self.env.uid})
            letter._snailmail_print(immediate=False)
            message = self.env._("Waits for Odoo's print service.")
            delivery.ar_note("by_hand", message, letter_id=letter.id)
        elif decision.action == "post":
            delivery.ar_note("by_hand", delivery._ar_waiting_sentence())
        elif decision.action == "by_hand":
            delivery.ar_note("by_hand", self._sentence(move, decision.reason))

    def _conclude(self, move, run, decisions):
        """None if a mail has to be sent; otherwise what became of the invoice."""
        for delivery, decision in decisions.items():
            if decision.action == "fail":
                return self._no_address(move, run, delivery, decision.reason)
        if "send" in {decision.action for decision in decisions.values()}:
            return None
        if move.ar_delivery_state == "by_hand":
            return JobOutcome.left(move.ar_delivery_message, kind="by_hand")
        return JobOutcome.done(move.ar_delivery_message, kind=move.ar_delivery_state)

    def _no_address(self, move, run, delivery, reason):
        """Into the inbox, without taking back what other channels got on its way."""
        error = ArError(
            f"delivery.{reason}",
            self._sentence(move, reason),
            hint=self.env._("Complete the address of the invoice's customer, then Try again."),
            not_done=True,
        )
        message = self.env["ar.exception"]._report_error(self, run, move, error)
        delivery.ar_note("no_address", message, attempts=delivery.attempts + 1)
        return JobOutcome("failed", message, "failed")

    def _open_mail(self, move):
        """The delivery for which a mail of its own has to be sent."""
        return move._ar_current_deliveries("email").filtered(
            lambda one: one.state in OPEN and not one.carried_by_id
        )

    def _recipients(self, move):
        return self.env["account.move.send"]._ar_find_recipients(move)

    def _compose(self, move, run, recipients):
        """Write all that the effect writes, and return the mails, unsent.

        :raises ArError: nothing has left yet, so whatever fails here can be repeated.
        """
        message_id = move._ar_delivery_message_id()
        try:
            mail = self._open_mail(move)
            aboard = mail._ar_aboard()
            self._record_as_sent(run, mail | aboard, recipients, message_id)
            self.env["account.move.send"]._generate_and_send_invoices(
                move,
                sending_methods=["email"],
                mail_partner_ids=self._recipients(move).ids,
                ar_message_id=message_id,
                ar_aboard=aboard.move_id,
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

    def _record_as_sent(self, run, deliveries, recipients, message_id):
        """Stored only if the mail server takes the mail: all this is one transaction with it."""
        sentence = self._sent_sentence(recipients)
        for mail in deliveries:
            values = {"address": recipients, "message_id": message_id}
            mail.ar_note("sent", sentence, attempts=mail.attempts + 1, **values)
        deliveries.move_id.is_move_sent = True
        details = {"run": run.id, "message_id": message_id, "recipients": recipients}
        events = [
            {
                "code": "invoicing.sent",
                "summary": self.env._(
                    "%(invoice)s: %(sentence)s", invoice=move.name, sentence=sentence
                ),
                "record": move,
                "details": details,
            }
            for move in deliveries.move_id
        ]
        self.env["ar.audit.event"].ar_append(run.company_id, events)

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
        sentences = {
            "being_sent": self.env._("Somebody is sending it right now."),
            "not_ready": self.env._("Waits for another step before it may be sent."),
            "by_hand": self.env._(
                "%s receives invoices by hand: download the PDF and pass it on.", customer
            ),
            "network": self.env._(
                "%s receives invoices by an e-invoicing network: send it with the button Send.",
                customer,
            ),
            "authority": self.env._(
                "It is reported to an authority while it is sent: send it with the button Send."
            ),
            "no_postal_address": self.env._(
                "The postal address of %s lacks the street, postcode, city or country.",
                move.partner_id.display_name,
            ),
            "no_email": self.env._(
                "%s has no valid e-mail address to send the invoice to.",
                move.partner_id.display_name,
            ),
        }
        return sentences[reason]

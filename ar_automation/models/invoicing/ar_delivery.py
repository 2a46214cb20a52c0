from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.invoicing.delivery_state import OPEN, decide_fallback, may_follow
from ...engine.invoicing.print_order import Letter, print_order

CHANNELS = [
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("network", "E-invoicing network"),
    ("portal", "Customer portal"),
    ("by_hand", "By hand"),
]
STATES = [
    ("queued", "Queued"),
    ("by_hand", "To be done by hand"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("opened", "Opened"),
    ("bounced", "Came back"),
    ("failed", "Not sent"),
    ("no_address", "No address"),
    ("unknown", "Outcome unknown"),
    ("cancelled", "Called off"),
]
STAMPS = {
    "sent": "sent_at",
    "delivered": "delivered_at",
    "opened": "opened_at",
    "bounced": "bounced_at",
}
LETTER_FIELDS = ("street", "zip", "city", "country_id")


class ArDelivery(models.Model):
    """One document on its way by one channel, with what is really known of it.

    Invoices and credit notes are sent by their job; reminders, statements and receipts may
    keep their proof here as well, by ``res_model`` and ``res_id``.
    """

    _name = "ar.delivery"
    _description = "Delivery"
    _order = "id desc"
    _rec_name = "res_name"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    res_model = fields.Char("Document type", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document ID", model_field="res_model", required=True, readonly=True
    )
    res_name = fields.Char("Document", readonly=True)
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Recipient", readonly=True, index=True, ondelete="set null"
    )
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    number = fields.Integer(
        default=1,
        required=True,
        readonly=True,
        help="Counts how often the document was queued; each time it leaves once per channel.",
    )
    state = fields.Selection(
        STATES,
        required=True,
        default="queued",
        readonly=True,
        group_expand="_expand_states",
        help="What is known. Sent means that somebody else took it over: the mail server, the "
        "print service, the post room. Opened means that the customer looked at it.",
    )
    message = fields.Char(
        "Details", readonly=True, help="Where it went, or the answer that it got."
    )
    attempts = fields.Integer(
        default=0, readonly=True, help="How often it was tried to hand it over."
    )
    address = fields.Char("Sent to", readonly=True)
    message_id = fields.Char(
        "Message-Id",
        readonly=True,
        index="btree_not_null",
        help="Mark of the mail in the logs of mail servers; bounces name it.",
    )
    queued_at = fields.Datetime("Queued on", readonly=True, default=fields.Datetime.now)
    sent_at = fields.Datetime("Sent on", readonly=True)
    delivered_at = fields.Datetime("Delivered on", readonly=True)
    opened_at = fields.Datetime("Opened on", readonly=True)
    bounced_at = fields.Datetime("Came back on", readonly=True)
    by_person = fields.Boolean(
        readonly=True, help="A person sends it with Odoo's own button; the job leaves it alone."
    )
    letter_id = fields.Many2one(
        "snailmail.letter", readonly=True, index="btree_not_null", ondelete="set null"
    )
    print_batch_id = fields.Many2one(
        "ar.print.batch",
        "Print batch",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The batch in which the post room prints this letter.",
    )
    replaces_id = fields.Many2one(
        "ar.delivery",
        "In place of",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The delivery that failed before this channel was chosen.",
    )
    replaced_by_ids = fields.One2many("ar.delivery", "replaces_id", "Instead", readonly=True)

    _once = models.UniqueIndex(
        "(res_model, res_id, channel, number)", "This document is on its way by this channel."
    )
    _open_idx = models.Index(
        "(company_id, state) "
        "WHERE state IN ('queued', 'by_hand', 'failed', 'no_address', 'unknown', 'bounced')"
    )

    # === ACTION METHODS ===#

    def action_retry(self):
        """Queue the documents again by the same channel."""
        self._check_invoices()
        for channel, deliveries in self.grouped("channel").items():
            deliveries.move_id._ar_check_may_leave()
            deliveries.move_id.ar_deliver([channel])
        self.move_id._ar_leave_inbox()

    def action_by_email(self):
        """Send the documents by e-mail instead."""
        self._switch("email")

    def action_by_letter(self):
        """Send the documents by letter instead."""
        self._switch("letter")

    def action_by_portal(self):
        """Leave it at showing the documents on the customer portal."""
        self._switch("portal")

    def action_done_by_hand(self):
        """Note that the documents were brought to the customer by other means."""
        waiting = self.filtered(lambda delivery: delivery.state in OPEN)
        if not waiting:
            raise UserError(self.env._("None of the selected deliveries waits to be sent."))
        self.check_access("write")
        waiting.ar_note("sent", self.env._("Sent by hand, says %s.", self.env.user.name))
        waiting.move_id._ar_leave_inbox()

    def action_print_batch(self):
        """Put the letters into print batches for the post room, and open those."""
        self.check_access("write")
        letters = self._ar_printable().filtered(lambda one: not one.print_batch_id)
        if not letters:
            raise UserError(
                self.env._(
                    "None of the selected deliveries is a letter that waits for the post room. "
                    "The filter To be printed shows them."
                )
            )
        batches = self.env["ar.print.batch"]
        for company_letters in letters.grouped("company_id").values():
            batches |= batches.ar_make(company_letters)
        return batches._get_records_action(name=self.env._("Print batches"))

    def action_call_off(self):
        """Take the deliveries out of the queue."""
        self.check_access("write")
        waiting = self.filtered(lambda delivery: delivery.state in OPEN)
        waiting.ar_note("cancelled", self.env._("Called off by %s.", self.env.user.name))
        waiting.move_id._ar_leave_inbox()

    def action_open_document(self):
        """Open the document."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)._get_records_action()

    # === BUSINESS METHODS ===#

    @api.private
    def ar_note(self, state, message="", **values):
        """Note news of deliveries: the only way in which their state changes.

        News that add nothing to what is known, such as *sent* after *opened*, are left aside.

        :param str state: one of ``STATES``.
        :param str message: where it went, or the answer it got; shown to people.
        :return: the deliveries that changed.
        """
        fresh = self.filtered(lambda delivery: may_follow(delivery.state, state))
        stamp = STAMPS.get(state)
        if stamp and stamp not in values:
            values[stamp] = fields.Datetime.now()
        # sudo: states belong to the app; who may call is decided by the callers
        fresh.sudo().write({"state": state, "message": message, **values})
        fresh.move_id._ar_summarise_deliveries()
        return fresh

    @api.model
    @api.private
    def ar_note_mail(self, record, partner, vals):
        """Keep the proof of a mail with another document than an invoice.

        Call it in the transaction that hands the mail over: it is kept only if that succeeds.

        :param record: the document, with a ``company_id``.
        :param res.partner partner: the customer.
        :param dict vals: of the mail: its ``email_to`` and ``message_id``.
        :return: the delivery.
        """
        return self.sudo().create(
            [
                {
                    "company_id": record.company_id.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "res_name": record.display_name,
                    "partner_id": partner.id,
                    "channel": "email",
                    "state": "sent",
                    "message": self.env._("Sent by e-mail to %s.", vals["email_to"]),
                    "attempts": 1,
                    "address": vals["email_to"],
                    "message_id": vals["message_id"],
                    "sent_at": fields.Datetime.now(),
                }
            ]
        )

    @api.model
    @api.private
    def ar_note_bounce(self, message_ids, reason):
        """Note that mails came back, and do what the company wishes in that case.

        :param message_ids: Message-Ids that the bounce names.
        :param str reason: the other server's words.
        """
        came_back = self.sudo().search([("message_id", "in", list(message_ids or ()))])
        came_back = came_back.ar_note("bounced", reason or self.env._("The mail came back."))
        for company, deliveries in came_back.grouped("company_id").items():
            deliveries.with_company(company)._fall_back(company.ar_bounce_fallback)
        return came_back

    @api.private
    def ar_fall_back(self, reason):
        """Do what the company wishes for mails whose recipient was refused.

        :param str reason: the server's words.
        :return: deliveries that another channel has taken over.
        """
        taken_over = self.browse()
        for delivery in self:
            policy = delivery.company_id.ar_bounce_fallback
            if delivery._choose_fallback(policy) == "letter":
                delivery.ar_note("bounced", reason)
                taken_over |= delivery
            delivery._fall_back(policy)
        return taken_over

    @api.model
    @api.private
    def ar_note_opened(self, records):
        """Note that the customer looked at ``records``, e.g. on the portal."""
        domain = Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
        seen = Domain("state", "in", ("sent", "delivered", "bounced", "unknown"))
        return (
            self.sudo()
            .search(domain & seen)
            .ar_note("opened", self.env._("Opened on the customer portal."))
        )

    @api.model
    @api.private
    def ar_is_postable(self, partner):
        """Whether a letter to ``partner`` would arrive: street, postcode, city and country."""
        return all(partner[name] for name in LETTER_FIELDS)

    # === PRIVATE METHODS ===#

    def _expand_states(self, values, domain):
        # a board's columns: the states that occur, as a document goes through them
        return [state for state, _label in STATES if state in values]

    def _ar_printable(self):
        """Letters that wait for our own post room."""
        return self.filtered(
            lambda one: (
                one.channel == "letter"
                and one.state == "by_hand"
                and one.move_id
                and not one.letter_id
            )
        )

    def _ar_waiting_sentence(self):
        return self.env._("Waits for the next print batch.")

    def _ar_print_order(self):
        letters = [
            Letter(
                one.id,
                one.partner_id.country_id.code or "",
                one.partner_id.zip or "",
                one.partner_id.name or one.partner_id.display_name or "",
                one.res_name or "",
            )
            for one in self
        ]
        home = self.company_id[:1].country_id.code or ""
        return self.browse([letter.key for letter in print_order(letters, home=home)])

    def _ar_print_files(self):
        """Pairs of file name and PDF, in order; PDFs that are missing are made.

        :raises UserError: one of them cannot be made.
        """
        sender = self.env["account.move.send"]
        for move in sender._ar_render_documents(self.move_id):
            sender._ar_render_document(move)
        return [
            (one.move_id.invoice_pdf_report_id.name, one.move_id.invoice_pdf_report_id.raw)
            for one in self
        ]

    def _check_invoices(self):
        self.check_access("write")
        foreign = self.filtered(lambda delivery: not delivery.move_id)
        if foreign:
            raise UserError(
                self.env._("%s is not an invoice: send it from its own form.", foreign[0].res_name)
            )

    def _switch(self, channel):
        self._check_invoices()
        self.move_id._ar_check_may_leave()
        for delivery in self:
            was_open = delivery.state in OPEN
            if was_open:
                delivery.ar_note("cancelled", self.env._("Another channel was chosen."))
            new = delivery.move_id.ar_deliver([channel])
            new.sudo().replaces_id = delivery
        self.move_id._ar_leave_inbox()

    def _choose_fallback(self, policy):
        return decide_fallback(
            self.channel,
            policy,
            has_address=bool(self.move_id) and self.ar_is_postable(self.partner_id),
        )

    def _fall_back(self, policy):
        for delivery in self:
            if not delivery.move_id:
                delivery._tell_inbox()
                continue
            choice = delivery._choose_fallback(policy)
            if choice == "letter":
                delivery.move_id.ar_deliver(["letter"]).sudo().replaces_id = delivery
            elif choice == "activity":
                delivery._ask_person()

    def _tell_inbox(self):
        """Show in the exceptions inbox that a document came back that has no other channel."""
        self.env["ar.exception"].ar_report(
            self.company_id,
            self.env[self.res_model].browse(self.res_id),
            "delivery.bounced",
            self.env._(
                "The mail with %(document)s to %(address)s came back: %(reason)s",
                document=self.res_name,
                address=self.address,
                reason=self.message,
            ),
            hint=self.env._("Correct the customer's address, then send the document again."),
        )

    def _ask_person(self):
        document = self.env[self.res_model].browse(self.res_id)
        summary = self.env._("The mail with %s came back", self.res_name)
        if self.state != "bounced":
            summary = self.env._("The mail with %s was refused", self.res_name)
        if summary in document.activity_ids.mapped("summary"):
            return
        document.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=summary,
            note=self.message,
            user_id=(document.invoice_user_id if self.move_id else self.env.user).id
            or self.env.uid,
        )

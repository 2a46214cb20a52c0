from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.invoicing.delivery import CHANNEL_OF_METHOD
from ...engine.invoicing.delivery_state import OPEN, summarise

DELIVERY_STATES = [
    ("not_needed", "Not queued"),
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("opened", "Opened"),
    ("by_hand", "To be sent by hand"),
    ("bounced", "Came back"),
    ("failed", "Not delivered"),
    ("unknown", "Outcome unknown"),
]
# What the e-invoicing network says of a document, where it is installed.
NETWORK_NEWS = {"processing": "sent", "done": "delivered", "error": "failed"}
# What a document with several channels is called, where the word differs.
_MOVE_STATE = {"no_address": "failed", "cancelled": "not_needed"}


class AccountMove(models.Model):
    """Delivery of posted customer invoices."""

    _inherit = "account.move"

    ar_delivery_state = fields.Selection(
        DELIVERY_STATES,
        "Delivery",
        default="not_needed",
        copy=False,
        readonly=True,
        help="What is known of the sending of this invoice. "
        "Sent means that somebody else took it over: the mail server, the print service, the "
        "post room.",
    )
    ar_delivery_ids = fields.One2many("ar.delivery", "move_id", "Deliveries", copy=False)
    ar_delivery_count = fields.Integer(compute="_compute_ar_delivery_count")
    ar_delivery_message = fields.Char(
        "Delivery details",
        copy=False,
        readonly=True,
        help="Where it went, or why it did not leave.",
    )
    ar_delivered_at = fields.Datetime("Sent on", copy=False, readonly=True)
    ar_delivery_number = fields.Integer(
        default=0,
        copy=False,
        readonly=True,
        help="Counts how often the invoice was queued for sending; each time it leaves once.",
    )

    _ar_delivery_idx = models.Index(
        "(company_id, ar_delivery_state) "
        "WHERE ar_delivery_state IN ('queued', 'failed', 'unknown', 'by_hand', 'bounced')"
    )

    # === COMPUTE METHODS ===#

    @api.depends("ar_delivery_ids")
    def _compute_ar_delivery_count(self):
        counts = dict(
            self.env["ar.delivery"]._read_group(
                [("move_id", "in", self.ids)], ["move_id"], ["__count"]
            )
        )
        for move in self:
            move.ar_delivery_count = counts.get(move, 0)

    # === CRUD METHODS ===#

    def write(self, vals):
        """EXTENDS account: what the e-invoicing network says reaches the delivery."""
        result = super().write(vals)
        if vals.get("peppol_move_state") in NETWORK_NEWS:
            self._ar_note_network(vals["peppol_move_state"])
        return result

    # === ACTION METHODS ===#

    def action_ar_queue_for_sending(self):
        """Queue posted customer invoices for sending."""
        wrong = self.filtered(lambda move: move.state != "posted" or not move.is_sale_document())
        if wrong:
            raise UserError(
                self.env._(
                    "Only posted customer invoices and credit notes can be sent; %s is not one.",
                    wrong[0].display_name,
                )
            )
        self._ar_check_may_leave()
        self.check_access("write")
        self.ar_queue_for_sending()
        self._ar_leave_inbox()

    def action_ar_view_deliveries(self):
        """Open what is known of the invoices' deliveries."""
        action = self.env["ir.actions.act_window"]._for_xml_id("ar_automation.ar_delivery_action")
        return {**action, "domain": [("move_id", "in", self.ids)], "context": {}}

    def action_ar_do_not_send(self):
        """Take invoices out of the queue."""
        waiting = self.filtered(
            lambda move: move.ar_delivery_state in ("queued", "failed", "by_hand")
        )
        waiting._ar_settle_by_hand(
            "not_needed", self.env._("Taken out of the queue by %s.", self.env.user.name)
        )

    def action_ar_mark_sent_by_hand(self):
        """Note that invoices were brought to the customer by other means."""
        waiting = self.filtered(
            lambda move: (
                move.state == "posted" and move.ar_delivery_state in ("queued", "failed", "by_hand")
            )
        )
        waiting._ar_settle_by_hand("sent", self.env._("Sent by hand, says %s.", self.env.user.name))

    # === BUSINESS METHODS ===#

    @api.private
    def ar_queue_for_sending(self):
        """Queue invoices; one that was queued, sent and is queued again leaves once more."""
        self.filtered(lambda move: move.ar_delivery_state != "queued").ar_deliver()

    @api.private
    def ar_deliver(self, channels=None):
        """Queue invoices by channels; the job *Send invoices* brings them on their way.

        What waits or failed is queued again as it is. What left leaves once more, as a new
        delivery. Invoices of which nobody knows whether they left are passed over.

        :param channels: of ``ar.delivery``; by default those of each customer.
        :return: the ``ar.delivery`` records.
        """
        known = self.filtered(lambda move: move.ar_delivery_state != "unknown")
        result, missing = self.env["ar.delivery"].sudo(), []
        for move in known:
            if any(one.state not in OPEN for one in move._ar_current_deliveries()):
                move.sudo().ar_delivery_number += 1
            present = move._ar_current_deliveries().grouped("channel")
            for channel in channels or move._ar_channels():
                result |= present.get(channel, result.browse())
                if channel not in present:
                    missing.append(move._ar_prepare_delivery_vals(channel))
        result.ar_note("queued", by_person=False)
        result |= result.create(missing)
        known._ar_summarise_deliveries()
        return result.with_env(self.env)

    # === PRIVATE METHODS ===#

    def _ar_channels(self):
        """Channels by which the customer receives this invoice; extend it for several at once."""
        self.ensure_one()
        return [CHANNEL_OF_METHOD.get(self._ar_channel(), "network")]

    def _ar_check_may_leave(self):
        """:raises UserError: nobody knows yet whether one of the invoices left."""
        unknown = self.filtered(lambda move: move.ar_delivery_state == "unknown")
        if unknown:
            raise UserError(
                self.env._(
                    "Nobody knows yet whether %s has left. "
                    "Say so first in Automation, Exceptions: Was done, or Was not done.",
                    unknown[0].display_name,
                )
            )

    def _ar_prepare_delivery_vals(self, channel):
        return {
            "company_id": self.company_id.id,
            "res_model": self._name,
            "res_id": self.id,
            "res_name": self.name,
            "move_id": self.id,
            "partner_id": self.partner_id.id,
            "channel": channel,
            "number": max(self.ar_delivery_number, 1),
        }

    def _ar_current_deliveries(self, channel=None):
        """Deliveries of the latest queueing, open or not."""
        # sudo: whoever sends or receives an invoice brings its proof up to date
        deliveries = self.sudo().ar_delivery_ids.filtered(
            lambda one: one.number == one.move_id.ar_delivery_number
        )
        return deliveries.filtered(lambda one: channel in (None, one.channel))

    def _ar_summarise_deliveries(self):
        """Bring the state that the invoice shows in line with its deliveries.

        Invoices of which the same is known are written together: to write an entry is dear.
        """
        told = self.grouped(lambda move: move._ar_tell_delivery())
        for (state, message, number, sent_at), moves in told.items():
            moves._ar_update_delivery(
                state, message, ar_delivery_number=number, ar_delivered_at=sent_at
            )

    def _ar_tell_delivery(self):
        """State, message, number and day of sending, by the deliveries of the last queueing."""
        number = max(self.ar_delivery_number, 1)
        current = self.sudo().ar_delivery_ids.filtered(lambda one: one.number == number)
        state = summarise(current.mapped("state"))
        telling = current.filtered(lambda one: one.state == state)[:1]
        sent_at = max(filter(None, current.mapped("sent_at")), default=False)
        return _MOVE_STATE.get(state, state), telling.message or "", number, sent_at

    def _ar_note_network(self, peppol_state):
        for move in self:
            deliveries = move._ar_current_deliveries("network")
            answer = dict(move._fields["peppol_move_state"]._description_selection(self.env))
            deliveries.ar_note(NETWORK_NEWS[peppol_state], answer.get(peppol_state, peppol_state))

    def _ar_update_delivery(self, state, message, **values):
        """The only way the delivery of an invoice changes its state."""
        # sudo: these fields belong to the app; who may call is decided by the callers. Nothing of
        # the books follows from them, so core need not compare what each entry should hold.
        quiet = self.sudo().with_context(skip_invoice_sync=True)
        quiet.write({"ar_delivery_state": state, "ar_delivery_message": message, **values})

    def _ar_settle_by_hand(self, state, message):
        if not self:
            raise UserError(self.env._("None of the selected invoices waits to be sent."))
        self.check_access("write")
        deliveries = self._ar_current_deliveries().filtered(lambda one: one.state in OPEN)
        deliveries.ar_note("cancelled" if state == "not_needed" else state, message)
        self._message_log_batch(bodies=dict.fromkeys(self.ids, message))
        self._ar_leave_inbox()

    def _ar_leave_inbox(self):
        job = self.env["ar.job.invoicing.delivery"]._job_config()
        self.env["ar.exception"].ar_resolve_for(self, job=job)

    def _ar_delivery_message_id(self):
        """Message-Id of the mail with this invoice; repeated attempts carry the same one.

        Mail programs and the logs of mail servers can tell by it that two mails are one.
        """
        self.ensure_one()
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"<ar-invoice-{self.id}-{self.ar_delivery_number}@{database}.odoo>"

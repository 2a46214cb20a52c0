from odoo import api, fields, models
from odoo.exceptions import UserError

DELIVERY_STATES = [
    ("not_needed", "Not queued"),
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("by_hand", "To be sent by hand"),
    ("failed", "Not delivered"),
    ("unknown", "Outcome unknown"),
]


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
        "Sent means that the mail server took it over.",
    )
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
        "WHERE ar_delivery_state IN ('queued', 'failed', 'unknown', 'by_hand')"
    )

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
        unknown = self.filtered(lambda move: move.ar_delivery_state == "unknown")
        if unknown:
            raise UserError(
                self.env._(
                    "Nobody knows yet whether %s has left. "
                    "Say so first in Automation, Exceptions: Was done, or Was not done.",
                    unknown[0].display_name,
                )
            )
        self.check_access("write")
        self.ar_queue_for_sending()
        self._ar_leave_inbox()

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
        for number, moves in (
            self.filtered(lambda move: move.ar_delivery_state not in ("queued", "unknown"))
            .grouped(lambda move: move._ar_next_delivery_number())
            .items()
        ):
            moves._ar_update_delivery(
                "queued", "", ar_delivery_number=number, ar_delivered_at=False
            )

    # === PRIVATE METHODS ===#

    def _ar_next_delivery_number(self):
        """A new number frees the invoice to leave again; a failed attempt keeps its own."""
        started = self.ar_delivery_state in ("failed", "by_hand")
        return self.ar_delivery_number if started else self.ar_delivery_number + 1

    def _ar_update_delivery(self, state, message, **values):
        """The only way the delivery of an invoice changes its state."""
        # sudo: these fields belong to the app; who may call is decided by the callers
        self.sudo().write({"ar_delivery_state": state, "ar_delivery_message": message, **values})

    def _ar_settle_by_hand(self, state, message):
        if not self:
            raise UserError(self.env._("None of the selected invoices waits to be sent."))
        self.check_access("write")
        now = fields.Datetime.now()
        self._ar_update_delivery(state, message, ar_delivered_at=now if state == "sent" else False)
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

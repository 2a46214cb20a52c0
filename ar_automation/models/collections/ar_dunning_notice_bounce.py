from odoo import api, fields, models

from ...engine.automation.outcome import JobOutcome


class ArDunningNotice(models.Model):
    """A reminder whose mail came back waits for another address; then it leaves once more."""

    _inherit = "ar.dunning.notice"

    bounced_address = fields.Char(
        readonly=True, copy=False, help="Address at which the mail was not taken."
    )
    bounce_count = fields.Integer(readonly=True, copy=False)

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_note_bounce(self, message_ids):
        """Note that mails of reminders came back, and ask a person for another address.

        :param message_ids: Message-Ids that the bounce names.
        """
        domain = [("mail_id.message_id", "in", list(message_ids or ())), ("state", "=", "sent")]
        for notice in self.sudo().search(domain):
            notice.write(
                {"bounced_address": notice.recipient, "bounce_count": notice.bounce_count + 1}
            )
            notice._report_bounce()

    # === PRIVATE METHODS ===#

    def _report_bounce(self):
        """Show in the inbox that the reminder did not arrive; it is not repeated by itself."""
        self.ensure_one()
        message = self.env._(
            "The reminder to %(customer)s came back from %(address)s.",
            customer=self.partner_id.display_name,
            address=self.bounced_address,
        )
        self._update_state({"ready", "failed", "sent"}, "failed", message)
        self.env["ar.exception"].ar_report(
            self.company_id,
            self,
            "dunning.bounced",
            message,
            job=self.env["ar.job.collections.delivery"]._job_config(),
            hint=self.env._(
                "Enter another address on the customer or its dunning contact, then choose "
                "Try again; or cancel the reminder."
            ),
        )
        return JobOutcome("failed", message, "failed")

import logging

from odoo import api, models
from odoo.tools import email_normalize

from ..automation.job_runner import CONCURRENCY_ERRORS

_logger = logging.getLogger(__name__)

MOST_ATTACHMENTS = 10


class ArOrderIntake(models.Model):
    """Order files that arrive by e-mail."""

    _inherit = "ar.order.intake"

    # === MAIL THREAD ===#

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """EXTENDS mail: each attachment of an e-mail becomes an intake."""
        sender = email_normalize(msg_dict.get("email_from") or "") or ""
        values = {
            "name": "/",
            "sender": (msg_dict.get("email_from") or "")[:200],
            "partner_id": self._find_customer(sender).id,
            **(custom_values or {}),
        }
        files = [
            (part.fname or "", _as_bytes(part.content))
            for part in (msg_dict.get("attachments") or [])[:MOST_ATTACHMENTS]
            if part.content
        ]
        first = super().message_new(msg_dict, values)
        if not files:
            first._refuse(self.env._("The e-mail has no attachment with orders."))
        for place, (filename, content) in enumerate(files):
            intake = first if place == 0 else self.create([values])
            intake._receive(filename, content)
            if intake.profile_id.makes_quotations and intake.state == "checked":
                intake._take_unattended()
        return first

    def _find_customer(self, email):
        """The one customer that writes from an address."""
        partners = self.env["res.partner"]
        if email:
            partners = partners.search([("email_normalized", "=", email)], limit=50)
        customers = partners.commercial_partner_id
        return customers if len(customers) == 1 else customers.browse()

    # === PRIVATE METHODS ===#

    def _take_unattended(self):
        """Make quotations while nobody waits: what Odoo refuses is told on the intake."""
        try:
            with self.env.cr.savepoint():
                self._take()
        except CONCURRENCY_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 - the e-mail must not be lost
            _logger.info("%s could not be taken: %s", self, error)
            self.message = self._say_refusal(error)


def _as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()

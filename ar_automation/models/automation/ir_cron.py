from datetime import timedelta

from odoo import api, fields, models

GRACE = timedelta(hours=2)
# Core's scheduled actions that send documents, and what waits for them.
SENDERS = {
    "mail.ir_cron_mail_scheduler_action": ("mail.mail", [("state", "=", "outgoing")]),
    "account.ir_cron_account_move_send": ("account.move", [("sending_data", "!=", False)]),
}
DEAD = "cron.dead"


class IrCron(models.Model):
    """Watches the scheduled actions of core's that send documents.

    When one is switched off, or core switched it off after failures, what a person sent with
    core's own button stays where it is, and nobody is told.
    """

    _inherit = "ir.cron"

    @api.model
    def _ar_check_senders(self):
        """Raise the alarm where documents wait for a dead action; end it when they leave."""
        for xmlid, (model, domain) in SENDERS.items():
            cron = self.env.ref(xmlid, raise_if_not_found=False) or self.browse()
            waiting = self.env[model].search_count(domain)
            # one alarm for the database: mails belong to no company
            company = self.env["res.company"].search([], order="id", limit=1)
            record = cron or self.env["ir.model"]._get(model)
            if waiting and not cron._ar_is_alive():
                self._ar_raise_alarm(company, record, waiting)
            else:
                self.env["ar.exception"].ar_resolve_for(record, company=company)

    def _ar_is_alive(self):
        return bool(self) and self.active and self.nextcall + GRACE >= fields.Datetime.now()

    @api.model
    def _ar_raise_alarm(self, company, record, waiting):
        self.env["ar.exception"].ar_report(
            company,
            record,
            DEAD,
            self.env._(
                "%(waiting)s documents wait for the scheduled action %(action)s, which is "
                "switched off or has not run in its time.",
                waiting=waiting,
                action=record.display_name,
            ),
            hint=self.env._(
                "Ask the administrator to switch it on in Settings, Technical, Scheduled Actions, "
                "and to look at why it stopped."
            ),
        )

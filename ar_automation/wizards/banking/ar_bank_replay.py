from datetime import timedelta

from odoo import fields, models


class ArBankReplay(models.TransientModel):
    """Looks again from a day on; first as a dry run, which shows what would change."""

    _name = "ar.bank.replay"
    _description = "Replay a bank connection from a date"

    connection_id = fields.Many2one("ar.bank.connection", required=True, ondelete="cascade")
    from_date = fields.Date(
        "Look again from",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=30),
        help="Everything that the bank booked from this day on is asked for again. What is known "
        "stays as it is.",
    )

    def action_simulate(self):
        """Show what would change; change nothing."""
        return self._run(dry_run=True)

    def action_replay(self):
        """Fetch again for real."""
        return self._run(dry_run=False)

    def _run(self, *, dry_run):
        self.ensure_one()
        sync = self.connection_id.ar_sync(self.from_date, dry_run=dry_run)
        return sync._get_records_action(name=self.env._("Fetch"))

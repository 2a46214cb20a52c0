from odoo import fields, models

STATES = [
    ("running", "Under way"),
    ("done", "Done"),
    ("attention", "Done, needs a look"),
    ("failed", "Failed"),
    ("interrupted", "Interrupted"),
]
NOTIFICATION_TYPES = {"done": "success", "attention": "warning", "failed": "danger"}


class ArBankSync(models.Model):
    """One fetch of one connection: what was asked, what came of it, in numbers and words."""

    _name = "ar.bank.sync"
    _description = "Bank fetch"
    _order = "id desc"
    _check_company_auto = True

    connection_id = fields.Many2one(
        "ar.bank.connection", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True, index=True)
    feed_ids = fields.Many2many("ar.bank.feed", string="Accounts", readonly=True)
    from_date = fields.Date("From", readonly=True, help="First day that was asked for.")
    to_date = fields.Date("To", readonly=True)
    trigger = fields.Selection(
        [("cron", "Schedule"), ("manual", "By hand"), ("webhook", "Reported by the bank")],
        required=True,
        readonly=True,
        default="manual",
    )
    user_id = fields.Many2one("res.users", "Started by", readonly=True, ondelete="set null")
    dry_run = fields.Boolean(
        "Dry run", readonly=True, help="Shows what would have happened; nothing was changed."
    )
    started_at = fields.Datetime("Started", required=True, readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    state = fields.Selection(STATES, required=True, default="running", readonly=True, index=True)
    sentence = fields.Text("In words", readonly=True)
    error_code = fields.Char(readonly=True)
    error_hint = fields.Char("What to do", readonly=True)
    page_count = fields.Integer("Pages", readonly=True)
    new_count = fields.Integer("New", readonly=True)
    known_count = fields.Integer("Known", readonly=True)
    updated_count = fields.Integer("Updated", readonly=True)
    removed_count = fields.Integer("Removed", readonly=True)
    pending_count = fields.Integer("Announced", readonly=True, help="Not booked by the bank yet.")
    held_count = fields.Integer(
        "Held back", readonly=True, help="Could not be applied by itself: a person has to look."
    )

    @property
    def counts(self):
        """``{"new": n, "known": n, "updated": n, "removed": n}`` of this fetch."""
        self.ensure_one()
        return {
            "new": self.new_count,
            "known": self.known_count,
            "updated": self.updated_count,
            "removed": self.removed_count,
        }

    def _compute_display_name(self):
        for sync in self:
            moment = fields.Datetime.to_string(sync.started_at)
            sync.display_name = f"{sync.connection_id.name} {moment}"

    def _describe_counts(self):
        """Say in one sentence what the fetch brought, or would bring."""
        values = {
            "new": self.new_count,
            "known": self.known_count,
            "updated": self.updated_count,
            "removed": self.removed_count,
        }
        if self.dry_run:
            sentence = self.env._(
                "A fetch would bring %(new)s new, change %(updated)s and remove %(removed)s; "
                "%(known)s are known.",
                **values,
            )
        else:
            sentence = self.env._(
                "%(new)s new, %(updated)s changed, %(removed)s removed; %(known)s were known.",
                **values,
            )
        if not self.held_count:
            return sentence
        held = self.env._("%s need a person: see the exceptions.", self.held_count)
        return f"{sentence} {held}"

    def _notify(self):
        """Return the action that says how the fetch went, with the way to its details."""
        self.ensure_one()
        message = " ".join(filter(None, (self.sentence, self.error_hint)))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": NOTIFICATION_TYPES.get(self.state, "info"),
                "title": self.connection_id.name,
                # The client puts the link where it finds %s.
                "message": message.replace("%", "%%") + " %s",
                "links": [{"label": self.env._("Details"), "url": f"/odoo/bank-fetches/{self.id}"}],
                "sticky": self.state != "done",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _tell_progress(self):
        """Show the person who asked for the fetch how far it is; nothing once it has ended.

        Sent when the transaction commits, so what is shown is in the books.
        """
        if self.trigger != "manual":
            return
        message = self.state == "running" and self.env._(
            "Page %(page)s is in: %(new)s new, %(known)s known so far.",
            page=self.page_count,
            new=self.new_count,
            known=self.known_count,
        )
        self.user_id._bus_send(
            "ar_bank_sync_progress",
            {"id": self.id, "title": self.connection_id.name, "message": message},
        )

    def action_apply(self):
        """Do for real what the dry run showed."""
        self.ensure_one()
        sync = self.connection_id.ar_sync(self.from_date)
        return sync._get_records_action(name=self.env._("Fetch"))

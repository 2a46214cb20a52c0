from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("first_late", "Late for the first time"),
    ("slower", "Slower than usual"),
    ("order_spike", "Orders jumped"),
    ("group_late", "Several of a group late"),
    ("cover_ending", "Cover ends"),
]


class ArCreditSignal(models.Model):
    """One fact about a customer that was worth a warning. It is told once, ever."""

    _name = "ar.credit.signal"
    _description = "Early warning"
    _order = "date desc, id desc"
    _rec_name = "summary"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    fact_key = fields.Char(required=True, readonly=True, help="Names the fact; told once.")
    summary = fields.Char("What happened", required=True, readonly=True)

    _fact_unique = models.UniqueIndex(
        "(company_id, partner_id, fact_key)", "A fact about a customer is told once."
    )

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_raise(self, company, date, found):
        """Store signals that were never told, and call somebody: once per customer.

        :param res.company company: which company they concern.
        :param datetime.date date: business day.
        :param dict found: ``{customer id: [(kind, fact key, sentence), …]}``.
        :return: the new signals; facts that were told before are left out.
        """
        rows = [
            (company.id, customer_id, date, kind, key, sentence)
            for customer_id, signals in found.items()
            for kind, key, sentence in signals
        ]
        new = self.browse(self._insert_new(rows))
        if new:
            self.env["ar.audit.event"].sudo().ar_append(
                company,
                [
                    {
                        "code": "credit.early_warning",
                        "summary": f"{signal.partner_id.display_name}: {signal.summary}",
                        "record": signal.partner_id,
                        "details": {"kind": signal.kind, "fact": signal.fact_key},
                    }
                    for signal in new
                ],
            )
            self._call_somebody(company, new)
        return new

    @api.model
    def _insert_new(self, rows):
        """Insert what is not known; the index decides, so that two nights cannot both tell."""
        if not rows:
            return []
        return [
            signal_id
            for (signal_id,) in self.env.execute_query(
                SQL(
                    """
                    INSERT INTO ar_credit_signal
                                (company_id, partner_id, date, kind, fact_key, summary,
                                 create_uid, write_uid, create_date, write_date)
                         SELECT row.*, %s, %s, NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC'
                           FROM (VALUES %s) AS row
                    ON CONFLICT (company_id, partner_id, fact_key) DO NOTHING
                      RETURNING id
                    """,
                    self.env.uid,
                    self.env.uid,
                    SQL(", ").join(SQL("(%s, %s, %s::date, %s, %s, %s)", *row) for row in rows),
                )
            )
        ]

    @api.model
    def _call_somebody(self, company, signals):
        """One open activity per customer; further facts are added to it."""
        user = self.env["ar.credit.policy"].ar_get_policy(company).sudo()._get_responsible()
        activity_type = self.env.ref("ar_automation.mail_activity_type_credit_warning")
        open_activities = {
            activity.res_id: activity
            for activity in self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "in", signals.partner_id.ids),
                    ("activity_type_id", "=", activity_type.id),
                ]
            )
        }
        for partner, own in signals.grouped("partner_id").items():
            note = self._prepare_note(own)
            activity = open_activities.get(partner.id)
            if activity:
                activity.note = (activity.note or "") + note
            else:
                partner.sudo().activity_schedule(
                    "ar_automation.mail_activity_type_credit_warning",
                    summary=self.env._("Credit: early warning"),
                    note=note,
                    user_id=(user or self.env.user).id,
                )

    def _prepare_note(self, signals):
        return self.env["ir.qweb"]._render("ar_automation.credit_signal_note", {"signals": signals})

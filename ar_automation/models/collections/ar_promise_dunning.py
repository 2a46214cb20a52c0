from odoo import api, models
from odoo.tools import SQL

# What the statement reads, and therefore must be in the database first.
READ_MODELS = (
    *("ar.promise", "ar.promise.line", "ar.payment.plan", "ar.payment.plan.item"),
    *("ar.dunning.notice", "ar.dunning.notice.line"),
)


class ArPromise(models.Model):
    """What a broken promise means for the reminders of its items."""

    _inherit = "ar.promise"

    @api.model
    def _read_hastened(self, company, items):
        """Ids of the items that reach their next level at once.

        Their promise was broken, or their plan fell into default, and no reminder has raised
        them since; unless the company goes on where dunning stood.
        """
        if not items:
            return frozenset()
        rows = self.env.execute_query(
            SQL(
                "SELECT h.item_id FROM (%s) h (item_id) WHERE h.item_id IN %s",
                self._hastened_statement(company),
                tuple(items.ids),
            )
        )
        return frozenset(item_id for (item_id,) in rows)

    @api.model
    def _hastened_statement(self, company):
        """Items that were let down and not raised since, as a statement."""
        if company.ar_promise_broken != "next_level":
            return SQL("SELECT 0 WHERE FALSE")
        for model in READ_MODELS:
            self.env[model].flush_model()
        return SQL(
            """SELECT let_down.item_id
                 FROM (SELECT pl.move_line_id, p.judged_date
                         FROM ar_promise p JOIN ar_promise_line pl ON pl.promise_id = p.id
                        WHERE p.state IN ('broken', 'partly') AND p.company_id = %(company)s
                    UNION ALL
                       SELECT i.move_line_id, p.ended_date
                         FROM ar_payment_plan p JOIN ar_payment_plan_item i ON i.plan_id = p.id
                        WHERE p.state = 'default' AND p.company_id = %(company)s
                      ) let_down (item_id, day)
                WHERE let_down.item_id IS NOT NULL AND NOT EXISTS (
                      SELECT 1 FROM ar_dunning_notice_line n
                        JOIN ar_dunning_notice d ON d.id = n.notice_id
                       WHERE n.move_line_id = let_down.item_id AND n.is_live
                         AND n.level_id IS NOT NULL AND d.date >= let_down.day)""",
            company=company.id,
        )

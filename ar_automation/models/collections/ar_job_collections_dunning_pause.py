from dataclasses import replace

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class ArJobCollectionsDunning(models.AbstractModel):
    """Reminders know what is promised, planned or on hold, and which promises were broken."""

    _inherit = "ar.job.collections.dunning"

    def _job_due_domain(self, run):
        """EXTENDS collections: broken promises bring items up before their day."""
        hastened = self.env["ar.promise"]._hastened_statement(run.company_id)
        owing = SQL(
            """(SELECT l.partner_id FROM account_move_line l
                 WHERE l.id IN (%s) AND l.amount_residual > 0 AND l.reconciled IS NOT TRUE)""",
            hastened,
        )
        return Domain(super()._job_due_domain(run)) | Domain("id", "in", owing)

    def _collect_facts(self, partners, company, *scope):
        """EXTENDS collections: what pauses each item, and what hastens it."""
        facts = super()._collect_facts(partners, company, *scope)
        items = self.env["account.move.line"].browse(facts.rows)
        pauses = self.env["ar.collection.pause"]._read_pauses(items)
        hastened = self.env["ar.promise"]._read_hastened(company, items)
        customers = {
            partner_id: replace(
                customer,
                items=tuple(
                    replace(item, pause=pauses.get(item.id), is_hastened=item.id in hastened)
                    for item in customer.items
                ),
            )
            for partner_id, customer in facts.customers.items()
        }
        return replace(facts, customers=customers)

    def _explain(self, decision, company):
        """EXTENDS collections: the pause in its own words."""
        if decision.reason == "paused":
            return decision.sentence
        return super()._explain(decision, company)


class ArJobCollectionsDelivery(models.AbstractModel):
    """A reminder stays when what it names was promised, planned or put on hold meanwhile."""

    _inherit = "ar.job.collections.delivery"

    def _find_change(self, notice, customer, day):
        """EXTENDS collections: ask once more what is left in peace."""
        change = super()._find_change(notice, customer, day)
        listed = set(notice.line_ids.move_line_id.ids)
        pauses = [item.pause for item in customer.items if item.id in listed and item.pause]
        return change or next((pause.sentence for pause in pauses if pause.covers(day)), "")

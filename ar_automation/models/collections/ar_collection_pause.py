from odoo import api, models

from ...engine.dunning.facts import Pause


class ArCollectionPause(models.AbstractModel):
    """Why items are left in peace for now, whoever said so: the one question dunning asks."""

    _name = "ar.collection.pause"
    _description = "Items that are left in peace"

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_get_paused(self, items, date):
        """Items that no reminder of a day may name: promised, in a plan, or on hold.

        :param account.move.line items: receivable items.
        :param datetime.date date: business day.
        :return: ``{item id: (last day or None, sentence)}``; None where nobody knows the end.
        """
        return {
            item_id: (pause.until, pause.sentence)
            for item_id, pause in self._read_pauses(items).items()
            if pause.covers(date)
        }

    @api.model
    def _read_pauses(self, items):
        """``{item id: Pause}`` of everything that pauses now; a fixed number of statements."""
        company = items.sudo().company_id[:1] or self.env.company
        return self._collect_pauses(items, self.env["ar.job"]._job_today(company))

    # === HOOKS ===#

    @api.model
    def _collect_pauses(self, items, today):
        """``{item id: Pause}``; another area that pauses items extends this."""
        # a promise and a plan end by being judged, not by a day that passed
        ended_by_verdict = {
            **self.env["ar.promise"].ar_get_paused(items, today),
            **self.env["ar.payment.plan"].ar_get_paused(items, today),
        }
        return {
            **{
                item_id: Pause(until, sentence)
                for item_id, (until, sentence) in (
                    self.env["ar.collection.hold"].ar_get_paused(items, today).items()
                )
            },
            **{
                item_id: Pause(None, sentence)
                for item_id, (_until, sentence) in ended_by_verdict.items()
            },
        }

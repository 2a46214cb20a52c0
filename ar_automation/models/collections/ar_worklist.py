from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ...engine.dunning.worklist import rank_customers
from ...engine.dunning.worklist_assignment import choose_collector, find_cover
from .worklist_facts import WorklistFacts

SUPERVISORS = "ar_automation.ar_automation_group_supervisor"


class ArWorklist(models.AbstractModel):
    """Whom to call first: one row per customer, by the expected value of acting today."""

    _name = "ar.worklist"
    _description = "Worklist of collectors"
    _inherit = "ar.report.access"

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_rank(self, user=None, date=None):
        """Rank the customers of the current company who are late, or for whom something is planned.

        Customers with a next action for that day or before come first, then those to act on by
        the expected value of acting (see ``engine.dunning.worklist``), then those who wait for
        a later day, then those whose late items are all paused, disputed or covered by credit.

        :param res.users user: only the customers of this collector, with those of absent
            colleagues whom the user stands in for; a supervisor also has those of nobody. None:
            all customers.
        :param datetime.date date: business day, the company's today by default. What is open is
            open now, also for another day.
        :return: ordered list of dicts: ``partner_id``, ``name``, ``band`` (``due``, ``open``,
            ``later``, ``paused``), ``value`` (Decimal, company currency), ``overdue`` and
            ``amount`` (what of it may be asked for) as Decimal, ``oldest`` (due day or None),
            ``next_action`` (day or None), ``touched_today``, ``reasons`` (list of ``code``,
            ``text``), ``user_id`` (who works the customer, None for nobody), ``covers_id``
            (the absent collector, or None).
        :raises AccessError: for users without a role in receivables.
        """
        company = self.env.company
        self._check_reader(company)
        day = self._resolve_date(company, date)
        found = self._facts(company, day).collect()
        rows = {row.partner_id: row for row, _standing, _debtor in found}
        owners = self._assign(company, day, [debtor for _row, _standing, debtor in found], rows)
        word = self._reason_words(day)
        shown = self._owners_of(user, company) if user else None
        return [
            self._prepare_row(rank, rows[rank.customer_id], owners[rank.customer_id], word)
            for rank in rank_customers((standing for _row, standing, _debtor in found), day)
            if shown is None or owners[rank.customer_id][0] in shown
        ]

    # === HOOKS ===#

    @api.model
    def _pause_statements(self, company, day):
        """Statements of ``(move_line_id, code, until)``, until as text: items left in peace.

        Another area that pauses items adds its statement, and the words of its code to
        :meth:`_reason_texts`.
        """
        return [
            SQL(
                """SELECT line.move_line_id, 'promise' AS code, promise.date::text AS until
                     FROM ar_promise_line line
                     JOIN ar_promise promise ON promise.id = line.promise_id
                    WHERE line.is_open AND line.company_id = %s""",
                company.id,
            ),
            SQL(
                """SELECT item.move_line_id, 'plan', NULL
                     FROM ar_payment_plan_item item
                     JOIN ar_payment_plan plan ON plan.id = item.plan_id
                    WHERE plan.state = 'active' AND plan.company_id = %s""",
                company.id,
            ),
            SQL(
                """SELECT move_line_id, 'hold', until::text
                     FROM ar_collection_hold
                    WHERE is_active AND company_id = %s AND COALESCE(until >= %s, TRUE)""",
                company.id,
                day,
            ),
            SQL(
                """SELECT line.move_line_id, 'handover', NULL
                     FROM ar_handover_line line
                     JOIN ar_handover handover ON handover.id = line.handover_id
                    WHERE handover.state = 'handed_over' AND handover.company_id = %s
                      AND handover.handed_date <= %s""",
                company.id,
                day,
            ),
        ]

    @api.model
    def _reason_texts(self):
        """``{code: text}``; a text that names a figure has one ``%s``."""
        return {
            "action_due": self.env._("Next action due since %s"),
            "action_later": self.env._("Next action on %s"),
            "hold": self.env._("Invoices on hold until %s"),
            "customer_hold": self.env._("On hold until %s"),
            "promise": self.env._("Promised by %s"),
            "plan": self.env._("Pays by instalments"),
            "handover": self.env._("With a lawyer or an agency"),
            "excluded": self.env._("Excluded from follow-up"),
            "disputed": self.env._("Partly or wholly disputed"),
            "credit": self.env._("Covered by credit not applied yet"),
            "late": self.env._("Oldest %s days late"),
            "chance": self.env._("%s %% likely to pay late"),
            "broken": self.env._("Broken promises: %s"),
            "contacted": self.env._("Last contact %s days ago"),
            "never_contacted": self.env._("Never contacted"),
            "touched_today": self.env._("Tried today"),
        }

    # === PRIVATE METHODS ===#

    def _facts(self, company, day):
        timezone = company.partner_id.tz or self.env.user.tz or "UTC"
        sources = self._pause_statements(company, day)
        return WorklistFacts(self.env, company, day, sources, timezone)

    def _assign(self, company, day, debtors, partner_ids):
        """``{partner id: (who works it, the absent collector)}``; None for nobody."""
        rules = self.env["ar.worklist.rule"]._read_rules(company)
        absences = self.env["ar.worklist.absence"]._read_absences(day)
        covers = {
            collector: find_cover(collector, absences, day)
            for collector in {rule.collector_id for rule in rules}
        }
        owners = {}
        for partner_id, debtor in zip(partner_ids, debtors, strict=True):
            owner = choose_collector(debtor, rules)
            cover = covers.get(owner)
            owners[partner_id] = (cover, owner if cover != owner else None)
        return owners

    def _owners_of(self, user, company):
        """Whose customers a user works: their own, and those of nobody where they see them.

        Supervisors see those of nobody; and everybody does as long as no rule of the company
        says who does what.
        """
        if user.has_group(SUPERVISORS) or not self.env["ar.worklist.rule"]._read_rules(company):
            return {user.id, None}
        return {user.id}

    def _reason_words(self, today):
        """A function that puts a reason into words; each text is translated once."""
        texts, days = self._reason_texts(), {}
        endless = {
            "hold": self.env._("Invoices on hold"),
            "customer_hold": self.env._("On hold"),
            "promise": self.env._("Promised"),
        }
        special = {
            ("action_due", fields.Date.to_string(today)): self.env._("Next action due today"),
            ("contacted", 0): self.env._("Contacted today"),
            ("contacted", 1): self.env._("Last contact yesterday"),
            ("late", 1): self.env._("Oldest 1 day late"),
        }

        def word(reason):
            figure = reason.figure
            if (reason.code, figure) in special:
                return special[reason.code, figure]
            text = texts[reason.code] if figure != "" else endless.get(reason.code)
            text = text or texts[reason.code]
            if isinstance(figure, str) and figure:
                figure = days.setdefault(figure, format_date(self.env, figure))
            return text % figure if "%s" in text else text

        return word

    @staticmethod
    def _prepare_row(rank, row, owner, word):
        user_id, covers_id = owner
        return {
            "partner_id": row.partner_id,
            "name": row.name,
            "band": rank.band,
            "value": rank.value,
            "overdue": row.overdue,
            "amount": row.free - row.credit,
            "oldest": row.oldest,
            "next_action": row.next_action,
            "touched_today": row.touched_today,
            "reasons": [{"code": reason.code, "text": word(reason)} for reason in rank.reasons],
            "user_id": user_id,
            "covers_id": covers_id,
        }

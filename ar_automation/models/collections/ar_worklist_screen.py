from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

COLLECTORS = "ar_automation.ar_automation_group_collector"
PAGE = 100


class ArWorklist(models.AbstractModel):
    """What the screen *Worklist* asks of the whole list, and the progress of the day."""

    _inherit = "ar.worklist"

    # === WHAT THE SCREEN SHOWS ===#

    @api.model
    @api.readonly
    def ar_get_list(self, company_id=None, whose="mine", text="", limit=PAGE):
        """Return the list that a collector works.

        :param whose: ``mine``, ``all``, ``nobody``, or the id of a collector.
        :param str text: part of the customers' names.
        :param int limit: rows to send; counts are of all.
        :return: ``company_id``, ``currency_id``, ``date``, ``rows``, ``total`` (rows that fit),
            ``bands`` (``{band: count}``), ``progress``, ``collectors`` (list of ``id``,
            ``name``), ``outcomes`` of calls, ``can_act``.
        :raises AccessError: for users without a role in receivables, or another company.
        """
        company = self._resolve_company(company_id)
        worklist = self.with_company(company)
        self._check_reader(company)
        day = self._resolve_date(company, None)
        ranked = worklist.ar_rank(date=day)
        shown = worklist._filter_rows(ranked, company, whose, text)
        users = {row["user_id"] for row in ranked} - {None}
        return {
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "date": fields.Date.to_string(day),
            "rows": [worklist._to_screen(row) for row in shown[: max(int(limit), 1)]],
            "total": len(shown),
            "bands": dict(Counter(row["band"] for row in shown)),
            "progress": worklist._read_progress(company, day, shown),
            "collectors": worklist._name_users(users),
            "outcomes": worklist._read_outcomes(),
            "can_act": self.env.user.has_group(COLLECTORS),
        }

    # === PRIVATE METHODS ===#

    def _filter_rows(self, rows, company, whose, text):
        owners = self._find_owners(company, whose)
        text = (text or "").strip().casefold()
        return [
            row
            for row in rows
            if (owners is None or row["user_id"] in owners) and text in row["name"].casefold()
        ]

    def _find_owners(self, company, whose):
        if whose == "all":
            return None
        if whose == "nobody":
            return {None}
        if whose == "mine":
            return self._owners_of(self.env.user, company)
        if isinstance(whose, int):
            return {whose}
        raise UserError(self.env._("The worklist knows no customers of “%s”.", whose))

    def _to_screen(self, row):
        """A row with what travels as JSON."""
        return {
            **row,
            "value": float(row["value"]),
            "overdue": float(row["overdue"]),
            "amount": float(row["amount"]),
            "oldest": fields.Date.to_string(row["oldest"]) or False,
            "next_action": fields.Date.to_string(row["next_action"]) or False,
        }

    def _read_progress(self, company, day, rows):
        """What the user did today: ``done`` and ``planned`` customers, ``promised`` amount.

        Planned is who was contacted today, and whose next action is still due.
        """
        done = self._count_done(company, day).get(self.env.uid, 0)
        left = sum(row["band"] == "due" and not row["touched_today"] for row in rows)
        promised = self._sum_promised(company, day).get(self.env.uid, 0.0)
        return {"done": done, "planned": done + left, "promised": promised}

    def _count_done(self, company, day):
        """``{user id: customers contacted on a day}``, by the company's clock."""
        self.env["ar.contact.log"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT log.user_id, COUNT(DISTINCT log.partner_id)
                         FROM ar_contact_log log
                         JOIN ar_contact_outcome outcome ON outcome.id = log.outcome_id
                        WHERE log.company_id = %s AND outcome.code <> 'planned'
                          AND (log.contacted_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date = %s
                     GROUP BY log.user_id""",
                    company.id,
                    company.partner_id.tz or self.env.user.tz or "UTC",
                    day,
                )
            )
        )

    def _sum_promised(self, company, day):
        """``{user id: amount}`` of the promises taken down on a day, in company currency."""
        self.env["ar.promise"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT user_id, currency_id, SUM(amount)
                     FROM ar_promise
                    WHERE company_id = %s AND state NOT IN ('replaced', 'withdrawn')
                      AND (create_date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date = %s
                 GROUP BY user_id, currency_id""",
                company.id,
                company.partner_id.tz or self.env.user.tz or "UTC",
                day,
            )
        )
        sums = Counter()
        for user_id, currency_id, amount in rows:
            currency = self.env["res.currency"].browse(currency_id)
            sums[user_id] += currency._convert(float(amount), company.currency_id, company, day)
        return sums

    def _prepare_team(self, company):
        """Values of one ``ar.worklist.team`` per collector with customers, or with work done."""
        day = self._resolve_date(company, None)
        by_owner = defaultdict(list)
        for row in self.with_company(company).ar_rank(date=day):
            by_owner[row["user_id"]].append(row)
        done, promised = self._count_done(company, day), self._sum_promised(company, day)
        return [
            {
                "company_id": company.id,
                "user_id": user_id,
                "customers": len(by_owner[user_id]),
                "due": sum(row["band"] == "due" for row in by_owner[user_id]),
                "paused": sum(row["band"] == "paused" for row in by_owner[user_id]),
                "overdue": float(sum(row["overdue"] for row in by_owner[user_id])),
                "amount": float(sum(max(row["amount"], 0) for row in by_owner[user_id])),
                "done": done.get(user_id, 0),
                "promised": promised.get(user_id, 0.0),
            }
            for user_id in {*by_owner, *done, *promised}
        ]

    def _name_users(self, user_ids):
        # sudo: names of colleagues, also of those in other companies of the user
        users = self.env["res.users"].sudo().browse(user_ids)
        return [{"id": user.id, "name": user.name} for user in users.sorted("name")]

    def _read_outcomes(self):
        outcomes = self.env["ar.contact.outcome"].sudo().search([])
        return [
            {"code": outcome.code, "name": outcome.name, "next_step": outcome.next_step or ""}
            for outcome in outcomes
        ]

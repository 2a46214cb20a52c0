from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .match_reasons import reason_labels

# Age of a payment in days, from and to.
AGES = {"week": (0, 7), "month": (8, 30), "older": (31, None)}
TEXT_FIELDS = ("payment_ref", "partner_name", "partner_id.name", "account_number")


class ArWorkbench(models.AbstractModel):
    """Which payments wait, and by what they can be chosen."""

    _inherit = "ar.workbench"

    @api.model
    @api.readonly
    def ar_get_choices(self, company_id, direction=None):
        """Return what can be chosen among the payments that wait in a company.

        :param str direction: ``out`` for money that went out, else what customers paid.
        :return: ``company_id``, ``can_decide``, ``total`` of customers' payments, and as lists of
            ``key``, ``label``, ``count``: ``directions``, ``journals``, ``states``, ``reasons``,
            ``ages``.
        :raises AccessError: for users who may not read bank transactions.
        """
        lines, company = self._lines(), self._company(company_id)
        domain = self._domain(company, {"direction": direction})
        journals = lines._read_group(domain, ["journal_id"], ["__count"])
        states = dict(lines._read_group(domain, ["ar_match_state"], ["__count"]))
        reasons = lines._read_group(domain, ["ar_match_code"], ["__count"], order="__count DESC")
        directions = self._prepare_directions(company, direction, sum(states.values()))
        return {
            "company_id": company.id,
            "can_decide": lines.has_access("write"),
            "total": directions[0]["count"],
            "directions": directions,
            "journals": [
                {"key": journal.id, "label": journal.display_name, "count": count}
                for journal, count in journals
            ],
            "states": self._prepare_states(states),
            "reasons": self._prepare_reasons(reasons),
            "ages": [
                {
                    "key": key,
                    "label": label,
                    "count": lines.search_count(domain & self._age_domain(company, key)),
                }
                for key, label in self._age_labels().items()
            ],
        }

    # === PRIVATE METHODS: FILTERS ===#

    def _domain(self, company, filters):
        is_out = filters.get("direction") == "out"
        domain = self._direction_domain(company, is_out=is_out)
        if filters.get("journal_id"):
            domain &= Domain("journal_id", "=", int(filters["journal_id"]))
        if filters.get("state"):
            state = filters["state"]
            proposed = Domain("ar_match_state", "=", "proposed")
            domain &= proposed if state == "proposed" else ~proposed
        if filters.get("reason"):
            reason = False if filters["reason"] == "new" else filters["reason"]
            domain &= Domain("ar_match_code", "=", reason)
        if filters.get("age") in AGES:
            domain &= self._age_domain(company, filters["age"])
        domain &= self._amount_domain(filters, is_out=is_out)
        if (filters.get("text") or "").strip():
            text = filters["text"].strip()
            domain &= Domain.OR(Domain(name, "ilike", text) for name in TEXT_FIELDS)
        return domain

    def _direction_domain(self, company, *, is_out):
        lines = self._lines()
        if is_out:
            return lines._ar_money_out_domain(company)
        return Domain(lines._ar_to_match_domain(company))

    def _amount_domain(self, filters, *, is_out):
        """Amounts between two bounds; those of money out are below zero."""
        sign, operators = (-1, ("<=", ">=")) if is_out else (1, (">=", "<="))
        return Domain.AND(
            Domain("amount", operator, sign * float(filters[key]))
            for key, operator in zip(("amount_min", "amount_max"), operators, strict=True)
            if filters.get(key)
        )

    def _find_alike(self, company, line, best, least):
        """The best proposals that are of the kind of ``best``, payments oldest first.

        :return: pairs of id and confidence.
        """
        filters = {"state": "proposed", "reason": line.ar_match_code}
        if line.amount < 0:
            filters["direction"] = "out"
        lines = self._lines()._search(self._domain(company, filters))
        self.env["ar.match.proposal"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT b.id, b.confidence
                     FROM (SELECT DISTINCT ON (p.statement_line_id) p.id, p.confidence, p.action,
                                  p.statement_line_id
                             FROM ar_match_proposal p
                            WHERE p.state = 'proposed' AND p.statement_line_id IN %s
                         ORDER BY p.statement_line_id, p.confidence DESC, p.id) b
                     JOIN account_bank_statement_line l ON l.id = b.statement_line_id
                     JOIN account_move m ON m.id = l.move_id
                    WHERE b.action IS NOT DISTINCT FROM %s AND b.confidence >= %s
                 ORDER BY m.date, l.id""",
                lines.subselect(),
                best.action or None,
                least,
            )
        )

    def _age_domain(self, company, key):
        first, last = AGES[key]
        today = self.env["ar.job"]._job_today(company)
        domain = Domain("date", "<=", today - timedelta(days=first)) if first else Domain.TRUE
        if last is not None:
            domain &= Domain("date", ">=", today - timedelta(days=last))
        return domain

    # === PRIVATE METHODS: CHOICES ===#

    def _prepare_directions(self, company, direction, total):
        """Money in and out; the one that is shown was counted already."""
        is_out = direction == "out"
        other = self._lines().search_count(self._direction_domain(company, is_out=not is_out))
        count_in, count_out = (other, total) if is_out else (total, other)
        return [
            {"key": "in", "label": self.env._("Money in"), "count": count_in},
            {"key": "out", "label": self.env._("Money out"), "count": count_out},
        ]

    def _prepare_states(self, counts):
        proposed = counts.get("proposed", 0)
        return [
            {"key": "proposed", "label": self.env._("With a proposal"), "count": proposed},
            {
                "key": "unmatched",
                "label": self.env._("Without a match"),
                "count": sum(counts.values()) - proposed,
            },
        ]

    def _prepare_reasons(self, groups):
        labels = reason_labels(self.env)
        return [
            {"key": code or "new", "label": labels.get(code or "new", code), "count": count}
            for code, count in groups
        ]

    def _age_labels(self):
        return {
            "week": self.env._("Up to a week"),
            "month": self.env._("8 to 30 days"),
            "older": self.env._("Over 30 days"),
        }

"""What the worklist ranks by, read for every customer of a company in four statements."""

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from ...engine.dunning.worklist import Pause, Standing
from ...engine.dunning.worklist_assignment import Debtor

FLUSHED = {
    "account.move.line": None,
    "account.move": ["payment_state"],
    "res.partner": None,
    "ar.promise": None,
    "ar.promise.line": None,
    "ar.payment.plan": None,
    "ar.payment.plan.item": None,
    "ar.collection.hold": None,
    "ar.handover": ["state", "company_id", "handed_date"],
    "ar.handover.line": ["move_line_id", "handover_id"],
    "ar.contact.log": None,
    "ar.contact.outcome": None,
    "ar.dunning.notice": ["state", "sent_at", "partner_id", "company_id"],
    "ar.credit.review": None,
}


class CustomerRow(NamedTuple):
    """One customer with open items, amounts in company currency.

    ``overdue`` is all that is late, ``free`` what of it nothing pauses and nobody disputes.
    """

    partner_id: int
    name: str
    country_id: int
    overdue: Decimal
    free: Decimal
    disputed: Decimal
    credit: Decimal
    oldest: datetime.date | None
    oldest_free: datetime.date | None
    pause_code: str
    pause_until: str
    chance_late: Decimal | None
    risk_class: str
    last_contact: datetime.date | None
    touched_today: bool
    next_action: datetime.date | None


class WorklistFacts:
    """Reads what is known of the customers of one company on one day.

    :param sources: statements that say which items are paused, see
        ``ar.worklist._pause_statements``.
    :param str timezone: the company's, by which a contact belongs to a day.
    """

    def __init__(self, env, company, day, sources, timezone):
        self.env = env
        self.company = company
        self.day = day
        self.sources = sources
        self.timezone = timezone

    def collect(self):
        """``[(CustomerRow, Standing, Debtor)]`` of the customers that are late or planned."""
        for model, names in FLUSHED.items():
            self.env[model].flush_model(names)
        rows = [CustomerRow(*_decimals(row)) for row in self.env.execute_query(self._query())]
        partners = self.env["res.partner"].browse(row.partner_id for row in rows)
        broken = self.env["ar.promise"].ar_count_broken(partners, self.company, self.day)
        tags = self._read_tags()
        return [
            (row, _standing(row, broken.get(row.partner_id, 0)), _debtor(row, tags)) for row in rows
        ]

    # --- private

    def _query(self):
        return SQL(
            """WITH pause AS (
                   SELECT DISTINCT ON (move_line_id) move_line_id, code, until
                     FROM (%(sources)s) source
                 ORDER BY move_line_id, code
               ), item AS (%(items)s), owed AS (%(owed)s), contact AS (%(contact)s),
               notice AS (%(notice)s), planned AS (%(planned)s)
               SELECT owed.partner_id, COALESCE(c.complete_name, c.name, ''),
                      COALESCE(c.country_id, 0), owed.overdue::text,
                      (CASE WHEN c.on_hold THEN 0 ELSE owed.free END)::text,
                      owed.disputed::text, owed.credit::text, owed.oldest, owed.oldest_free,
                      CASE WHEN c.on_hold THEN 'customer_hold' ELSE COALESCE(owed.code, '') END,
                      COALESCE(
                          CASE WHEN c.on_hold THEN c.hold_until ELSE owed.until::text END, ''),
                      CASE WHEN r.is_new_customer THEN NULL
                           ELSE ROUND(r.probability_late::numeric, 4)::text END,
                      COALESCE(r.risk_class, ''),
                      GREATEST(contact.reached_on, notice.sent_on),
                      COALESCE(contact.tried_on = %(day)s, FALSE),
                      CASE WHEN contact.tried_id > planned.id
                            AND contact.tried_on >= planned.day THEN NULL ELSE planned.day END
                 FROM owed
                 JOIN (%(customers)s) c ON c.id = owed.partner_id
            LEFT JOIN ar_credit_review r ON r.partner_id = owed.partner_id AND r.is_current
                      AND r.company_id = %(company)s
            LEFT JOIN contact ON contact.partner_id = owed.partner_id
            LEFT JOIN notice ON notice.partner_id = owed.partner_id
            LEFT JOIN planned ON planned.partner_id = owed.partner_id
                WHERE owed.overdue > 0 OR planned.day <= %(day)s""",
            sources=SQL(" UNION ALL ").join(self.sources),
            items=self._items(),
            owed=self._owed(),
            contact=self._contact(),
            notice=self._notice(),
            planned=self._planned(),
            customers=self._customers(),
            day=self.day,
            company=self.company.id,
        )

    def _items(self):
        """Open items; what is held by the accountants counts as paused."""
        return SQL(
            """SELECT l.partner_id, COALESCE(l.date_maturity, l.date) AS due,
                      l.amount_residual AS residual,
                      LEAST(COALESCE(l.ar_disputed_amount, 0), GREATEST(l.amount_residual, 0))
                          AS disputed,
                      CASE WHEN l.no_followup OR m.payment_state = 'blocked' THEN 'excluded'
                           ELSE pause.code END AS code,
                      pause.until
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                 JOIN account_account a
                   ON a.id = l.account_id AND a.account_type = 'asset_receivable'
            LEFT JOIN pause ON pause.move_line_id = l.id
                WHERE l.company_id = %s AND l.parent_state = 'posted'
                  AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0
                  AND l.partner_id IS NOT NULL""",
            self.company.id,
        )

    def _owed(self):
        late = SQL("residual > 0 AND due < %s", self.day)
        return SQL(
            """SELECT partner_id,
                      COALESCE(SUM(residual) FILTER (WHERE %(late)s), 0) AS overdue,
                      COALESCE(SUM(residual - disputed)
                               FILTER (WHERE %(late)s AND code IS NULL), 0) AS free,
                      COALESCE(SUM(disputed) FILTER (WHERE %(late)s), 0) AS disputed,
                      COALESCE(-SUM(residual) FILTER (WHERE residual < 0), 0) AS credit,
                      MIN(due) FILTER (WHERE %(late)s) AS oldest,
                      MIN(due) FILTER (WHERE %(late)s AND code IS NULL
                                         AND residual > disputed) AS oldest_free,
                      MIN(code) FILTER (WHERE %(late)s) AS code,
                      MAX(until) FILTER (WHERE %(late)s) AS until
                 FROM item
             GROUP BY partner_id""",
            late=late,
        )

    def _contact(self):
        """When somebody was reached or written to, and when it was last tried."""
        return SQL(
            """SELECT log.partner_id,
                      MAX(log.contacted_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)
                          FILTER (WHERE o.is_reached OR log.channel IN ('mail', 'letter'))::date
                          AS reached_on,
                      MAX(log.contacted_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
                          AS tried_on,
                      MAX(log.id) AS tried_id
                 FROM ar_contact_log log JOIN ar_contact_outcome o ON o.id = log.outcome_id
                WHERE log.company_id = %(company)s AND o.code <> 'planned'
             GROUP BY log.partner_id""",
            zone=self.timezone,
            company=self.company.id,
        )

    def _notice(self):
        return SQL(
            """SELECT partner_id,
                      MAX(sent_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS sent_on
                 FROM ar_dunning_notice
                WHERE company_id = %s AND state = 'sent'
             GROUP BY partner_id""",
            self.timezone,
            self.company.id,
        )

    def _planned(self):
        """The next action that was planned last."""
        return SQL(
            """SELECT DISTINCT ON (partner_id) partner_id, id, next_action_date AS day
                 FROM ar_contact_log
                WHERE company_id = %s AND next_action_date IS NOT NULL
             ORDER BY partner_id, id DESC""",
            self.company.id,
        )

    def _customers(self):
        """Names, countries, and the hold of the whole customer in this company."""
        key = str(self.company.id)
        return SQL(
            """SELECT id, complete_name, name, country_id,
                      ar_dunning_hold_until->>%(key)s AS hold_until,
                      COALESCE((ar_dunning_hold->>%(key)s)::boolean, FALSE)
                          AND COALESCE((ar_dunning_hold_until->>%(key)s)::date >= %(day)s, TRUE)
                          AS on_hold
                 FROM res_partner""",
            key=key,
            day=self.day,
        )

    def _read_tags(self):
        tags = defaultdict(set)
        relation = self.env["res.partner"]._fields["category_id"]
        for partner_id, tag_id in self.env.execute_query(
            SQL(
                "SELECT %s, %s FROM %s",
                SQL.identifier(relation.column1),
                SQL.identifier(relation.column2),
                SQL.identifier(relation.relation),
            )
        ):
            tags[partner_id].add(tag_id)
        return tags


def _decimals(values):
    """Amounts travel as text: the database driver would make floats of them."""
    partner_id, name, country_id, *amounts = values[:7]
    oldest, oldest_free, code, until, chance, *rest = values[7:]
    return (
        *(partner_id, name, country_id),
        *(Decimal(amount) for amount in amounts),
        *(oldest, oldest_free, code, until),
        Decimal(chance) if chance is not None else None,
        *rest,
    )


def _standing(row, broken):
    amount = row.free - row.credit
    return Standing(
        row.partner_id,
        amount,
        row.oldest_free,
        row.chance_late,
        broken,
        row.last_contact,
        row.touched_today,
        row.next_action,
        _pause(row, amount),
    )


def _pause(row, amount):
    if row.pause_code:
        return Pause(row.pause_code, row.pause_until)
    if row.disputed > 0:
        return Pause("disputed")
    return Pause("credit") if row.credit > 0 and amount <= 0 else None


def _debtor(row, tags):
    return Debtor(
        row.name,
        frozenset(tags.get(row.partner_id, ())),
        row.country_id,
        row.risk_class,
        row.overdue,
    )

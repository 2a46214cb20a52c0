"""Writes the reminders that were decided for a batch of customers.

One statement inserts the reminders and one their items, past the ORM: a batch of any size
takes the same number of statements, and a reminder with four items well under a millisecond
instead of seven. The database's own constraints hold all the same, so that no item goes onto
a level twice. Texts and documents are no part of it; they are made when a reminder leaves.
"""

from odoo.tools import SQL

from .dunning_words import DunningWords

# What is read of customers and of who gets their reminders; naming it spares reading all else.
CUSTOMER_FIELDS = ["ar_dunning_contact_id", "child_ids", "commercial_partner_id", "display_name"]
CONTACT_FIELDS = [
    *("type", "email_normalized", "phone", "street", "zip", "city", "country_id"),
    *("display_name", "lang", "tz", "commercial_partner_id"),
]


class NoticeWriter:
    """Writes reminders of one run.

    :param ar.dunning.run dunning_run: what they belong to.
    :param Facts facts: what they were decided from.
    :param bool simulated: write previews, which use up no level and leave no trace.
    """

    def __init__(self, dunning_run, facts, *, simulated=False):
        self.env = dunning_run.env
        self.run = dunning_run
        self.company = dunning_run.company_id
        self.facts = facts
        self.simulated = simulated
        self.words = DunningWords(self.env, self.company)
        policies = self.env["ar.dunning.policy"].browse(set(facts.policies.values()))
        self.levels = {policy.id: policy._sorted_levels() for policy in policies}

    def store(self, reminders):
        """Write the reminders with their items, and what was decided into the audit trail.

        :param reminders: ``{partner id: Reminder}``.
        :return: the ``ar.dunning.notice`` records, in the order of ``reminders``.
        """
        partners = self._fetch_customers(reminders)
        rows = [self._prepare_row(partner, reminders[partner.id]) for partner in partners]
        notices = self.env["ar.dunning.notice"]
        ids = dict(_insert(notices, rows, returning="partner_id"))
        lines = [
            self._prepare_line_row(ids[partner_id], listed, self._levels_of(partner_id))
            for partner_id, reminder in reminders.items()
            for listed in reminder.items
        ]
        _insert(self.env["ar.dunning.notice.line"], lines, returning="notice_id")
        self.run.invalidate_recordset(["notice_ids"])
        if not self.simulated:
            self._audit(partners, rows, ids, reminders)
        return notices.browse(ids[partner_id] for partner_id in reminders)

    def summarize(self, partner_id, reminder):
        """One sentence for the run's log."""
        return self.words.summarize(reminder, self._levels_of(partner_id), self.facts)

    # === PRIVATE METHODS ===#

    def _fetch_customers(self, reminders):
        partners = self.env["res.partner"].browse(reminders).with_company(self.company)
        partners.fetch(CUSTOMER_FIELDS)
        contacts = partners | partners.child_ids | partners.ar_dunning_contact_id
        contacts.fetch(CONTACT_FIELDS)
        return partners

    def _levels_of(self, partner_id):
        return self.levels[self.facts.policies[partner_id]]

    def _prepare_row(self, partner, reminder):
        contact, levels = partner.ar_get_dunning_contact(), self._levels_of(partner.id)
        level, own = levels[reminder.number - 1], self.company.partner_id
        state = "to_approve" if level.needs_approval else "ready"
        return {
            "run_id": self.run.id,
            "company_id": self.company.id,
            "policy_id": level.policy_id.id,
            "partner_id": partner.id,
            "contact_id": contact.id,
            "channel": level.channel,
            "recipient": level._find_address(contact, level.channel) or None,
            "timezone": contact.tz or partner.tz or own.tz or None,
            "lang": contact.lang or partner.lang or own.lang or "en_US",
            "date": self.run.date,
            "level_id": level.id,
            "state": "simulated" if self.simulated else state,
            "amount": reminder.total,
            "credit": reminder.credit,
            "amount_by_currency": self.words.sum_by_currency(reminder, self.facts),
            "evidence": self.words.describe_evidence(reminder, levels, self.facts),
        }

    def _prepare_line_row(self, notice_id, listed, levels):
        row = self.facts.rows[listed.item.id]
        return {
            "notice_id": notice_id,
            "company_id": self.company.id,
            "policy_id": levels.policy_id.id,
            "move_line_id": row.line_id,
            "move_id": row.move_id,
            "name": row.name,
            "invoice_date": row.date,
            "due_date": row.due_date,
            "days_overdue": listed.days_overdue,
            "currency_id": row.currency_id,
            "residual": listed.item.residual,
            "residual_company": listed.item.residual_company,
            "level_id": levels[listed.number - 1].id if listed.is_raised else None,
            "is_live": not self.simulated,
        }

    def _audit(self, partners, rows, ids, reminders):
        notices = self.env["ar.dunning.notice"]
        self.env["ar.audit.event"].ar_append(
            self.company,
            [
                self._prepare_event(
                    notices.browse(ids[partner.id]), partner, row, reminders[partner.id]
                )
                for partner, row in zip(partners, rows, strict=True)
            ],
        )

    def _prepare_event(self, notice, partner, row, reminder):
        """The same that a reminder says of itself later, without reading it back."""
        level = self._levels_of(partner.id)[reminder.number - 1]
        currency = self.company.currency_id
        return {
            "code": "dunning.decided",
            "summary": self.env._(
                "%(level)s decided for %(customer)s: %(amount)s overdue.",
                level=level.name,
                customer=partner.display_name,
                amount=row["amount_by_currency"],
            ),
            "record": notice,
            "details": {
                "partner_id": partner.id,
                "level": level.name,
                "amount": str(currency.round(float(reminder.total))),
                "currency": currency.name,
                "items": [listed.item.name for listed in reminder.items],
            },
        }


def _insert(model, rows, *, returning):
    """Insert rows of equal columns in one statement; give pairs of a column's value and id."""
    columns = list(rows[0])
    stamps = {"create_uid": model.env.uid, "write_uid": model.env.uid}
    now = model.env.cr.now()
    values = [[row[name] for row in rows] for name in columns]
    arrays = [
        SQL("%s::%s[]", column, SQL(model._fields[name].column_type[0]))
        for name, column in zip(columns, values, strict=True)
    ]
    model.flush_model()
    return model.env.execute_query(
        SQL(
            """INSERT INTO %(table)s (%(columns)s, %(stamps)s, create_date, write_date)
               SELECT r.*, %(users)s, %(now)s, %(now)s FROM unnest(%(arrays)s) r
            RETURNING %(returning)s, id""",
            table=SQL.identifier(model._table),
            columns=SQL(", ").join(map(SQL.identifier, columns)),
            stamps=SQL(", ").join(map(SQL.identifier, stamps)),
            users=SQL(", ").join(SQL("%s", user) for user in stamps.values()),
            now=now,
            arrays=SQL(", ").join(arrays),
            returning=SQL.identifier(returning),
        )
    )

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.automation.outcome import JobOutcome
from ...engine.collections.statement_period import FREQUENCY_MONTHS, due_period
from .statement_figures import StatementTerms, read_statements


class ArJobStatements(models.AbstractModel):
    """Writes the statements of account that are due, one per customer and period.

    Only customers of whose account something is open or has moved get one.
    """

    _name = "ar.job.collections.statements"
    _inherit = ["ar.job"]
    _description = "Job: write statements of account"

    _job_model = "res.partner"

    def _job_due_domain(self, run):
        policy = self._policy(run)
        return Domain.OR(
            Domain("id", "in", self._due_customers(run, policy, frequency))
            for frequency in FREQUENCY_MONTHS
        )

    def _job_key(self, record, run):
        """One statement per company, customer and period, ever."""
        period = due_period(self._frequency(record, self._policy(run)), run.date)
        return f"{run.company_id.id}:res.partner,{record.id}:statement:{period.last}"

    def _job_process(self, records, run):
        policy = self._policy(run)
        told = self._told_until(records, run)
        outcomes, vals = {}, []
        for terms, customers in self._by_terms(records, run, policy, told).items():
            found = read_statements(run.company_id, customers, terms)
            for customer in customers:
                if customer.id in found:
                    vals.append(self._prepare_vals(customer, terms, policy))
                    outcomes[customer.id] = JobOutcome.done(customer.name, kind="written")
                else:
                    outcomes[customer.id] = JobOutcome.left(
                        self.env._("Nothing is open, and nothing has moved."), kind="nothing"
                    )
        self.env["ar.account.statement"].create(vals)
        if vals:
            self.env["ar.account.statement"]._ar_wake()
        return outcomes

    # === PRIVATE METHODS ===#

    def _policy(self, run):
        return self.env["ar.account.statement.policy"].ar_get_policy(run.company_id).sudo()

    def _frequency(self, customer, policy):
        return customer.ar_statement_frequency or policy.frequency

    def _by_terms(self, records, run, policy, told):
        """``{terms: customers}``: those whose figures are read at once."""
        return records.grouped(
            lambda customer: self._terms(customer, run, policy, told.get(customer.id))
        )

    def _terms(self, customer, run, policy, told_until):
        period = due_period(self._frequency(customer, policy), run.date).joined_to(told_until)
        return StatementTerms(period.last, period.first, customer.ar_statement_kind or policy.kind)

    def _told_until(self, customers, run):
        groups = self.env["ar.account.statement"]._read_group(
            [
                ("company_id", "=", run.company_id.id),
                ("partner_id", "in", customers.ids),
                ("origin", "=", "schedule"),
            ],
            ["partner_id"],
            ["date_to:max"],
        )
        return {customer.id: last for customer, last in groups}

    def _prepare_vals(self, customer, terms, policy):
        channel = customer.ar_statement_channel or policy.channel
        return {
            "company_id": policy.company_id.id,
            "partner_id": customer.id,
            "date_from": terms.first,
            "date_to": terms.last,
            "kind": terms.kind,
            "channel": channel,
            "origin": "schedule",
            "state": "queued" if channel == "email" else "to_print",
        }

    def _due_customers(self, run, policy, frequency):
        """Customers with this frequency whose day has come, who have no statement yet, and may
        have something to tell."""
        self.env["res.partner"].flush_model()
        self.env["ar.account.statement"].flush_model()
        period = due_period(frequency, run.date)
        company = run.company_id.id
        return SQL(
            """(SELECT customer.id
                  FROM res_partner customer
                 WHERE COALESCE(NULLIF(customer.ar_statement_frequency->>%(key)s, ''), %(usual)s)
                       = %(frequency)s
                   AND COALESCE(NULLIF((customer.ar_statement_day->>%(key)s)::int, 0), %(day)s)
                       BETWEEN %(earliest)s AND %(reached)s
                   AND NOT EXISTS (
                       SELECT 1 FROM ar_account_statement told
                        WHERE told.company_id = %(company)s AND told.partner_id = customer.id
                          AND told.origin = 'schedule' AND told.date_to >= %(last)s)
                   AND customer.id IN (%(moved)s))""",
            key=str(company),
            usual=policy.frequency,
            frequency=frequency,
            day=policy.day,
            earliest=period.age(policy.since),
            reached=period.age(run.date),
            company=company,
            last=period.last,
            moved=self._moved_or_open(company, period),
        )

    def _moved_or_open(self, company, period):
        """Customers with a movement in the period, or an item that was open at its end."""
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        booked = SQL(
            """SELECT l.partner_id
                 FROM account_move_line l
                 JOIN account_account a
                   ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                WHERE l.company_id = %(company)s AND l.parent_state = 'posted'
                  AND l.date <= %(last)s AND (l.date >= %(first)s OR l.reconciled IS NOT TRUE)""",
            company=company,
            first=period.first,
            last=period.last,
        )
        settled_later = SQL(" UNION ").join(
            SQL(
                """SELECT l.partner_id
                     FROM account_partial_reconcile p
                     JOIN account_move_line l ON l.id = p.%(side)s
                    WHERE p.company_id = %(company)s AND p.max_date > %(last)s
                      AND l.date <= %(last)s""",
                side=SQL.identifier(side),
                company=company,
                last=period.last,
            )
            for side in ("debit_move_id", "credit_move_id")
        )
        return SQL("%s UNION %s", booked, settled_later)

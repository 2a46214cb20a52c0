import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from odoo import Command, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

from ...engine.automation.outcome import JobOutcome
from ...engine.dunning.decision import decide
from ...engine.dunning.facts import Customer, OpenItem, Policy, Reminder
from .ar_dunning_notice import LIVE_STATES
from .ar_open_item import ItemRow


@dataclass(frozen=True, slots=True)
class Facts:
    """Snapshot of a batch of customers; ``rows`` holds the open items by their line's id."""

    rules: Policy
    customers: dict[int, Customer]
    rows: dict[int, ItemRow]
    bank_date: datetime.date | None


class ArJobCollectionsDunning(models.AbstractModel):
    """Decides whom to remind of what, and writes the reminders."""

    _name = "ar.job.collections.dunning"
    _description = "Job: write reminders"
    _inherit = "ar.job"

    _job_model = "res.partner"
    _job_batch_size = (
        25  # a statement takes about a second to print, and the batch is locked meanwhile
    )

    def _job_is_enabled(self, company):
        return company.ar_dunning_auto

    def _job_key(self, record, run):
        """A customer that several companies share is decided once a day in each of them."""
        return f"{run.company_id.id}:{record.id}:{run.date}"

    def _job_due_domain(self, run):
        """Customers with an item that is old enough for a level that it did not go through yet."""
        self.env["account.move.line"].flush_model()
        self.env["ar.dunning.notice.line"].flush_model()
        policy = run.company_id.ar_dunning_policy_id
        return Domain(
            "id",
            "in",
            SQL(
                """(SELECT l.partner_id
                      FROM account_move_line l
                      JOIN account_account a
                        ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                      JOIN ar_dunning_level v
                        ON v.policy_id = %(policy)s
                       AND COALESCE(l.date_maturity, l.date) <= %(day)s - v.days
                     WHERE l.company_id = %(company)s AND l.parent_state = 'posted'
                       AND l.reconciled IS NOT TRUE
                       AND l.amount_residual > 0 AND l.partner_id IS NOT NULL
                       AND NOT EXISTS (SELECT 1 FROM ar_dunning_notice_line n
                                        WHERE n.move_line_id = l.id AND n.level_id = v.id
                                          AND n.policy_id = v.policy_id AND n.is_live))""",
                policy=policy.id or 0,
                day=run.date,
                company=run.company_id.id,
            ),
        )

    def _job_process(self, records, run):
        decisions, facts = self._decide(records, run.company_id, run.date)
        reminders = {
            pid: decision for pid, decision in decisions.items() if isinstance(decision, Reminder)
        }
        if reminders:
            dunning_run = self.env["ar.dunning.run"]._for_job_run(run)
            notices = self._create_notices(dunning_run, facts, reminders, state="ready")
            if not run.dry_run:
                notices._attach_statements()
            self._audit(run.company_id, notices)
        return {
            pid: self._prepare_outcome(run.company_id, decision, facts)
            for pid, decision in decisions.items()
        }

    # === PRIVATE METHODS ===#

    def _prepare_outcome(self, company, decision, facts):
        if not isinstance(decision, Reminder):
            return JobOutcome.left(self._explain(decision, company), kind="skipped")
        return JobOutcome.done(
            self._summarize(company, decision, facts),
            kind="reminded",
            amount=decision.total,
        )

    def _decide(self, partners, company, day):
        """``({partner id: Reminder or NoReminder}, Facts)``."""
        facts = self._collect_facts(partners, company, company.ar_dunning_policy_id)
        decisions = {
            partner_id: decide(customer, facts.rules, day, bank_data_date=facts.bank_date)
            for partner_id, customer in facts.customers.items()
        }
        return decisions, facts

    # --- facts

    def _collect_facts(self, partners, company, policy):
        """What the engine decides on, in a fixed number of queries."""
        partners = partners.with_company(company)
        rows = self.env["ar.open.item"].ar_collect(company, partners)
        bank_lines = self.env["account.bank.statement.line"]
        receipts = bank_lines.ar_get_waiting_receipts(company, partners)
        reached = self._read_reached(partners, policy)
        last = self._read_last_reminded(partners, company)
        currencies = self.env["res.currency"].browse(
            {row.currency_id for items in rows.values() for row in items}
        )
        names = {currency.id: currency.name for currency in currencies}
        customers = {
            partner.id: Customer(
                items=tuple(
                    _open_item(row, reached, names[row.currency_id])
                    for row in rows.get(partner.id, [])
                    if row.residual_company > 0
                ),
                credit=-sum(
                    (
                        row.residual_company
                        for row in rows.get(partner.id, [])
                        if row.residual_company < 0
                    ),
                    Decimal(0),
                ),
                receipts=receipts.get(partner.id, Decimal(0)),
                last_reminded=last.get(partner.id),
                on_hold=partner.ar_dunning_hold,
                hold_until=partner.ar_dunning_hold_until or None,
            )
            for partner in partners
        }
        by_line = {row.line_id: row for items in rows.values() for row in items}
        return Facts(
            policy._get_rules(),
            customers,
            by_line,
            company.ar_get_bank_data_date(),
        )

    def _read_reached(self, partners, policy):
        """``{open item id: how many levels it went through}``."""
        position = {
            level.id: number for number, level in enumerate(policy._sorted_levels(), start=1)
        }
        groups = self.env["ar.dunning.notice.line"]._read_group(
            [
                ("policy_id", "=", policy.id),
                ("is_live", "=", True),
                ("level_id", "!=", False),
                ("notice_id.partner_id", "in", partners.ids),
            ],
            ["move_line_id", "level_id"],
        )
        reached = defaultdict(int)
        for line, level in groups:
            reached[line.id] = max(reached[line.id], position.get(level.id, 0))
        return reached

    def _read_last_reminded(self, partners, company):
        groups = self.env["ar.dunning.notice"]._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", partners.ids),
                ("state", "in", LIVE_STATES),
            ],
            ["partner_id"],
            ["date:max"],
        )
        return {partner.id: day for partner, day in groups}

    # --- reminders

    def _create_notices(self, dunning_run, facts, reminders, *, state):
        """Write the reminders that were decided, with their texts."""
        company = dunning_run.company_id
        levels = company.ar_dunning_policy_id._sorted_levels()
        partners = self.env["res.partner"].browse(reminders).with_company(company)
        notices = self.env["ar.dunning.notice"].create(
            [
                {
                    **self._prepare_notice_vals(dunning_run, partner, reminders[partner.id], facts),
                    "state": state,
                    "line_ids": [
                        Command.create(
                            self._prepare_line_vals(
                                dunning_run, listed, facts.rows[listed.item.id], levels, state
                            )
                        )
                        for listed in reminders[partner.id].items
                    ],
                }
                for partner in partners
            ]
        )
        notices._write_texts()
        return notices

    def _prepare_notice_vals(self, dunning_run, partner, reminder, facts):
        company, contact = dunning_run.company_id, partner.ar_get_dunning_contact()
        levels = company.ar_dunning_policy_id._sorted_levels()
        return {
            "run_id": dunning_run.id,
            "company_id": company.id,
            "policy_id": company.ar_dunning_policy_id.id,
            "partner_id": partner.id,
            "contact_id": contact.id,
            "recipient": contact.email_normalized,
            "lang": contact.lang or partner.lang or company.partner_id.lang or "en_US",
            "date": dunning_run.date,
            "level_id": levels[reminder.number - 1].id,
            "amount": float(reminder.total),
            "credit": float(reminder.credit),
            "amount_by_currency": self._sum_by_currency(reminder, facts),
            "evidence": self._describe_evidence(company, reminder, facts),
        }

    def _prepare_line_vals(self, dunning_run, listed, row, levels, state):
        return {
            "company_id": dunning_run.company_id.id,
            "policy_id": dunning_run.company_id.ar_dunning_policy_id.id,
            "move_line_id": row.line_id,
            "move_id": row.move_id,
            "name": row.name,
            "invoice_date": row.date,
            "due_date": row.due_date,
            "days_overdue": listed.days_overdue,
            "currency_id": row.currency_id,
            "residual": float(row.residual),
            "residual_company": float(row.residual_company),
            "level_id": levels[listed.number - 1].id if listed.is_raised else False,
            "is_live": state in LIVE_STATES,
        }

    # --- words

    def _sum_by_currency(self, reminder, facts):
        sums = defaultdict(Decimal)
        for listed in reminder.items:
            sums[facts.rows[listed.item.id].currency_id] += listed.item.residual
        currencies = self.env["res.currency"].browse(sums)
        return " + ".join(
            format_amount(self.env, float(sums[currency.id]), currency) for currency in currencies
        )

    def _summarize(self, company, reminder, facts):
        level = company.ar_dunning_policy_id._sorted_levels()[reminder.number - 1]
        return self.env._(
            "%(level)s for %(amount)s: %(items)s",
            level=level.name,
            amount=self._sum_by_currency(reminder, facts),
            items=", ".join(listed.item.name for listed in reminder.items if listed.is_raised),
        )

    def _describe_evidence(self, company, reminder, facts):
        levels = company.ar_dunning_policy_id._sorted_levels()
        lines = [self._describe_item(listed, levels) for listed in reminder.items]
        lines.append(self._describe_bank_data(facts.bank_date))
        if reminder.credit:
            lines.append(
                self.env._(
                    "Unapplied credit of %s does not cover the overdue amount.",
                    format_amount(self.env, float(reminder.credit), company.currency_id),
                )
            )
        return "\n".join(lines)

    def _describe_item(self, listed, levels):
        if not listed.is_raised:
            return self.env._(
                "%(item)s: %(days)s days overdue, listed only.",
                item=listed.item.name,
                days=listed.days_overdue,
            )
        level = levels[listed.number - 1]
        return self.env._(
            "%(item)s: %(days)s days overdue, reaches %(level)s (from day %(first_day)s).",
            item=listed.item.name,
            days=listed.days_overdue,
            level=level.name,
            first_day=level.days,
        )

    def _describe_bank_data(self, newest):
        if not newest:
            return self.env._(
                "The company has no bank lines, so there is nothing that could be out of date."
            )
        return self.env._("Newest bank line: %s.", format_date(self.env, newest))

    def _explain(self, decision, company):
        """The reason for not reminding, in a sentence."""
        day = format_date(self.env, decision.day) if decision.day else ""
        amount = format_amount(self.env, float(decision.amount), company.currency_id)
        sentences = {
            "bank_data_stale": self.env._(
                "Bank data is out of date (newest line %s): the customer may have paid.", day
            ),
            "on_hold": self.env._("On hold from dunning until %s.", day)
            if day
            else self.env._("On hold from dunning."),
            "receipt_waiting": self.env._(
                "A payment of %s arrived and waits to be matched.", amount
            ),
            "nothing_due": self.env._("No item reaches a new level."),
            "excluded": self.env._("What is due is excluded from follow-up or blocked."),
            "covered_by_credit": self.env._(
                "Unapplied credit of %s covers the overdue amount.", amount
            ),
            "below_minimum": self.env._("Overdue %s is below the minimum amount.", amount),
            "too_soon": self.env._("Reminded recently; next reminder from %s.", day),
        }
        return sentences[decision.reason]

    def _audit(self, company, notices):
        self.env["ar.audit.event"].ar_append(
            company,
            [
                notice._prepare_event(
                    "decided",
                    self.env._(
                        "%(level)s decided for %(customer)s: %(amount)s overdue.",
                        level=notice.level_id.name,
                        customer=notice.partner_id.display_name,
                        amount=notice.amount_by_currency,
                    ),
                )
                for notice in notices
            ],
        )


def _open_item(row, reached, currency):
    excluded = "no_followup" if row.no_followup else "blocked" if row.blocked else ""
    return OpenItem(
        id=row.line_id,
        name=row.name,
        due_date=row.due_date,
        currency=currency,
        residual=row.residual,
        residual_company=row.residual_company,
        reached=reached.get(row.line_id, 0),
        excluded=excluded,
    )

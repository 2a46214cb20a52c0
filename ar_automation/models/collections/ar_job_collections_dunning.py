from odoo import Command, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.automation.outcome import JobOutcome
from ...engine.dunning.decision import decide
from ...engine.dunning.facts import Reminder
from ...engine.dunning.schedule import find_cutoffs
from .dunning_facts import FactsReader
from .dunning_words import DunningWords


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
        return bool(company.ar_dunning_auto and company.ar_dunning_policy_id)

    def _job_key(self, record, run):
        """A customer that several companies share is decided once a day in each of them."""
        return f"{run.company_id.id}:{record.id}:{run.date}"

    def _job_due_domain(self, run):
        """Customers with an item that is old enough for a level that it did not go through yet.

        Of any policy: which one the customer falls under is decided with the facts.
        """
        self.env["account.move.line"].flush_model()
        self.env["ar.dunning.notice.line"].flush_model()
        self.env["ar.dunning.level"].flush_model(["days"])
        windows = self._find_windows(run.company_id, run.date)
        if not windows:
            return Domain.FALSE
        return Domain(
            "id",
            "in",
            SQL(
                """(SELECT l.partner_id
                      FROM account_move_line l
                      JOIN account_account a
                        ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                      JOIN (VALUES %(windows)s) v (days, earliest, latest)
                        ON COALESCE(l.date_maturity, l.date) BETWEEN v.earliest AND v.latest
                     WHERE l.company_id = %(company)s AND l.parent_state = 'posted'
                       AND l.reconciled IS NOT TRUE
                       AND l.amount_residual > 0 AND l.partner_id IS NOT NULL
                       AND NOT EXISTS (SELECT 1 FROM ar_dunning_notice_line n
                                         JOIN ar_dunning_level w ON w.id = n.level_id
                                        WHERE n.move_line_id = l.id AND n.is_live
                                          AND w.days >= v.days))""",
                windows=SQL(", ").join(windows),
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
            notices = self._create_notices(dunning_run, facts, reminders, simulated=False)
            if not run.dry_run:
                notices._attach_documents()
            self._audit(run.company_id, notices)
        return {
            pid: self._prepare_outcome(run.company_id, pid, decision, facts)
            for pid, decision in decisions.items()
        }

    # === PRIVATE METHODS ===#

    def _find_windows(self, company, day):
        """``(days, earliest, latest due date)`` of the items that reach some level today."""
        windows = set()
        for policy in self.env["ar.dunning.policy"]._find_candidates(company):
            rules = policy._get_rules()
            for level, latest in zip(rules.levels, find_cutoffs(rules, day), strict=True):
                # it is too late to announce a due date that is over
                windows.add((level.days, day if level.is_before_due else day.min, latest))
        return [SQL("(%s, %s::date, %s::date)", *window) for window in sorted(windows)]

    def _prepare_outcome(self, company, partner_id, decision, facts):
        if not isinstance(decision, Reminder):
            return JobOutcome.left(self._explain(decision, company), kind="skipped")
        levels = self.env["ar.dunning.policy"].browse(facts.policies[partner_id])._sorted_levels()
        summary = DunningWords(self.env, company).summarize(decision, levels, facts)
        return JobOutcome.done(summary, kind="reminded", amount=decision.total)

    def _collect_facts(self, partners, company, policy, day):
        """Hook: what the engine decides on, in a fixed number of statements.

        :param ar.dunning.policy policy: taken for every customer; empty for each one's own.
        :return: ``Facts``.
        """
        return FactsReader(self.env, company, day, policy).collect(partners)

    def _explain(self, decision, company):
        """Hook: the reason for not reminding, in a sentence."""
        return DunningWords(self.env, company).explain(decision)

    def _decide(self, partners, company, day):
        """``({partner id: Reminder or NoReminder}, Facts)``."""
        facts = self._collect_facts(partners, company, self.env["ar.dunning.policy"], day)
        decisions = {
            partner_id: decide(
                customer, facts.rules_of(partner_id), day, bank_data_date=facts.bank_date
            )
            for partner_id, customer in facts.customers.items()
        }
        return decisions, facts

    # --- reminders

    def _create_notices(self, dunning_run, facts, reminders, *, simulated):
        """Write the reminders that were decided, with their texts."""
        company = dunning_run.company_id
        partners = self.env["res.partner"].browse(reminders).with_company(company)
        policies = self.env["ar.dunning.policy"].browse(set(facts.policies.values()))
        levels = {policy.id: policy._sorted_levels() for policy in policies}
        prepared = [
            self._prepare_notice_vals(
                dunning_run,
                partner,
                reminders[partner.id],
                facts,
                levels[facts.policies[partner.id]],
            )
            for partner in partners
        ]
        if simulated:
            prepared = [_never_counting(vals) for vals in prepared]
        notices = self.env["ar.dunning.notice"].create(prepared)
        notices._write_texts()
        return notices

    def _prepare_notice_vals(self, dunning_run, partner, reminder, facts, levels):
        company, contact = dunning_run.company_id, partner.ar_get_dunning_contact()
        level = levels[reminder.number - 1]
        words = DunningWords(self.env, company)
        return {
            "run_id": dunning_run.id,
            "company_id": company.id,
            "policy_id": level.policy_id.id,
            "partner_id": partner.id,
            "contact_id": contact.id,
            "channel": level.channel,
            "recipient": level._find_address(contact, level.channel),
            "timezone": contact.tz or partner.tz or company.partner_id.tz,
            "lang": contact.lang or partner.lang or company.partner_id.lang or "en_US",
            "date": dunning_run.date,
            "level_id": level.id,
            "state": "to_approve" if level.needs_approval else "ready",
            "amount": float(reminder.total),
            "credit": float(reminder.credit),
            "amount_by_currency": words.sum_by_currency(reminder, facts),
            "evidence": words.describe_evidence(reminder, levels, facts),
            "line_ids": [
                Command.create(
                    self._prepare_line_vals(company, listed, facts.rows[listed.item.id], levels)
                )
                for listed in reminder.items
            ],
        }

    def _prepare_line_vals(self, company, listed, row, levels):
        return {
            "company_id": company.id,
            "policy_id": levels.policy_id.id,
            "move_line_id": row.line_id,
            "move_id": row.move_id,
            "name": row.name,
            "invoice_date": row.date,
            "due_date": row.due_date,
            "days_overdue": listed.days_overdue,
            "currency_id": row.currency_id,
            "residual": float(listed.item.residual),
            "residual_company": float(listed.item.residual_company),
            "level_id": levels[listed.number - 1].id if listed.is_raised else False,
            "is_live": True,
        }

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


def _never_counting(vals):
    """The same reminder as a preview: it uses up no level."""
    lines = [Command.create({**line, "is_live": False}) for _code, _id, line in vals["line_ids"]]
    return {**vals, "state": "simulated", "line_ids": lines}

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.automation.outcome import JobOutcome
from ...engine.dunning.decision import decide
from ...engine.dunning.facts import Reminder
from ...engine.dunning.schedule import find_cutoffs
from .dunning_facts import FactsReader
from .dunning_words import DunningWords
from .dunning_writer import NoticeWriter


class ArJobCollectionsDunning(models.AbstractModel):
    """Decides whom to remind of what, and writes the reminders."""

    _name = "ar.job.collections.dunning"
    _description = "Job: write reminders"
    _inherit = "ar.job"

    _job_model = "res.partner"
    # nothing is rendered while the batch is locked: 500 customers take about a second
    _job_batch_size = 500

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
        outcomes = {
            pid: JobOutcome.left(self._explain(decision, run.company_id), kind="skipped")
            for pid, decision in decisions.items()
            if pid not in reminders
        }
        if not reminders:
            return outcomes
        writer = NoticeWriter(self.env["ar.dunning.run"]._for_job_run(run), facts)
        writer.store(reminders)
        return outcomes | {
            pid: JobOutcome.done(
                writer.summarize(pid, reminder), kind="reminded", amount=reminder.total
            )
            for pid, reminder in reminders.items()
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

from datetime import timedelta, timezone
from decimal import Decimal

from odoo import fields, models
from odoo.fields import Domain

from ...engine.automation.outcome import JobOutcome
from ...engine.dunning.decision import find_stop
from ...exceptions import ArError
from .ar_dunning_notice_texts import LEFT_STATES
from .reminder_bundle import ReminderBundle


class ArJobCollectionsDelivery(models.AbstractModel):
    """Sends the reminders that are ready, each after one last look."""

    _name = "ar.job.collections.delivery"
    _description = "Job: send reminders"
    _inherit = "ar.job"

    _job_model = "ar.dunning.notice"
    _job_has_effect = True
    # documents of so many are made at once; a killed worker loses no more than these
    _job_effect_batch_size = 24

    def _job_is_enabled(self, company):
        return company.ar_dunning_auto

    def _job_due_domain(self, run):
        # failed ones wait in the inbox, and are looked at again when they leave it
        due = Domain("company_id", "=", run.company_id.id) & Domain(
            "state", "in", ("ready", "failed")
        )
        return due & ~Domain.OR(self._find_waiting(due, run))

    def _job_key(self, record, run):
        """A reminder is sent once, on whatever day; once more after its mail came back."""
        return f"{record.id}:{record.bounce_count}" if record.bounce_count else str(record.id)

    def _job_guard_batch(self, records, run):
        """Stop what was overtaken since the decision: paid, held, bank data gone stale."""
        reasons = self._find_reasons_to_cancel(records, run)
        outcomes = {}
        for notice in records:
            if reason := reasons.get(notice.id):
                notice.ar_cancel(reason)
                outcomes[notice.id] = JobOutcome.left(reason, kind="cancelled")
            elif outcome := self._check_address(notice, run) or self._write_texts(notice, run):
                outcomes[notice.id] = outcome
        return outcomes

    def _job_prepare_batch(self, records, run):
        records._attach_documents()
        records._prepare_mails()

    def _job_release(self, records):
        records.mail_id.ar_discard()

    def _job_bundle_effects(self, records, run):
        return ReminderBundle(self, run, records)

    def _job_note_outcome(self, record, state, message):
        # one that was cancelled between claim and sending keeps its state
        if state == "unknown" and record.state in ("ready", "failed"):
            record._update_state({"ready", "failed"}, "unknown", message)
        elif state in ("done", "not_done") and record.state == "unknown":
            record._update_state({"unknown"}, "sent" if state == "done" else "ready", message)
        record._settle_mail(state)

    # === PRIVATE METHODS ===#

    def _find_waiting(self, due, run):
        """Domains of the reminders that are left alone at this hour: they wait, and keep."""
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        groups = self.env["ar.dunning.notice"]._read_group(due, ["policy_id", "timezone"])
        return [
            Domain("policy_id", "=", policy.id) & Domain("timezone", "=", zone)
            for policy, zone in groups
            if policy._is_at_rest(now, zone or "UTC", run.date)
        ]

    def _find_reasons_to_cancel(self, notices, run):
        """``{reminder id: sentence}`` of those that must not leave any more."""
        company, dunning = run.company_id, self.env["ar.job.collections.dunning"]
        reasons = self._find_other_reminders(notices)
        for policy, group in notices.grouped("policy_id").items():
            facts = dunning._collect_facts(group.partner_id, company, policy, run.date)
            for notice in group:
                customer = facts.customers[notice.partner_id.id]
                stop = find_stop(
                    customer, facts.rules[policy.id], run.date, bank_data_date=facts.bank_date
                )
                reason = (
                    dunning._explain(stop, company)
                    if stop
                    else self._find_change(notice, customer, run.date)
                )
                if reason:
                    reasons[notice.id] = reason
        return reasons

    def _find_other_reminders(self, notices):
        """A sentence where another reminder got ahead, as when two customers became one."""
        waits = {
            notice: notice.date - timedelta(days=max(notice.policy_id.days_between, 1))
            for notice in notices
        }
        left = self.env["ar.dunning.notice"].search(
            [
                ("company_id", "in", notices.company_id.ids),
                ("partner_id", "in", notices.partner_id.ids),
                ("state", "in", LEFT_STATES),
                ("date", ">", min(waits.values())),
            ]
        )
        by_customer = left.grouped(lambda other: (other.company_id, other.partner_id))
        reasons = {}
        for notice, since in waits.items():
            others = by_customer.get((notice.company_id, notice.partner_id), left.browse())
            other = (others - notice).filtered(lambda other, since=since: other.date > since)[:1]
            if other:
                reasons[notice.id] = self.env._(
                    "The customer was reminded meanwhile (%s); the next run decides anew.",
                    other.display_name,
                )
        return reasons

    def _find_change(self, notice, customer, day):
        """Hook: what became of the listed items since the decision, in a sentence, else empty."""
        open_items = {item.id: item for item in customer.items if not item.excluded}
        settled = [line.name for line in notice.line_ids if line.move_line_id.id not in open_items]
        if settled:
            return self.env._("Paid or taken out of dunning meanwhile: %s.", ", ".join(settled))
        listed = [(line, open_items[line.move_line_id.id]) for line in notice.line_ids]
        if any(
            line.currency_id.compare_amounts(line.residual, float(item.residual))
            for line, item in listed
        ):
            return self.env._(
                "Partly paid or disputed meanwhile; the next run reminds of what is left."
            )
        if any(line.due_date != item.due_date for line, item in listed):
            return self.env._("A due date was moved meanwhile; the next run decides anew.")
        if customer.credit >= sum((item.residual_company for _line, item in listed), Decimal(0)):
            return self.env._("Unapplied credit covers the overdue amount meanwhile.")
        return ""

    def _check_address(self, notice, run):
        """Take the address of today.

        :return: an outcome when there is none, or when mails to it come back; else None.
        """
        recipient = notice._find_recipient()
        if not recipient and notice.channel != "call":
            return self._fail(notice, run)
        if notice.bounced_address and recipient == notice.bounced_address:
            return notice._report_bounce()
        if recipient != notice.recipient:
            notice.recipient = recipient
        return None

    def _write_texts(self, notice, run):
        """Keep the words in which it leaves; one row in the inbox for all that a template spoils.

        :return: an outcome when the template is broken, else None.
        """
        inbox, level = self.env["ar.exception"], notice.level_id
        try:
            notice._write_texts()
        except ArError as error:
            notice._update_state({"ready", "failed"}, "failed", error.message)
            inbox.ar_report(
                run.company_id,
                level,
                error.code,
                error.message,
                job=run.job_id,
                hint=error.hint,
                run_id=run.id,
            )
            return JobOutcome("failed", error.message, "failed")
        if notice.state == "failed":
            inbox.ar_resolve_for(level, job=run.job_id, company=run.company_id)
        return None

    def _fail(self, notice, run):
        missing = {
            "email": self.env._("e-mail address"),
            "letter": self.env._("postal address with a city"),
            "sms": self.env._("phone number"),
        }
        message = self.env._(
            "%(customer)s has no %(missing)s to send the reminder to.",
            customer=notice.partner_id.display_name,
            missing=missing[notice.channel],
        )
        notice._update_state({"ready", "failed"}, "failed", message)
        self.env["ar.exception"].ar_report(
            run.company_id,
            notice,
            "dunning.no_address",
            message,
            job=run.job_id,
            hint=self.env._(
                "Enter an address on the customer or its dunning contact, then "
                "choose Try again; or cancel the reminder."
            ),
            next_attempt_at=fields.Datetime.now() + timedelta(days=1),
            run_id=run.id,
        )
        return JobOutcome("failed", message, "failed")

from datetime import timedelta, timezone
from decimal import Decimal

from odoo import fields, models
from odoo.fields import Domain
from psycopg2 import OperationalError

from ...engine.automation.outcome import JobOutcome
from ...engine.dunning.decision import find_stop
from ...exceptions import ArError
from .ar_dunning_notice_texts import LEFT_STATES


class ArJobCollectionsDelivery(models.AbstractModel):
    """Sends the reminders that are ready, each after one last look."""

    _name = "ar.job.collections.delivery"
    _description = "Job: send reminders"
    _inherit = "ar.job"

    _job_model = "ar.dunning.notice"
    _job_has_effect = True

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

    def _job_guard(self, record, run):
        """Stop what was overtaken since the decision: paid, held, bank data gone stale."""
        reason = self._find_reason_to_cancel(record, run)
        if reason:
            record.ar_cancel(reason)
            return JobOutcome.left(reason, kind="cancelled")
        recipient = record._find_recipient()
        if not recipient and record.channel != "call":
            return self._fail(record, run)
        if record.bounced_address and recipient == record.bounced_address:
            return record._report_bounce()
        if recipient != record.recipient:
            record.recipient = recipient
        return self._write_texts(record, run)

    def _job_prepare(self, record, run):
        record._attach_documents()

    def _job_effect(self, record, run):
        try:
            record._note_sent()
            self.env.flush_all()
        except Exception as error:  # pylint: disable=broad-except
            # Whatever failed, it failed before the mail server was called: nothing left.
            raise ArError(
                "dunning.not_prepared",
                self.env._("The reminder could not be prepared: %s", error),
                retryable=isinstance(error, OperationalError),
                not_done=True,
            ) from error
        record._hand_over()
        return JobOutcome.done(
            self.env._(
                "%(level)s to %(address)s", level=record.level_id.name, address=record.recipient
            ),
            kind="sent",
            amount=Decimal(str(record.amount)),
        )

    def _job_note_outcome(self, record, state, message):
        # one that was cancelled between claim and sending keeps its state
        if state == "unknown" and record.state in ("ready", "failed"):
            record._update_state({"ready", "failed"}, "unknown", message)
        elif state in ("done", "not_done") and record.state == "unknown":
            record._update_state({"unknown"}, "sent" if state == "done" else "ready", message)

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

    def _find_reason_to_cancel(self, notice, run):
        """A sentence when the reminder must not leave any more, else an empty one."""
        company, dunning = run.company_id, self.env["ar.job.collections.dunning"]
        facts = dunning._collect_facts(notice.partner_id, company, notice.policy_id, run.date)
        customer = facts.customers[notice.partner_id.id]
        rules = facts.rules[notice.policy_id.id]
        stop = find_stop(customer, rules, run.date, bank_data_date=facts.bank_date)
        if stop:
            return dunning._explain(stop, company)
        return self._find_change(notice, customer, run.date) or self._find_other_reminder(notice)

    def _find_other_reminder(self, notice):
        """A sentence when another reminder got ahead, as when two customers became one."""
        between = timedelta(days=max(notice.policy_id.days_between, 1))
        other = self.env["ar.dunning.notice"].search(
            [
                ("company_id", "=", notice.company_id.id),
                ("partner_id", "=", notice.partner_id.id),
                ("id", "!=", notice.id),
                ("state", "in", LEFT_STATES),
                ("date", ">", notice.date - between),
            ],
            limit=1,
        )
        if not other:
            return ""
        return self.env._(
            "The customer was reminded meanwhile (%s); the next run decides anew.",
            other.display_name,
        )

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

"""Lets reminders leave that were made ready together, each after one more look."""

from datetime import timedelta

from odoo.tools import SQL

from ...engine.automation.outcome import JobOutcome
from ..automation.effect_bundle import EffectBundle
from ..automation.postman import Postman
from ..automation.preparing import preparing

# What was looked at longer ago is looked at again, as when documents or a mail server take time.
FRESH = timedelta(seconds=2)


class ReminderBundle(EffectBundle):
    """What the sending of several reminders shares: the mail server, and what they rest on.

    :param notices: reminders that were found fit to leave in the current transaction.
    """

    def __init__(self, job, run, notices):
        super().__init__(job, run)
        self.env = job.env
        self.waiting = notices
        self.looked_at = self.env.cr.now()
        self.reasons, self.moved = {}, set()
        self.items = self._read_items(notices)
        self.departures = {notice.id: notice._prepare_departure() for notice in notices}
        self.postman = Postman(notices.mail_id)
        self.postman.write_ahead(notices.mail_id)
        firsts = {notice.partner_id.id: notice.id for notice in reversed(notices)}
        # a second one to the same customer depends on whether the first one left
        self.seconds = set(notices.ids) - set(firsts.values())

    def __exit__(self, *error):
        """Hang up."""
        self.postman.__exit__(*error)

    def carry_out(self, record):
        """Let one reminder leave, if nothing has overtaken it."""
        if record.state not in ("ready", "failed"):
            return JobOutcome.left(self.env._("Called off just before it left."))
        if reason := self._look_again(record):
            record.ar_cancel(reason)
            return JobOutcome.left(reason, kind="cancelled")
        if record.id in self.moved:
            record.mail_id.ar_discard()
            return JobOutcome.left(
                self.env._("The address was changed meanwhile; it leaves with the next turn.")
            )
        departure = self.departures[record.id]
        with preparing(
            self.env,
            "dunning.not_prepared",
            lambda error: self.env._("The reminder could not be prepared: %s", error),
        ):
            record._note_sent(departure)
        record._hand_over(self.postman)
        return departure.outcome

    # --- private

    def _look_again(self, notice):
        """A sentence when it must not leave any more.

        Where sending takes its time, all that still wait are looked at together now and then.
        """
        self.waiting -= notice
        if self.env.cr.now() - self.looked_at > FRESH:
            self._look_at(notice | self.waiting)
        elif notice.id in self.seconds or not self._is_as_it_was(notice):
            self.reasons |= self.job._find_reasons_to_cancel(notice, self.run)
        return self.reasons.get(notice.id, "")

    def _look_at(self, notices):
        self.looked_at = self.env.cr.now()
        self.items = self._read_items(notices)
        self.reasons = self.job._find_reasons_to_cancel(notices, self.run)
        self.moved = {
            notice.id
            for notice in notices
            if notice.channel != "call" and notice._find_recipient() != notice.recipient
        }

    def _is_as_it_was(self, notice):
        return self._read_items(notice).get(notice.id) == self.items.get(notice.id)

    def _read_items(self, notices):
        """What the listed items owe, by reminder; the reminder is fit while it stays the same."""
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT n.notice_id,
                          array_agg(ROW(l.id, l.partner_id, l.parent_state, l.date_maturity,
                                        l.amount_residual_currency, l.no_followup)::text
                                    ORDER BY n.id)
                     FROM ar_dunning_notice_line n
                     JOIN account_move_line l ON l.id = n.move_line_id
                    WHERE n.notice_id IN %s
                 GROUP BY n.notice_id""",
                tuple(notices.ids) or (0,),
            )
        )
        return dict(rows)

from collections import Counter

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .ar_writeoff_request import SUPERVISOR
from .writeoff_entry import Booking, prepare_item_lines, prepare_recovery_lines


class ArWriteoffRequest(models.Model):
    """How write-offs get into the books, out of them again, and back as recoveries."""

    _inherit = "ar.writeoff.request"

    # === ACTION METHODS ===#

    def action_undo(self):
        """Undo the write-off: its entry is reversed, the items are open again."""
        self.ar_undo()

    def action_recover(self):
        """Ask which payment came after all."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recovery"),
            "res_model": "ar.writeoff.recover",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def action_open_entries(self):
        """Open the entries of the request."""
        self.ensure_one()
        moves = self.move_id | self.reversal_id | self.recovery_move_ids
        return moves._get_records_action(name=self.env._("Entries"))

    # === BUSINESS METHODS ===#

    @api.private
    def ar_undo(self):
        """Reverse the entries of write-offs; their items are open again.

        The reversal is dated today, so that a closed period stays as it was reported.

        :raises UserError: for what is not booked, or was recovered in part.
        :raises AccessError: unless a supervisor does it.
        """
        self._check_supervisor(self.env._("Only a receivables supervisor undoes write-offs."))
        self._check_state({"booked"}, "undone")
        recovered = self.filtered("recovered_amount")
        if recovered:
            raise UserError(
                self.env._(
                    "Money came in for %s already. Reset its recovery to draft first.",
                    ", ".join(recovered.mapped("name")),
                )
            )
        for request in self.sudo():
            day = max(fields.Date.context_today(self), request.move_id.date)
            request._check_period(day)
            request.reversal_id = request.move_id._reverse_moves(
                [{"date": day, "ref": self.env._("Undone: %s", request.name)}], cancel=True
            )
        self.sudo()._update_state("undone", self.env.user)

    @api.private
    def ar_recover(self, credit, amount=None, date=None):
        """Book money that came after all as a recovery, with the tax that is due again.

        :param account.move.line credit: the customer's open credit, such as an unmatched payment.
        :param float amount: in company currency; as much as fits if not given.
        :param datetime.date date: of the entry, today if not given.
        :return: the posted ``account.move``, reconciled with the credit.
        :raises UserError: if the credit is another customer's or used, or holds less, or more is
            recovered than was written off.
        :raises AccessError: unless a supervisor does it.
        """
        self.ensure_one()
        self._check_supervisor(self.env._("Only a receivables supervisor books recoveries."))
        if self.state != "booked":
            raise UserError(self.env._("%s is not written off.", self.display_name))
        credit.check_access("read")
        request, credit = self.sudo(), credit.sudo()
        amount = request._limit_recovery(credit, amount)
        day = date or fields.Date.context_today(self)
        request._check_period(day)
        policy = self.env["ar.writeoff.policy"].ar_get_policy(request.company_id).sudo()
        account = policy.recovery_account_id or policy._get_loss_account(request.reason_id)
        move = (
            self.env["account.move"]
            .sudo()
            .create(
                {
                    **request._prepare_entry_head(policy, day),
                    "ar_writeoff_id": request.id,
                    "line_ids": [
                        Command.create(vals)
                        for vals in prepare_recovery_lines(request, credit, amount, account)
                    ],
                }
            )
        )
        move._post(soft=False)
        used = move.line_ids.filtered(lambda line: line.account_id == credit.account_id)
        (used + credit).reconcile()
        request._audit("recovered")
        return move.with_env(self.env)

    # === PRIVATE METHODS ===#

    def _check_supervisor(self, sentence):
        if not (self.env.su or self.env.user.has_group(SUPERVISOR)):
            raise AccessError(sentence)
        self.check_access("read")

    def _limit_recovery(self, credit, amount):
        """The amount to recover, in company currency; see :meth:`ar_recover`."""
        open_credit = -credit.amount_residual
        left = self.amount - self.recovered_amount
        amount = min(open_credit, left) if amount is None else amount
        is_wrong = (
            len(credit) != 1
            or credit.account_type != "asset_receivable"
            or credit.company_id != self.company_id
            or credit.partner_id.commercial_partner_id != self.partner_id
        )
        if is_wrong or self.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(
                self.env._(
                    "Choose an open credit of %s that the recovery is paid from.",
                    self.partner_id.display_name,
                )
            )
        if self.currency_id.compare_amounts(amount, min(open_credit, left)) > 0:
            raise UserError(
                self.env._(
                    "At most %(most)s can be recovered: %(credit)s of the payment is open, and "
                    "%(left)s of %(request)s was not recovered yet.",
                    most=self.currency_id.format(min(open_credit, left)),
                    credit=self.currency_id.format(open_credit),
                    left=self.currency_id.format(left),
                    request=self.name,
                )
            )
        return amount

    def _check_period(self, day):
        """Closed periods stay closed.

        :raises UserError: when ``day`` lies in one.
        """
        self.ensure_one()
        policy = self.env["ar.writeoff.policy"].ar_get_policy(self.company_id).sudo()
        locks = self.company_id._get_violated_lock_dates(
            day, self.is_tax_relief, policy._get_journal()
        )
        if locks:
            raise UserError(
                self.env._(
                    "%(request)s cannot be booked on %(day)s: the period is closed by %(locks)s. "
                    "Reject it and ask with a later date.",
                    request=self.name,
                    day=format_date(self.env, day),
                    locks=self.company_id._format_lock_dates(locks),
                )
            )

    def _book(self):
        """Create, post and reconcile the entries; one plan for all items."""
        for request in self:
            request._check_period(request.date)
        moves = self.env["account.move"].create([request._prepare_entry_vals() for request in self])
        moves._post(soft=False)
        plan = []
        for request, move in zip(self, moves, strict=True):
            request.move_id = move
            items = request.line_ids.move_line_id
            closing = move.line_ids.sorted("id").filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            plan += [item + credit for item, credit in zip(items, closing, strict=True)]
        self.env["account.move.line"]._reconcile_plan(plan)

    def _prepare_entry_vals(self):
        policy = self.env["ar.writeoff.policy"].ar_get_policy(self.company_id).sudo()
        booking = Booking(policy._get_loss_account(self.reason_id), self.is_tax_relief)
        return {
            **self._prepare_entry_head(policy, self.date),
            "line_ids": [
                Command.create(vals)
                for line in self.line_ids
                for vals in prepare_item_lines(line.move_line_id, booking)
            ],
        }

    def _prepare_entry_head(self, policy, day):
        return {
            "move_type": "entry",
            "company_id": self.company_id.id,
            "journal_id": policy._get_journal().id,
            "date": day,
            "ref": f"{self.name}: {self.reason_id.name}",
            "partner_id": self.partner_id.id,
        }

    @api.model
    def _collect_evidence(self, items):
        """What was done for each item before it was given up, a sentence each."""
        notices = (
            self.env["ar.dunning.notice.line"]
            .sudo()
            ._read_group(
                [("move_line_id", "in", items.ids), ("notice_id.state", "=", "sent")],
                ["move_line_id"],
                ["__count", "notice_id:recordset"],
            )
        )
        sent = {item.id: (count, max(found.mapped("date"))) for item, count, found in notices}
        logs = self.env["ar.contact.log"].sudo().search([("move_ids", "in", items.move_id.ids)])
        contacts = Counter(move.id for log in logs for move in log.move_ids)
        return "\n".join(self._describe_item(item, sent, contacts) for item in items)

    @api.model
    def _describe_item(self, item, sent, contacts):
        count, last = sent.get(item.id, (0, None))
        parts = [
            self.env._(
                "%(invoice)s, due %(due)s: %(open)s open of %(total)s.",
                invoice=item.move_id.name,
                due=format_date(self.env, item.date_maturity or item.date),
                open=item.currency_id.format(item.amount_residual_currency),
                total=item.currency_id.format(item.amount_currency),
            ),
            self.env._(
                "Reminders: %(count)s, the last on %(last)s.",
                count=count,
                last=format_date(self.env, last),
            )
            if count
            else self.env._("No reminder was sent."),
            self.env._("Contacts about it: %s.", contacts[item.move_id.id]),
        ]
        return " ".join(parts)

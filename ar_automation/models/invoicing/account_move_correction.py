from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

CORRECTION_REASONS = [
    ("price", "Wrong price"),
    ("quantity", "Wrong quantity"),
    ("customer", "Wrong customer or address"),
    ("tax", "Wrong tax"),
    ("reference", "Wrong reference"),
    ("returned", "Goods returned"),
    ("goodwill", "Goodwill"),
    ("agreed", "Agreed with the customer"),
    ("other", "Other"),
]


class AccountMove(models.Model):
    """Corrections of posted invoices: what replaces what, why, and what moves along."""

    _inherit = "account.move"

    ar_replaces_id = fields.Many2one(
        "account.move",
        "Replaces",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
        help="Credited invoice in whose place this one stands.",
    )
    ar_replaced_by_ids = fields.One2many(
        "account.move", "ar_replaces_id", "Replaced by", readonly=True
    )
    ar_correction_reason = fields.Selection(
        CORRECTION_REASONS,
        "Correction",
        copy=False,
        readonly=True,
        help="Why this invoice was corrected, or corrects another.",
    )
    ar_carried = fields.Json(
        copy=False,
        readonly=True,
        help="Payments that were applied to the replaced invoice, and how much of each.",
    )

    # === BUSINESS METHODS ===#

    @api.private
    def ar_rebill(self, date, code, reason):
        """Credit a posted invoice in full and draft its replacement.

        The credit note is reconciled with the invoice. Payments that were applied to it become
        open, and are applied to the replacement when that is posted; so is its reminder level.
        To undo: delete the draft, reset the credit note to draft.

        :param datetime.date date: date of the credit note and of the replacement.
        :param str code: one of ``CORRECTION_REASONS``.
        :return: ``(credit note, replacement)``.
        """
        self.ensure_one()
        carried, before = self._ar_applied_payments(), self.reversal_move_ids
        reversal = self.env["account.move.reversal"].create(
            {
                "move_ids": self.ids,
                "date": date,
                "reason": reason,
                "journal_id": self.journal_id.id,
                "company_id": self.company_id.id,
            }
        )
        reversal.modify_moves()
        note, replacement = self.reversal_move_ids - before, reversal.new_move_ids
        (self | note | replacement).ar_correction_reason = code
        replacement.write(
            {
                "ar_replaces_id": self.id,
                "ar_carried": carried,
                "ar_plan_id": self.ar_plan_id.id,
                "invoice_date": date,
                "ref": self.ref,
            }
        )
        note._ar_follow(self)
        # sudo: periods are written by the app alone
        periods = self.env["ar.invoice.period"].sudo().search([("move_id", "=", self.id)])
        periods.move_id = replacement
        return note, replacement

    @api.private
    def ar_credit_part(self, date, code, reason, quantities):
        """Credit some lines of a posted invoice, and settle the credit note with what is open.

        :param dict quantities: ``{invoice line id: (quantity, unit price)}`` to give back.
        :return: the posted credit note.
        :raises UserError: when it and earlier ones give back more than was invoiced.
        """
        self.ensure_one()
        vals = {"date": date, "invoice_date": date, "ref": f"{self.name}, {reason}"}
        note = self._reverse_moves([vals | {"invoice_payment_term_id": False}])
        originals = self.invoice_line_ids
        for original, line in zip(originals, note.invoice_line_ids, strict=True):
            if original.id in quantities:
                quantity, price = quantities[original.id]
                line.write({"quantity": quantity, "price_unit": price})
        keep = [original.id in quantities for original in originals]
        lines = note.invoice_line_ids
        lines.browse(line.id for line, kept in zip(lines, keep, strict=True) if not kept).unlink()
        self._ar_refuse_too_much(note)
        (self | note).ar_correction_reason = code
        note._post(soft=False)
        (self._ar_receivables() | note._ar_receivables()).filtered(
            lambda line: not line.reconciled
        ).reconcile()
        note._ar_follow(self)
        return note

    @api.private
    def ar_defer(self, due_date):
        """Move what is open of an invoice, so that the last of it is due on ``due_date``.

        Neither taxes nor accounts change, so it is allowed in locked periods.
        """
        self.ensure_one()
        items = self._ar_receivables().filtered(lambda line: not line.reconciled)
        shift = due_date - max(items.mapped("date_maturity"))
        for item in items:
            item.date_maturity += shift
        # the due date follows its items; core would build the items anew from the terms
        self.with_context(skip_invoice_sync=True).invoice_date_due = due_date

    def _post(self, soft=True):  # noqa: FBT002 - core's signature
        # EXTENDS 'account': what belonged to the replaced invoice belongs to this one now
        posted = super()._post(soft=soft)
        for move in posted.filtered("ar_carried"):
            move._ar_apply_carried()
        for move in posted.filtered("ar_replaces_id"):
            move._ar_carry_reminders()
            move._ar_follow(move.ar_replaces_id)
        return posted

    # === PRIVATE METHODS ===#

    def _ar_follow(self, original):
        """Queue what corrects an invoice that left or is to leave: its reader needs both."""
        if original.ar_delivery_state not in (False, "not_needed"):
            self.ar_queue_for_sending()

    def _ar_refuse_too_much(self, note):
        earlier = (self.reversal_move_ids - note).filtered(lambda move: move.state == "posted")
        given = sum(earlier.mapped("amount_total"))
        if self.currency_id.compare_amounts(given + note.amount_total, self.amount_total) > 0:
            raise UserError(
                self.env._(
                    "%(given)s of %(invoice)s was credited before; with %(now)s more it would be "
                    "more than was invoiced (%(total)s). Credit less.",
                    invoice=self.name,
                    given=self.currency_id.format(given),
                    now=self.currency_id.format(note.amount_total),
                    total=self.currency_id.format(self.amount_total),
                )
            )

    def _ar_receivables(self):
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))

    def _ar_applied_payments(self):
        """``[[journal item, amount in its currency]]`` applied to this invoice."""
        exchange = self.company_id.currency_exchange_journal_id
        applied = defaultdict(float)
        for partial in self._ar_receivables().matched_credit_ids:
            if partial.credit_move_id.journal_id != exchange:
                applied[partial.credit_move_id] += partial.credit_amount_currency
        return [[line.id, line.currency_id.round(paid)] for line, paid in applied.items()]

    def _ar_apply_carried(self):
        """Apply the payments of the replaced invoice, each with exactly what it had paid.

        A payment with more left than that was split on purpose, or used otherwise since; it
        stays open, and the invoice's history says so.
        """
        amounts, self.ar_carried = dict(self.ar_carried), False
        known = self.env["account.move.line"].browse(amounts).exists()
        for line in known:
            left = line.currency_id.compare_amounts(
                abs(line.amount_residual_currency), amounts[line.id]
            )
            items = self._ar_receivables().filtered(lambda item: not item.reconciled)
            if left == 0 and items:
                (items | line).reconcile()
            else:
                self._message_log(
                    body=self.env._(
                        "%(payment)s had paid the replaced invoice; what is open of it is not "
                        "that amount, so it was not applied by itself.",
                        payment=line.move_id.display_name,
                    )
                )

    def _ar_carry_reminders(self):
        """Let reminders of the replaced invoice count for this one, item by item."""
        # sudo: reminders are kept by the app; who posts may be no collector
        lines = self.env["ar.dunning.notice.line"].sudo()
        old, new = self.ar_replaces_id._ar_receivables(), self._ar_receivables()
        reminded = lines.search([("move_line_id", "in", old.ids), ("is_live", "=", True)])
        taken = set()
        for line in reminded:
            target = new[min(old.ids.index(line.move_line_id.id), len(new) - 1)]
            key = (line.policy_id, target, line.level_id)
            if key not in taken:
                line.write({"move_line_id": target.id, "move_id": self.id})
                taken.add(key)

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...models.invoicing.account_move_correction import CORRECTION_REASONS


class ArInvoiceCorrect(models.TransientModel):
    """Corrects a posted invoice in one step, with a reason and links both ways."""

    _name = "ar.invoice.correct"
    _description = "Correct an invoice"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True)
    currency_id = fields.Many2one(related="move_id.currency_id")
    kind = fields.Selection(
        [
            ("rebill", "Credit it and bill anew"),
            ("credit", "Credit a part of it"),
            ("terms", "Change due date or reference"),
        ],
        "How",
        required=True,
        default="rebill",
        help="Billing anew credits the whole invoice and drafts its replacement; payments and "
        "reminders move to the replacement when it is posted.",
    )
    code = fields.Selection(
        CORRECTION_REASONS, "Why", required=True, default="other", help="Kept for statistics."
    )
    reason = fields.Char(
        "In words", required=True, help="Printed on the credit note, and kept in the history."
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Date of the credit note and of the replacement.",
    )
    post = fields.Boolean(
        "Post the replacement",
        help="Post it at once, unchanged. Otherwise it opens as a draft to be edited.",
    )
    line_ids = fields.One2many("ar.invoice.correct.line", "correct_id", "Lines")
    due_date = fields.Date(
        help="New date on which the last open item is due; earlier instalments move along."
    )
    reference = fields.Char("Customer reference", help="The customer's order number.")

    @api.model
    def default_get(self, fields):
        """Begin with the invoice as it is, and nothing to credit."""
        values = super().default_get(fields)
        move = self.env["account.move"].browse(values.get("move_id"))
        lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        return values | {
            "due_date": move.invoice_date_due,
            "reference": move.ref,
            "line_ids": [
                Command.create({"line_id": line.id, "price_unit": line.price_unit})
                for line in lines
            ],
        }

    # === ACTION METHODS ===#

    def action_correct(self):
        """Do it, note why on the invoice, and open what came of it, if that is another document."""
        self.ensure_one()
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only users with invoicing rights correct invoices."))
        move = self.move_id
        if move.state != "posted" or move.move_type != "out_invoice":
            raise UserError(
                self.env._("Only posted customer invoices are corrected; %s is not one.", move.name)
            )
        move.lock_for_update()
        if move.payment_state == "reversed" and self.kind != "terms":
            raise UserError(self.env._("%s was credited in full already.", move.name))
        result = {"rebill": self._rebill, "credit": self._credit, "terms": self._change}[
            self.kind
        ]()
        move._message_log(
            body=self.env._(
                "Corrected (%(code)s): %(reason)s %(result)s",
                code=dict(self._fields["code"]._description_selection(self.env))[self.code],
                reason=self.reason,
                result=", ".join((result - move).mapped("display_name")),
            )
        )
        if result == move:
            return {"type": "ir.actions.act_window_close"}
        return result[-1:]._get_records_action()

    # === PRIVATE METHODS ===#

    def _rebill(self):
        note, replacement = self.move_id.ar_rebill(self.date, self.code, self.reason)
        if self.post:
            replacement.action_post()
        return note + replacement

    def _credit(self):
        chosen = self.line_ids.filtered("quantity")
        if not chosen:
            raise UserError(self.env._("Enter how much of which line is to be credited."))
        for line in chosen:
            line._check_amount()
        quantities = {line.line_id.id: (line.quantity, line.price_unit) for line in chosen}
        return self.move_id.ar_credit_part(self.date, self.code, self.reason, quantities)

    def _change(self):
        move = self.move_id
        if (self.reference or "") != (move.ref or ""):
            if move.inalterable_hash:
                raise UserError(
                    self.env._(
                        "%s is secured by a hash: what is printed on it stays. Credit it and bill "
                        "anew to change the reference.",
                        move.name,
                    )
                )
            move.ref = self.reference
        if self.due_date and self.due_date != move.invoice_date_due:
            if move.payment_state in ("paid", "reversed", "in_payment"):
                raise UserError(self.env._("Nothing of %s is open that could be due.", move.name))
            before = move.invoice_date_due
            move.ar_defer(self.due_date)
            move._message_log(
                body=self.env._(
                    "Due on %(new)s instead of %(old)s.",
                    new=format_date(self.env, self.due_date),
                    old=format_date(self.env, before),
                )
            )
        move.ar_correction_reason = self.code
        return move

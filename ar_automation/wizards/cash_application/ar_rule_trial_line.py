from odoo import fields, models


class ArRuleTrialLine(models.TransientModel):
    """A transaction that the tried rule fits."""

    _name = "ar.rule.trial.line"
    _description = "Transaction in the trial of a rule"
    _order = "is_different desc, id"

    trial_id = fields.Many2one("ar.rule.trial", required=True, ondelete="cascade", index=True)
    statement_line_id = fields.Many2one(
        "account.bank.statement.line", "Transaction", required=True, ondelete="cascade"
    )
    date = fields.Date(related="statement_line_id.date")
    payment_ref = fields.Char("Text", related="statement_line_id.payment_ref")
    amount = fields.Monetary(related="statement_line_id.amount")
    currency_id = fields.Many2one(related="statement_line_id.currency_id")
    would = fields.Char("The rule would book to", readonly=True)
    did = fields.Char("You booked to", readonly=True)
    is_different = fields.Boolean("Different", readonly=True)

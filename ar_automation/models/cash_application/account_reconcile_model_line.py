from odoo import api, fields, models

from .account_reconcile_model import check_expression


class AccountReconcileModelLine(models.Model):
    _inherit = "account.reconcile.model.line"

    amount_type = fields.Selection(
        selection_add=[("ar_group", "Amount in the rule's expression")],
        ondelete={"ar_group": "set default"},
        help="The last one takes the amount that the rule's own expression finds by a group "
        "called amount: (?P<amount>…).",
    )

    @api.constrains("amount_type", "amount_string")
    def _check_ar_expression(self):
        for line in self.filtered(lambda line: line.amount_type == "regex"):
            check_expression(line, line.amount_string)

    @api.onchange("amount_type")
    def _onchange_amount_type(self):
        """EXTENDS account: the amount is in the rule's expression, not in the line's."""
        result = super()._onchange_amount_type()
        if self.amount_type == "ar_group":
            self.amount_string = "(?P<amount>…)"
        return result

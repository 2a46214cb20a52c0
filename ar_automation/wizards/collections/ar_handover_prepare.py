from odoo import fields, models


class ArHandoverPrepare(models.TransientModel):
    """Make cases of invoices for a lawyer or a collection agency."""

    _name = "ar.handover.prepare"
    _description = "Hand invoices over"

    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    kind = fields.Selection(
        [("agency", "Collection agency"), ("lawyer", "Lawyer")],
        "Hand to a",
        required=True,
        default="agency",
    )
    agency_id = fields.Many2one(
        "res.partner", "Hand to", required=True, help="The lawyer or the agency."
    )

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Make one case per customer, with its papers."""
        self.ensure_one()
        items = self.move_ids.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        cases = self.env["ar.handover"]
        # without any item the case says what is wrong
        for group in items.grouped("partner_id").values() or [items]:
            cases |= cases.ar_prepare(group, self.agency_id, self.kind)
        cases.action_make_pack()
        return cases._get_records_action(name=self.env._("Cases"))

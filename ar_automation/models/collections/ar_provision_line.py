from odoo import fields, models


class ArProvisionLine(models.Model):
    """One bucket of one segment: what is in it, its rate, and what is provided."""

    _name = "ar.provision.line"
    _description = "Provision of a bucket"
    _order = "provision_id, segment, from_day"

    provision_id = fields.Many2one(
        "ar.provision", "Counted in", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="provision_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    segment = fields.Char(readonly=True, help="Country or tag; empty where there is none.")
    bucket = fields.Char(readonly=True, required=True)
    from_day = fields.Integer(readonly=True)
    item_count = fields.Integer("Items", readonly=True)
    exposure = fields.Monetary(readonly=True, help="What customers owe, in company currency.")
    history_count = fields.Integer(
        "Items of history", readonly=True, help="Counted at the end of each month."
    )
    history_exposure = fields.Monetary("Exposure of history", readonly=True)
    history_loss = fields.Monetary(
        "Loss of history",
        readonly=True,
        help="What of it was written off within the horizon, less tax and recoveries.",
    )
    source = fields.Selection(
        [("history", "Own history"), ("by_hand", "By hand")], "Rate from", readonly=True
    )
    base_percent = fields.Float("Rate (%)", digits=(16, 4), readonly=True)
    overlay = fields.Float("Overlay (points)", digits=(16, 4), readonly=True)
    overlay_reason = fields.Char(readonly=True)
    percent = fields.Float(
        "Loss rate (%)", digits=(16, 4), readonly=True, help="Rate and overlay, 0 to 100."
    )
    amount = fields.Monetary("Provision", readonly=True)
    previous_amount = fields.Monetary(
        "Last provision", readonly=True, help="Of the same bucket, on the last day before."
    )
    change = fields.Monetary(readonly=True)

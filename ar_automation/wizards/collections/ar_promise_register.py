from odoo import api, fields, models
from odoo.tools import clean_context


class ArPromiseRegister(models.TransientModel):
    """Take down what a customer promised."""

    _name = "ar.promise.register"
    _description = "Register a promise"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True)
    contact_id = fields.Many2one(
        "res.partner",
        "Promised by",
        domain="[('id', 'child_of', partner_id)]",
        help="The person who gave the word; empty: the customer itself.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    item_ids = fields.Many2many(
        "account.move.line",
        string="For",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', open_item_ids)]",
        help="The open items that the promise is for; reminders of these stop.",
    )
    open_item_ids = fields.Many2many("account.move.line", compute="_compute_open_item_ids")
    currency_id = fields.Many2one("res.currency", compute="_compute_amount", store=True)
    amount = fields.Monetary(required=True, compute="_compute_amount", store=True, readonly=False)
    open_amount = fields.Monetary("Open", compute="_compute_open_amount")
    is_excess = fields.Boolean(compute="_compute_open_amount")
    accept_excess = fields.Boolean(
        "The customer pays more than is open",
        help="More was promised than the chosen items come to. Say that this is right.",
    )
    date = fields.Date("Pays by", required=True, default=fields.Date.context_today)
    source = fields.Selection(
        [("collector", "Collector"), ("mail", "Answer by mail")], required=True, default="collector"
    )
    note = fields.Text()
    reply_id = fields.Many2one("ar.collection.reply", readonly=True)

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "company_id")
    def _compute_open_item_ids(self):
        for wizard in self:
            wizard.open_item_ids = wizard.partner_id._ar_get_open_items(wizard.company_id)

    @api.depends("partner_id", "company_id")
    def _compute_item_ids(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            items = wizard.partner_id._ar_get_open_items(wizard.company_id)
            late = items.filtered(lambda item: item.date_maturity and item.date_maturity <= today)
            wizard.item_ids = late or items

    @api.depends("item_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.currency_id, wizard.amount = wizard._sum_items()

    @api.depends("item_ids", "amount", "currency_id")
    def _compute_open_amount(self):
        for wizard in self:
            currency, wizard.open_amount = wizard._sum_items()
            wizard.is_excess = currency.compare_amounts(wizard.amount, wizard.open_amount) > 0

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Register the promise; the answer it came from is done with it."""
        self.ensure_one()
        promises = self.env["ar.promise"].with_context(clean_context(self.env.context))
        promise = promises.ar_register(
            self.contact_id or self.partner_id,
            self.date,
            self.amount,
            self.item_ids._origin,
            accept_excess=self.accept_excess,
            company=self.company_id,
            source=self.source,
            note=self.note,
        )
        if self.reply_id.state == "new":
            self.reply_id.action_done()
        return promise._get_records_action()

    # === PRIVATE METHODS ===#

    def _sum_items(self):
        self.ensure_one()
        currencies = self.item_ids.currency_id
        if len(currencies) == 1:
            return currencies, sum(self.item_ids.mapped("amount_residual_currency"))
        return self.company_id.currency_id, sum(self.item_ids.mapped("amount_residual"))

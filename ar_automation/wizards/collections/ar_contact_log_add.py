from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from ...models.collections.ar_contact_log import CHANNELS


class ArContactLogAdd(models.TransientModel):
    """Log a contact with one click on its outcome, with what follows from it."""

    _name = "ar.contact.log.add"
    _description = "Log a contact"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True)
    contact_id = fields.Many2one(
        "res.partner", "Spoke to", domain="[('id', 'child_of', partner_id)]"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    channel = fields.Selection(CHANNELS, required=True, default="call")
    outcome_id = fields.Many2one("ar.contact.outcome", required=True)
    next_step = fields.Selection(related="outcome_id.next_step")
    note = fields.Html(sanitize=True, sanitize_attributes=True, strip_style=True)
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        domain="[('commercial_partner_id', '=', partner_id), ('company_id', '=', company_id),"
        " ('move_type', '=', 'out_invoice'), ('state', '=', 'posted'),"
        " ('payment_state', 'in', ('not_paid', 'partial', 'in_payment'))]",
        help="What it was about.",
    )
    puts_on_hold = fields.Boolean(
        "Put these invoices on hold",
        help="Reminders leave them out until the hold ends or is released.",
    )
    hold_until = fields.Date("Hold until", help="Last day of the hold. Empty: until released.")
    promise_date = fields.Date("Pays by")
    promise_amount = fields.Monetary(
        "Amount", help="Empty: everything that is open on the invoices."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    next_action_date = fields.Date("Next action on", help="A reminder for you on that day.")
    reply_id = fields.Many2one("ar.collection.reply", readonly=True)

    # === COMPUTE METHODS ===#

    @api.depends("partner_id", "company_id", "move_ids")
    def _compute_currency_id(self):
        """In which currency a promise is taken down: that of the items, where it is one."""
        for wizard in self:
            currency = wizard._open_items().currency_id
            wizard.currency_id = currency if len(currency) == 1 else wizard.company_id.currency_id

    # === ACTION METHODS ===#

    def action_confirm(self):
        """Log the contact, register the promise, hold the invoices, plan the next action."""
        self.ensure_one()
        # what pre-filled this dialog must not pre-fill what it creates
        return self.with_context(clean_context(self.env.context))._confirm()

    # === PRIVATE METHODS ===#

    def _confirm(self):
        promise = self._register_promise()
        self._hold_invoices()
        log = self.env["ar.contact.log"].ar_log(
            self.contact_id or self.partner_id,
            self.outcome_id.code,
            channel=self.channel,
            company_id=self.company_id.id,
            note=self.note,
            move_ids=self.move_ids.ids,
            next_action_date=self.next_action_date,
            promise_id=promise.id,
        )
        self._plan_next_action(log)
        if self.reply_id.state == "new":
            self.reply_id.action_done()
        return {"type": "ir.actions.act_window_close"}

    def _open_items(self):
        items = self.partner_id._ar_get_open_items(self.company_id)
        moves = self.move_ids._origin
        return items.filtered(lambda item: item.move_id in moves) if moves else items

    def _register_promise(self):
        promises = self.env["ar.promise"]
        if not self.promise_date:
            return promises
        items = self._open_items()
        one = len(items.currency_id) == 1
        whole = sum(items.mapped("amount_residual_currency" if one else "amount_residual"))
        return promises.ar_register(
            self.contact_id or self.partner_id,
            self.promise_date,
            self.promise_amount or whole,
            items,
            company=self.company_id,
            source="mail" if self.channel == "mail" else "collector",
        )

    def _hold_invoices(self):
        if not self.puts_on_hold:
            return
        if not self.move_ids:
            raise UserError(
                self.env._(
                    "Choose the invoices to put on hold, or put the customer on hold instead."
                )
            )
        reason = self.outcome_id.name
        self.env["ar.collection.hold"].ar_hold(self._open_items(), reason, self.hold_until)

    def _plan_next_action(self, log):
        if self.next_action_date:
            # sudo: collectors plan their calls without the right to edit contacts
            self.partner_id.sudo().activity_schedule(
                "mail.mail_activity_data_call",
                self.next_action_date,
                summary=log.outcome_id.name,
                user_id=self.env.uid,
            )

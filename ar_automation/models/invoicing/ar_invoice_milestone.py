from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.invoicing.milestones import split_total

STATES = [("waiting", "Waiting"), ("invoiced", "Invoiced")]


class ArInvoiceMilestone(models.Model):
    """A part of an order that is invoiced on a day, or once a person says it is reached."""

    _name = "ar.invoice.milestone"
    _description = "Milestone of an order"
    _order = "order_id, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one("sale.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id")
    sequence = fields.Integer(default=10)
    name = fields.Char("Milestone", required=True)
    percentage = fields.Float("Percent", required=True, digits=(5, 2), help="Of the order's total.")
    amount = fields.Monetary(
        compute="_compute_amount",
        help="What it comes to, with taxes. The milestone that completes 100 percent takes what "
        "the others leave.",
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    due_date = fields.Date(
        "On", help="Invoiced on this day. Empty: once somebody marks it as reached."
    )
    is_reached = fields.Boolean(
        "Reached", copy=False, help="Invoiced with the next turn, whatever its day."
    )
    state = fields.Selection(STATES, required=True, default="waiting", readonly=True, copy=False)
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, copy=False, index="btree_not_null"
    )

    _due_idx = models.Index("(company_id, due_date) WHERE state = 'waiting'")
    _percentage_range = models.Constraint(
        "CHECK (percentage > 0 AND percentage <= 100)",
        "A milestone is more than 0 and at most 100 percent.",
    )

    # === COMPUTE METHODS ===#

    @api.depends(
        "percentage",
        "sequence",
        "order_id.amount_total",
        "order_id.currency_id",
        "order_id.ar_milestone_ids.percentage",
    )
    def _compute_amount(self):
        for order in self.order_id:
            milestones = order.ar_milestone_ids
            amounts = split_total(
                Decimal(str(order.currency_id.round(order.amount_total))),
                [Decimal(str(round(one.percentage, 2))) for one in milestones],
                Decimal(str(order.currency_id.rounding)),
            )
            for milestone, amount in zip(milestones, amounts, strict=True):
                milestone.amount = float(amount)
        (self - self.order_id.ar_milestone_ids).amount = 0.0

    # === CONSTRAINT METHODS ===#

    @api.constrains("percentage", "order_id")
    def _check_percentage(self):
        for order in self.order_id:
            total = round(sum(order.ar_milestone_ids.mapped("percentage")), 2)
            if total > 100:
                raise ValidationError(
                    self.env._(
                        "The milestones of %(order)s come to %(total)s percent, more than all.",
                        order=order.name,
                        total=total,
                    )
                )
            if order.order_line.filtered("ar_recurrence"):
                raise ValidationError(
                    self.env._(
                        "%s has recurring lines, which a plan invoices. Put what is invoiced by "
                        "milestones on an order of its own.",
                        order.name,
                    )
                )

    # === CRUD METHODS ===#

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invoiced(self):
        invoiced = self.filtered(lambda milestone: milestone.state == "invoiced")
        if invoiced:
            raise UserError(self.env._("%s was invoiced already.", invoiced[0].name))

    # === BUSINESS METHODS ===#

    @api.private
    def ar_invoice(self, date):
        """Invoice one milestone: its share as a down payment, the last one as final invoice.

        :return: the invoice, posted if it passes the checks.
        :raises UserError: when there is nothing left to invoice.
        """
        self.ensure_one()
        order = self.order_id
        before = order.invoice_ids
        if self._is_last():
            order._create_invoices(final=True)
        else:
            self.env["sale.advance.payment.inv"].create(
                {
                    "advance_payment_method": "percentage",
                    "amount": self.percentage,
                    "sale_order_ids": [(6, 0, order.ids)],
                }
            ).create_invoices()
        invoice = order.invoice_ids - before
        invoice._ar_add_fee(order._ar_policies()[order])
        invoice.ar_check_and_post(date)
        self.sudo().write({"state": "invoiced", "move_id": invoice[:1].id})
        return invoice

    # === PRIVATE METHODS ===#

    def _is_last(self):
        """Whether it completes the order: all is invoiced then, less what was before."""
        milestones = self.order_id.ar_milestone_ids
        others = (milestones - self).filtered(lambda milestone: milestone.state == "waiting")
        return not others and round(sum(milestones.mapped("percentage")), 2) == 100

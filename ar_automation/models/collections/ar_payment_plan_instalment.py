from odoo import api, fields, models


class ArPaymentPlanInstalment(models.Model):
    """One amount of a payment plan and the day by which it is to be paid."""

    _name = "ar.payment.plan.instalment"
    _description = "Instalment"
    _order = "plan_id, number"
    _rec_name = "number"

    plan_id = fields.Many2one(
        "ar.payment.plan", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    number = fields.Integer("No.", required=True, readonly=True)
    date = fields.Date("Pay by", required=True, readonly=True)
    principal = fields.Monetary("Debt", readonly=True)
    interest = fields.Monetary(readonly=True)
    amount = fields.Monetary("Instalment", readonly=True)
    paid = fields.Monetary(readonly=True, help="What of it was paid when the plan was last judged.")
    is_full = fields.Boolean("Fully paid", compute="_compute_is_full")

    _number_once = models.Constraint(
        "unique (plan_id, number)", "A payment plan numbers its instalments once."
    )

    @api.depends("amount", "paid")
    def _compute_is_full(self):
        for instalment in self:
            missing = instalment.amount - instalment.paid
            instalment.is_full = instalment.currency_id.compare_amounts(missing, 0) <= 0

from odoo import fields, models


class ArCreditWatch(models.Model):
    """A customer as a bureau knows it, and when it is asked about next."""

    _name = "ar.credit.watch"
    _description = "Customer rated by a bureau"
    _order = "refresh_date, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    bureau_id = fields.Many2one(
        "ar.credit.bureau", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(related="bureau_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('parent_id', '=', False)]",
    )
    identifier = fields.Char(
        "Number at the bureau",
        required=True,
        help="The bureau's own name for the company. Enter it where the bureau knows several "
        "companies that fit.",
    )
    name = fields.Char("Name at the bureau")
    refresh_date = fields.Date("Asked again on", index=True)
    active = fields.Boolean(
        default=True, help="Archive it and the customer is not asked about again."
    )

    _customer_unique = models.Constraint(
        "unique (bureau_id, partner_id)", "A bureau knows each customer once."
    )

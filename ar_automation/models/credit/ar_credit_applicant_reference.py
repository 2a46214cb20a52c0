from odoo import fields, models


class ArCreditApplicantReference(models.Model):
    """Who already sells to an applicant on credit."""

    _name = "ar.credit.applicant.reference"
    _description = "Trade reference"

    applicant_id = fields.Many2one(
        "ar.credit.applicant", required=True, ondelete="cascade", index=True
    )
    company = fields.Char(required=True)
    contact = fields.Char(help="Person, e-mail address or telephone number.")
    answer = fields.Char(help="What they say about the applicant, once they were asked.")

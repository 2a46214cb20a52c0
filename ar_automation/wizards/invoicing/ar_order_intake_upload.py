import base64

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...models.invoicing.ar_order_intake import LARGEST_FILE


class ArOrderIntakeUpload(models.TransientModel):
    """A person hands in an order file."""

    _name = "ar.order.intake.upload"
    _description = "Upload an order file"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    file = fields.Binary(
        required=True,
        attachment=False,
        help="CSV or XLSX up to 10 MB; the first row holds the titles of the columns.",
    )
    filename = fields.Char()
    profile_id = fields.Many2one(
        "ar.order.intake.profile",
        check_company=True,
        help="What the columns mean. Empty: found by the titles of the file.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        check_company=True,
        help="Who orders where the file names nobody.",
    )

    def action_upload(self):
        """Read the file and open its preview.

        :raises UserError: the file is too large, cannot be read, or was taken in already.
        """
        self.ensure_one()
        intakes = self.env["ar.order.intake"]
        intakes._check_may_take()
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("You do not work in %s.", self.company_id.sudo().name))
        if len(self.file) > LARGEST_FILE * 4 // 3 + 4:
            raise UserError(self.env._("The file is larger than 10 MB. Split it."))
        # sudo: intakes are made by uploading and by e-mail, never as a bare record
        intake = intakes.sudo().ar_receive(
            self.company_id,
            self.filename or "",
            base64.b64decode(self.file),
            profile=self.profile_id,
            partner=self.partner_id,
        )
        if intake.state == "refused":
            raise UserError(intake.message)
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.order.intake",
            "res_id": intake.id,
            "views": [(False, "form")],
        }

from ast import literal_eval

from odoo import api, fields, models

from ...engine.invoicing.intake.columns import guess_columns, title_key

MEANINGS = [
    ("customer_code", "Customer: our code"),
    ("vat", "Customer: VAT number"),
    ("email", "Customer: e-mail"),
    ("customer", "Customer: name"),
    ("reference", "Purchase order number"),
    ("order_date", "Order date"),
    ("delivery_date", "Delivery date"),
    ("product", "Product code"),
    ("barcode", "Barcode"),
    ("description", "Description"),
    ("quantity", "Quantity"),
    ("price", "Unit price"),
    ("discount", "Discount (%)"),
    ("note", "Note"),
]


class ArOrderIntakeProfile(models.Model):
    """How the order files of one kind are read: what their columns mean, and what is made of them.

    A profile is found again by the titles of its columns, so what was said once is remembered.
    """

    _name = "ar.order.intake.profile"
    _description = "Profile of order files"
    _inherit = ["mail.alias.mixin.optional"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        check_company=True,
        ondelete="restrict",
        help="Who orders where a row names nobody. Needed for a customer's own files, which "
        "name only their products.",
    )
    column_ids = fields.One2many("ar.order.intake.column", "profile_id", "Columns", copy=True)
    signature = fields.Char(
        compute="_compute_signature", store=True, index=True, help="The titles, to know it again."
    )
    price_source = fields.Selection(
        [("file", "The file's"), ("list", "Our price list's")],
        "Prices",
        required=True,
        default="file",
        help="Whose prices the quotations have. Rows without a price get ours.",
    )
    whole_file = fields.Boolean(
        "All orders or none",
        help="Make no quotation while any order of the file has a problem. Otherwise the orders "
        "without problems are made; an order itself is always taken whole or not at all.",
    )
    makes_quotations = fields.Boolean(
        "Make quotations without asking",
        help="For files that arrive by e-mail: orders without problems become quotations at once. "
        "Otherwise a person looks at the preview first.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        help="Of the quotations. Empty: whoever makes them, or the customer's own.",
    )

    # === COMPUTE METHODS ===#

    @api.depends("column_ids.title")
    def _compute_signature(self):
        for profile in self:
            profile.signature = signature_of(profile.column_ids.mapped("title"))

    # === BUSINESS METHODS ===#

    @api.model
    def _find_or_create(self, company, titles, name):
        """The profile of files with these titles; a new one guesses what they mean."""
        known = self.search(
            [("company_id", "=", company.id), ("signature", "=", signature_of(titles))], limit=1
        )
        profile = known or self.create({"name": name, "company_id": company.id})
        profile._learn_columns(titles)
        return profile

    def _learn_columns(self, titles):
        """Note titles that are new to the profile; what they mean is guessed."""
        self.ensure_one()
        known = {title_key(column.title) for column in self.column_ids}
        taken = set(self.column_ids.mapped("meaning"))
        vals = [
            {
                "profile_id": self.id,
                "sequence": place,
                "title": title[:200],
                "meaning": False if meaning in taken else meaning or False,
            }
            for place, (title, meaning) in enumerate(
                zip(titles, guess_columns(titles), strict=True)
            )
            if title_key(title) and title_key(title) not in known
        ]
        self.env["ar.order.intake.column"].create(vals)

    def _meanings(self, titles):
        """What each column of a file means; the first one where two have the same title."""
        self.ensure_one()
        by_title = {title_key(column.title): column.meaning for column in self.column_ids}
        return [by_title.pop(title_key(title), "") or "" for title in titles]

    # === MAIL ALIAS ===#

    def _alias_get_creation_values(self):
        """EXTENDS mail: e-mails to the address become intakes of this profile."""
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("ar.order.intake")
        if self.id:
            defaults = literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = defaults | {
                "profile_id": self.id,
                "company_id": self.company_id.id,
            }
            values["alias_contact"] = "partners"
        return values


def signature_of(titles):
    """The titles of a file in a form that can be compared."""
    return "|".join(sorted({title_key(title) for title in titles} - {""}))

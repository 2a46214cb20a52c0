from odoo import Command, fields, models

from ...engine.invoicing.intake.rows import text_key
from .intake_words import say


class ArOrderIntakeOrder(models.Model):
    """One order of an order file: its rows, what is wrong with it, and what became of it."""

    _name = "ar.order.intake.order"
    _description = "Order of an order file"
    _order = "id"
    _rec_name = "reference"
    _check_company_auto = True

    intake_id = fields.Many2one(
        "ar.order.intake", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    key = fields.Char(required=True, readonly=True, help="What its rows have in common.")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, ondelete="cascade")
    customer_id = fields.Many2one(
        "res.partner", "Commercial entity", readonly=True, index=True, ondelete="cascade"
    )
    reference = fields.Char("Order number", readonly=True, help="The customer's own number.")
    reference_key = fields.Char(readonly=True)
    order_date = fields.Date(readonly=True)
    delivery_date = fields.Date(readonly=True)
    row_ids = fields.One2many("ar.order.intake.row", "intake_order_id", "Rows", readonly=True)
    row_count = fields.Integer("Rows (count)", readonly=True)
    problem = fields.Text("Problems", readonly=True)
    repeats = fields.Char(
        readonly=True, help="An earlier order of this customer has the same number."
    )
    repeat_allowed = fields.Boolean(
        "Take it all the same", readonly=True, help="A person said that it is another order."
    )
    order_id = fields.Many2one("sale.order", "Quotation", readonly=True, ondelete="set null")

    _reference_once = models.UniqueIndex(
        "(company_id, customer_id, reference_key) WHERE order_id IS NOT NULL "
        "AND reference_key IS NOT NULL AND NOT repeat_allowed",
        "An order of this customer with this number was taken already.",
    )

    # === ACTION METHODS ===#

    def action_allow_repeat(self):
        """Take an order although the customer has one with this number."""
        self.ensure_one()
        self.intake_id._check_may_take()
        self.sudo().write({"repeat_allowed": True, "repeats": False})
        self.intake_id._message_log(
            body=self.env._(
                "Order %s is taken although there is one with its number.", self.reference
            )
        )

    # === BUSINESS METHODS ===#

    def _is_ready(self):
        return not (self.order_id or self.problem or self.repeats)

    def _prepare_vals(self, order, allowed):
        """A record of what the engine decided.

        :param IntakeOrder order: rows that belong together.
        :param set allowed: keys of orders that a person takes although they repeat one.
        """
        problems = [say(self.env, problem) for problem in order.problems]
        problems += [
            self.env._(
                "row %(row)s: %(problem)s", row=line.row.number, problem=say(self.env, problem)
            )
            for line in order.lines
            for problem in line.problems
        ]
        return {
            "key": order.key,
            "partner_id": order.party.contact if order.party else False,
            "customer_id": order.party.customer if order.party else False,
            "reference": order.reference,
            "reference_key": text_key(order.reference) or False,
            "order_date": order.order_date,
            "delivery_date": order.delivery_date,
            "row_count": len(order.lines),
            "problem": "\n".join(problems) or False,
            "repeats": order.repeats if order.key not in allowed else False,
            "repeat_allowed": order.key in allowed,
        }

    def _prepare_row_vals(self, line):
        row = line.row
        return {
            "intake_order_id": self.id,
            "intake_id": self.intake_id.id,
            "number": row.number,
            "reference": row.reference,
            "product_text": row.product or row.barcode,
            "product_id": line.product,
            "quantity": float(row.quantity or 0),
            "has_price": row.price is not None,
            "price": float(row.price or 0),
            "discount": float(row.discount or 0),
            "description": row.description,
            "note": row.note,
            "problem": "; ".join(say(self.env, problem) for problem in line.problems),
        }

    def _prepare_quotation_vals(self):
        profile = self.intake_id.profile_id
        vals = {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "client_order_ref": self.reference or False,
            "origin": self.intake_id.name,
            "order_line": [
                Command.create(self._prepare_quotation_line_vals(row, profile))
                for row in self.row_ids
            ],
        }
        if self.order_date:
            vals["date_order"] = self.order_date
        if self.delivery_date:
            vals["commitment_date"] = self.delivery_date
        if profile.user_id:
            vals["user_id"] = profile.user_id.id
        return vals

    def _prepare_quotation_line_vals(self, row, profile):
        vals = {"product_id": row.product_id.id, "product_uom_qty": row.quantity}
        if row.has_price and profile.price_source == "file":
            vals |= {"price_unit": row.price, "discount": row.discount}
        if row.description or row.note:
            vals["name"] = "\n".join(text for text in (row.description, row.note) if text)
        return vals

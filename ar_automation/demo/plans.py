"""Recurring plans of the demo: maintenance by the month, calibration by the quarter.

One is paused and one a draft, so that each state is seen. They begin in the month of the day, so
that the day's job bills them.
"""

from odoo import Command

from .company import find_products

# Customer, product, quantity, unit of the period, state.
PLANS = (
    ("rheinhafen-terminal", "SRV-MNT", 2, "month", "active"),
    ("donau-schiffbau", "SRV-MNT", 3, "month", "active"),
    ("isar-messgeraete", "SRV-CAL", 4, "quarter", "active"),
    ("ateliers-beaumont", "SRV-MNT", 1, "month", "active"),
    ("kaltenbach-pumpen", "SRV-MNT", 1, "month", "paused"),
    ("zollern-praezision", "SRV-CAL", 6, "quarter", "draft"),
)


def agree_plans(scene):
    """Write the plans and bring each into its state."""
    products = find_products(scene.company)
    for key, code, quantity, unit, state in PLANS:
        plan = _create_plan(scene, key, products[code], quantity, unit)
        if state != "draft":
            plan.action_activate()
        if state == "paused":
            plan.ar_pause(scene.day)


def _create_plan(scene, key, product, quantity, unit):
    seller = scene.company.env["res.users"].search([("login", "=", "sales")], limit=1)
    line = {"product_id": product.id, "name": product.name, "quantity": quantity}
    return scene.company.env["ar.invoice.plan"].create(
        {
            "partner_id": scene.firms[key].id,
            "company_id": scene.company.id,
            "currency_id": scene.company.currency_id.id,
            "user_id": seller.id,
            "start_date": scene.day.replace(day=1),
            "unit": unit,
            "minimum_months": 12,
            "renewal_months": 12,
            "notice_days": 90,
            "line_ids": [Command.create({**line, "price_unit": product.list_price})],
        }
    )

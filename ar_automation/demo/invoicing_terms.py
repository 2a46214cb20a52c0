"""How the demo company's customers of the past month are invoiced: policies, plans, statements."""

from datetime import timedelta

from odoo import Command

from .company import find_products

WEEKLY, MONTHLY, LETTER = "quarzwerke-rieth", "weserbergland-holzwerke", "chiemgau-saegewerk"
NEEDS_VAT = "great-plains"
METERED, STARTED_LATE, REVISED = "ozark-timber", "elbtal-keramik", "mecanique-generale"
# Gives notice of its plan, which ends within the month.
LEAVING = "vogtland-textil"
# Who gets a statement of account each month.
TOLD_MONTHLY = (WEEKLY, MONTHLY, "eaux-de")
STATEMENTS_SINCE = timedelta(days=62)
SWITCHES = {
    "ar_bounce_fallback": "letter",
    "ar_combine_mails": True,
    "ar_print_automatically": True,
}
METER = "CAL-HOURS"
# Marks the plans of the past month on their invoices.
REFERENCE = "Service contract"
FRIDAY = "4"


def agree_invoicing(scene, until):
    """Write the policies and plans that hold from the scene's day on.

    :param until: the story's own day; what is collected by month is invoiced some days before
    """
    scene.company.write(SWITCHES)
    _write_policies(scene, until)
    _write_plans(scene)
    _order_statements(scene)


def _write_policies(scene, until):
    month_day = min((until - timedelta(days=6)).day, 31)
    for key, values in (
        (WEEKLY, _collected("Weekly, by order number", "week", "po", weekday=FRIDAY)),
        (MONTHLY, _collected("Monthly, all orders together", "month", "all", month_day=month_day)),
        (LETTER, {"name": "By letter", "channel": "snailmail"}),
        (NEEDS_VAT, {"name": "VAT number required", "requires_vat": True}),
    ):
        policy = scene.company.env["ar.invoice.policy"].create(
            {"company_id": scene.company.id, **values}
        )
        firm = scene.firms[key].with_company(scene.company)
        firm.ar_invoice_policy_id = policy


def _collected(name, frequency, grouping, **when):
    shared = {"name": name, "frequency": frequency, "grouping": grouping}
    return {**shared, "business_days": "following", **when}


def _write_plans(scene):
    start = scene.day
    _write_plan(
        scene,
        METERED,
        {"unit": "week", "count": 2, "start_date": start, "invoice_time": "arrears"},
        {
            "kind": "metered",
            "meter": METER,
            "tier_ids": [
                Command.create({"upper_quantity": 10, "price_unit": 145.0}),
                Command.create({"is_last": True, "price_unit": 120.0}),
            ],
        },
    )
    # Begins within the month and follows the calendar: its first period is a part of one.
    _write_plan(
        scene,
        STARTED_LATE,
        {"unit": "month", "alignment": "calendar", "start_date": start},
        {"quantity": 1},
    )
    _write_plan(
        scene,
        REVISED,
        {
            "unit": "month",
            "start_date": start,
            "revision_kind": "percent",
            "revision_percent": 3.5,
            "revision_months": 12,
        },
        {"quantity": 2, "is_revised": True, "price_date": start - timedelta(days=366)},
    )
    _write_plan(
        scene,
        LEAVING,
        {"unit": "month", "start_date": start, "invoice_time": "arrears", "notice_days": 14},
        {"quantity": 1},
    )


def _write_plan(scene, key, values, line):
    product = find_products(scene.company)["SRV-CAL" if "meter" in line else "SRV-MNT"]
    vals = {"product_id": product.id, "name": product.name, "price_unit": product.list_price}
    firm = scene.firms[key]
    currency = firm.with_company(scene.company).specific_property_product_pricelist.currency_id
    plan = scene.company.env["ar.invoice.plan"].create(
        {
            "partner_id": firm.id,
            "company_id": scene.company.id,
            "currency_id": (currency or scene.company.currency_id).id,
            "user_id": scene.act_as("sales").env.uid,
            "reference": REFERENCE,
            "line_ids": [Command.create({**vals, **line})],
            **values,
        }
    )
    plan.action_activate()


def _order_statements(scene):
    policy = scene.company.env["ar.account.statement.policy"].ar_get_policy(scene.company)
    policy.since = scene.day - STATEMENTS_SINCE
    for key in TOLD_MONTHLY:
        scene.firms[key].with_company(scene.company).ar_statement_frequency = "monthly"

"""What was ordered in the past month; its invoices are made, checked and sent by the jobs alone.

``STEPS`` says how many business days before the story's own day each order came in, and what else
people did: an order file, a milestone that was reached, a correction. A mail comes back as the
other server tells it, and the letter instead of it is the machine's doing.
"""

from datetime import timedelta

from odoo import Command

from .company import find_products
from .invoicing_terms import (
    LEAVING,
    LETTER,
    METER,
    MONTHLY,
    NEEDS_VAT,
    WEEKLY,
    agree_invoicing,
)

DAYS = 22
TOGETHER = "elbtal-keramik"
BOUNCING = "oderbruch-agrartechnik"
MILESTONES = "santa-fe"
FILE_CUSTOMERS = ("mecanique-generale", "puget-marine")
FILE_NAME = "orders-by-mail.csv"
FILE_HEADER = "Customer code;PO number;Product code;Quantity"
BOUNCE = "550 5.1.1 The mailbox does not exist."


def tell(scene, left):
    """Let people do what they did so many business days before the story's own day."""
    for step, *arguments in STEPS.get(left, ()):
        step(scene, *arguments)


def _begin(scene):
    agree_invoicing(scene, scene.day + timedelta(days=round(DAYS * 7 / 5)))


# --- orders


def _order(scene, key, number, *lines, **values):
    """A customer orders; the salesperson confirms, unless the check of its credit says no."""
    company = scene.act_as("sales")
    products = find_products(scene.company)
    order = scene.company.env["sale.order"].create(
        {
            "partner_id": scene.firms[key].id,
            "company_id": company.id,
            "user_id": company.env.uid,
            "client_order_ref": number,
            "order_line": [
                Command.create({"product_id": products[code].id, "product_uom_qty": quantity})
                for code, quantity in lines
            ],
            **values,
        }
    )
    order.with_user(company.env.user).action_confirm()


def _order_with_milestones(scene):
    parts = (
        ("At the order", 30, scene.day + timedelta(days=1)),
        ("Delivered", 50, False),
        ("Accepted", 20, False),
    )
    milestones = [
        Command.create({"name": name, "percentage": percent, "due_date": due})
        for name, percent, due in parts
    ]
    _order(scene, MILESTONES, "SF-2291", ("PMP-P30", 3), ar_milestone_ids=milestones)


def _reach_milestone(scene):
    milestone = scene.company.env["ar.invoice.milestone"].search(
        [("company_id", "=", scene.company.id), ("state", "=", "waiting")], limit=1
    )
    milestone.is_reached = True


def _take_file(scene):
    """An order file arrives; one row of it names a product that nobody sells."""
    numbers = {each.key: each.number for each in scene.customers}
    first, second = (numbers[key] for key in FILE_CUSTOMERS)
    rows = (
        FILE_HEADER,
        f"{first};MP-880;SEN-T200;12",
        f"{first};MP-880;VLV-V12;4",
        f"{second};PM-17;GTW-G5;2",
        f"{second};PM-18;GTW-G7;1",
    )
    env = scene.act_as("supervisor").env
    intakes = env["ar.order.intake"].sudo()
    intake = intakes.ar_receive(scene.company, FILE_NAME, "\n".join(rows).encode())
    if intake.state == "checked":
        intake.action_take()


def _confirm_file(scene):
    orders = (
        scene.company.env["ar.order.intake"]
        .search([("company_id", "=", scene.company.id)])
        .intake_order_ids.order_id
    )
    orders.with_user(scene.act_as("sales").env.user).action_confirm()


def _record_usage(scene, hours):
    """What the customer's meter reported."""
    plan = scene.company.env["ar.invoice.plan"].search(
        [("company_id", "=", scene.company.id), ("line_ids.meter", "=", METER)], limit=1
    )
    row = {
        "plan": plan.name,
        "meter": METER,
        "date": scene.day.isoformat(),
        "quantity": str(hours),
        "reference": f"{METER}-{scene.day:%Y%m%d}",
    }
    scene.company.env["ar.invoice.usage"].ar_record(scene.company, [row])


def _give_notice(scene):
    """A customer ends its plan, and says why."""
    plan = (
        scene.act_as("supervisor")
        .env["ar.invoice.plan"]
        .search(
            [("company_id", "=", scene.company.id), ("partner_id", "=", scene.firms[LEAVING].id)]
        )
    )
    plan.ar_give_notice(scene.day, "competitor")


# --- what became of invoices


def _find_invoice(scene, key):
    """The customer's last invoice of an order."""
    domain = [
        ("company_id", "=", scene.company.id),
        ("partner_id", "child_of", scene.firms[key].id),
        ("move_type", "=", "out_invoice"),
        ("state", "=", "posted"),
        ("line_ids.sale_line_ids", "!=", False),
        ("ar_replaced_by_ids", "=", False),
    ]
    moves = scene.act_as("supervisor").env["account.move"]
    return moves.search(domain, order="invoice_date desc, id desc", limit=1)


def _bounce(scene):
    mails = scene.company.env["ar.delivery"].search(
        [
            ("company_id", "=", scene.company.id),
            ("move_id", "=", _find_invoice(scene, BOUNCING).id),
            ("message_id", "!=", False),
        ]
    )
    if mails:
        mails.ar_note_bounce(mails.mapped("message_id"), BOUNCE)


def _rebill(scene):
    """The price was wrong: credited and billed anew in one step."""
    invoice = _find_invoice(scene, TOGETHER)
    _note, replacement = invoice.ar_rebill(scene.day, "price", "Agreed price of the frame contract")
    line = replacement.invoice_line_ids.filtered("product_id")[:1]
    line.price_unit = replacement.currency_id.round(line.price_unit * 0.95)
    replacement.ar_check_and_post(scene.day)


def _credit_part(scene):
    """One piece came back."""
    invoice = _find_invoice(scene, LETTER)
    line = invoice.invoice_line_ids.filtered("product_id")[:1]
    quantities = {line.id: (1.0, line.price_unit)}
    invoice.ar_credit_part(scene.day, "returned", "One piece came back damaged", quantities)


def _print_letters(scene):
    """The post room printed what the jobs had put together."""
    batches = scene.act_as("supervisor").env["ar.print.batch"]
    batches.search(
        [("company_id", "=", scene.company.id), ("state", "=", "draft")]
    ).action_printed()


def _send_statements(scene):
    supervised = scene.act_as("supervisor")
    for job in ("ar.job.collections.statements", "ar.job.collections.statement_delivery"):
        supervised.env[job].ar_run_job(supervised, scene.day)


# Business days before the story's own day: what is done, for whom, and how.
STEPS = {
    DAYS: [(_begin,)],
    21: [(_order, WEEKLY, "QR-4711", ("SEN-T200", 10))],
    20: [
        (_order, WEEKLY, "QR-4711", ("VLV-V12", 6)),
        (_order, WEEKLY, "QR-4712", ("GTW-G5", 2)),
        (_order, MONTHLY, "WH-31", ("SEN-T200", 16)),
        (_record_usage, 7.5),
    ],
    17: [(_order, MONTHLY, "WH-32", ("PMP-P30", 1)), (_record_usage, 5.0)],
    16: [(_give_notice,)],
    15: [
        (_order, TOGETHER, "EK-101", ("SEN-T200", 9)),
        (_order, TOGETHER, "EK-102", ("VLV-V12", 5)),
        (_order, LETTER, "CS-7", ("GTW-G5", 2)),
    ],
    14: [(_order, BOUNCING, "OA-55", ("PMP-P30", 1))],
    13: [(_bounce,), (_order, NEEDS_VAT, "GP-90", ("SEN-T200", 11))],
    12: [(_order_with_milestones,)],
    10: [(_print_letters,), (_take_file,), (_record_usage, 6.0)],
    9: [(_confirm_file,), (_send_statements,)],
    7: [(_rebill,)],
    6: [(_credit_part,)],
    4: [(_reach_milestone,), (_order, WEEKLY, "QR-4720", ("SEN-T200", 12))],
    1: [(_order, MONTHLY, "WH-33", ("VLV-V12", 8))],
}

"""What happened in credit before the day: reviews of past quarters, and what came in since.

The reviews give every customer a class and a history to look at. Of what they proposed all but
a few was decided; an application came by the web, and somebody asks for a refund.
"""

from datetime import timedelta

from odoo import Command

from ..engine.credit.application import check_form
from .company import find_products
from .identifiers import make_german_vat
from .scene import roll

# Quarters back on which everybody was reviewed.
REVIEWED_DAYS = (270, 180, 90)
# Customers whose proposal still waits to be decided.
UNDECIDED = ("growing", "slow", "disputing")
MOST_UNDECIDED = 6
APPLICATION = {
    "name": "Usedom Yachtbau GmbH",
    "contact_name": "Frauke Petersen",
    "email": "frauke.petersen@usedom-yachtbau.example.com",
    "phone": "+49 38371 2345",
    "street": "Werftstraße 2",
    "zip": "17449",
    "city": "Peenemünde",
    "country": "DE",
    "requested_limit": "25000",
    "message": "We refit three boats this winter and would order sensors and pumps monthly.",
    "reference_company_1": "Ostsee Armaturen GmbH",
    "reference_contact_1": "Herr Wulff, +49 3834 2345",
    "reference_company_2": "Rügen Elektrik KG",
    "reference_contact_2": "buchhaltung@ruegen-elektrik.example.com",
    "consent": "on",
}
CONSENT = "We may ask the companies named and credit bureaus about the applicant."
# Pays for what it returned after its last invoice was settled, and wants the money.
REFUNDED = "vogtland-textil"
REFUND = ("SEN-T200", 6, "Returned sensors; the customer no longer orders")


def tell_credit_story(scene):
    """Write what happened in credit before the day, for the jobs of the day to go on from."""
    scene.report("reviewing the customers' credit of the past quarters")
    for days in REVIEWED_DAYS:
        _review(scene, scene.day - timedelta(days=days))
    _receive_application(scene)
    _ask_for_refund(scene)


def _as_user(scene, login):
    user = scene.company.env["res.users"].search([("login", "=", login)], limit=1)
    return scene.company.with_user(user).env


def _review(scene, day):
    env = _as_user(scene, "credit")
    firms = env["res.partner"].browse([firm.id for firm in scene.firms.values()])
    reviews = env["ar.credit.review"].with_company(scene.company).ar_review(firms, day)
    proposed = reviews.filtered(lambda review: review.state == "proposed")
    (proposed - _leave_undecided(scene, proposed)).ar_decide(
        "rejected", "Limits were agreed for the year; looked at again in the next quarter."
    )


def _leave_undecided(scene, reviews):
    behaviours = {scene.firms[each.key].id: each.behaviour for each in scene.customers}
    fitting = reviews.filtered(lambda review: behaviours[review.partner_id.id] in UNDECIDED)
    return fitting[:MOST_UNDECIDED]


def _receive_application(scene):
    env = scene.company.env
    policy = env["ar.credit.policy"].ar_get_policy(scene.company)
    vat = make_german_vat(roll(f"{scene.seed}:application"))
    form, _errors = check_form({**APPLICATION, "vat": vat})
    origin = {
        "nonce": f"demo-{scene.day}",
        "lang": "de_DE",
        "ip": "192.0.2.17",
        "consent_text": CONSENT,
        "partner": env["res.partner"],
        "vat_check": _note_vat_check(scene, vat),
    }
    env["ar.credit.applicant"].ar_receive(policy, form, [], origin)


def _note_vat_check(scene, vat):
    """What the register would have answered: it is not asked about companies that do not exist."""
    return scene.company.env["ar.vat.check"].create(
        {
            "company_id": scene.company.id,
            "number": vat,
            "state": "valid",
            "answered_on": scene.day,
            "name": APPLICATION["name"],
        }
    )


def _ask_for_refund(scene):
    """A credit note that nothing is left to set against, and the wish to have it paid out."""
    code, quantity, reason = REFUND
    product = find_products(scene.company)[code]
    note = scene.company.env["account.move"].create(
        {
            "move_type": "out_refund",
            "partner_id": scene.firms[REFUNDED].id,
            "company_id": scene.company.id,
            "invoice_date": scene.day - timedelta(days=3),
            "invoice_line_ids": [Command.create({"product_id": product.id, "quantity": quantity})],
        }
    )
    note._post(soft=False)
    note.is_move_sent = True
    env = _as_user(scene, "collector")
    item = note.line_ids.filtered(lambda line: line.display_type == "payment_term")
    env["ar.credit.refund"].with_company(scene.company).ar_request(item.with_env(env), reason)

"""What the credit manager of the demo has agreed: limits, covers, groups, who decides.

Every one of them is a record that a menu of Credit shows, so that none is empty. The values are
data; ``agree_credit`` writes them.
"""

from datetime import timedelta

from odoo import Command

# A customer that is late with more than this gets nothing more on credit.
POLICY = {
    "check_overdue": True,
    "overdue_days": 45,
    "overdue_amount": 2000.0,
    "show_on_portal": True,
    "instrument_effect": "limit",
}
EXPORT = {
    "name": "Export outside Europe",
    "check_overdue": True,
    "overdue_days": 30,
    "overdue_amount": 2000.0,
    "tolerance_percent": 5.0,
}
# Orders from here on need two people, limits too.
TWO_PEOPLE_FROM = 25000.0
# The Hansa companies share one limit, whatever each of them may owe alone.
GROUP = ("Hansa companies", ("hansa-verwaltung", "hansa-logistik", "hansa-kuehltechnik"), 90000.0)
# A customer that orders more every month has half as much again for a season.
RAISED = ("neckar-automation", 1.5, "Trade fair season: agreed with sales until it is over")
# Another one owes more than it was lowered to, so that it stands among those over their limit.
LOWERED = ("lausitz-recycling", 5000.0, "Late all year: no more than this until it pays in time")
INSURED = ("mainufer-chemiepark", 80000.0, 24)
GUARANTEED = ("eaux-de", 15000.0, 200)
# Customer, rating, worst and best value of the scale.
RATINGS = (
    ("brandt-soehne", "311", "Weak payer, figures of last year late", 600.0, 100.0),
    ("neckar-automation", "164", "Very good", 600.0, 100.0),
    ("uckermark-biogas", "498", "Collection case known", 600.0, 100.0),
)
BUREAU = "Hanse Wirtschaftsauskunft"


def agree_credit(scene):
    """Write what was agreed about credit before the day begins."""
    _write_policies(scene.company)
    _write_matrix(scene.company)
    _gather_group(scene)
    _change_limits(scene)
    _insure(scene)
    _note_ratings(scene)


def _write_policies(company):
    policies = company.env["ar.credit.policy"]
    default = policies.ar_get_policy(company)
    default.write(
        {
            **POLICY,
            "limit_currency_id": company.currency_id.id,
            "accept_applications": True,
            "responsible_id": _manager(company).id,
        }
    )
    default.action_new_application_link()
    america = company.env.ref("base.us")
    policies.create(
        {
            **EXPORT,
            "company_id": company.id,
            "country_ids": [Command.set(america.ids)],
            "responsible_id": _manager(company).id,
        }
    )


def _manager(company):
    return company.env["res.users"].search([("login", "=", "credit")], limit=1)


def _write_matrix(company):
    company.env["ar.credit.approval"].create(
        [
            {"company_id": company.id, "kind": kind, **bounds}
            for kind in ("order", "limit")
            for bounds in (
                {"amount_from": 0.0, "amount_to": TWO_PEOPLE_FROM},
                {"amount_from": TWO_PEOPLE_FROM, "amount_to": 0.0, "four_eyes": True},
            )
        ]
    )


def _gather_group(scene):
    name, keys, limit = GROUP
    group = scene.company.env["ar.credit.group"].create(
        {
            "name": name,
            "company_id": scene.company.id,
            "member_ids": [Command.set([scene.firms[key].id for key in keys])],
        }
    )
    _give_limit(scene, {"group_id": group.id, "amount": limit, "reason": "One limit for all"})


def _change_limits(scene):
    key, amount, reason = LOWERED
    _give_limit(scene, {"partner_id": scene.firms[key].id, "amount": amount, "reason": reason})
    key, factor, reason = RAISED
    firm = scene.firms[key].with_company(scene.company)
    values = {"partner_id": firm.id, "amount": firm.credit_limit * factor, "reason": reason}
    _give_limit(scene, {**values, "valid_until": scene.day + timedelta(days=45)})


def _give_limit(scene, values):
    shared = {"company_id": scene.company.id, "currency_id": scene.company.currency_id.id}
    scene.company.env["ar.credit.limit"].create(
        {**shared, "valid_from": scene.day - timedelta(days=10), **values}
    )


def _insure(scene):
    insurer = scene.company.env["res.partner"].create(
        {"name": "Baltische Kreditversicherung AG", "is_company": True}
    )
    for (key, amount, days), kind, reference in (
        (INSURED, "insurance", "BK-2291-07"),
        (GUARANTEED, "guarantee", "AVAL 88-1043"),
    ):
        scene.company.env["ar.credit.instrument"].create(
            {
                "partner_id": scene.firms[key].id,
                "company_id": scene.company.id,
                "currency_id": scene.company.currency_id.id,
                "kind": kind,
                "issuer_id": insurer.id,
                "reference": reference,
                "amount": amount,
                "valid_from": scene.day + timedelta(days=days - 365),
                "valid_until": scene.day + timedelta(days=days),
            }
        )


def _note_ratings(scene):
    scene.company.env["ar.credit.rating"].create(
        [
            {
                "partner_id": scene.firms[key].id,
                "company_id": scene.company.id,
                "author": BUREAU,
                "rating": rating,
                "description": words,
                "scale": "100 (best) to 600 (worst)",
                "scale_worst": worst,
                "scale_best": best,
                "rated_on": scene.day - timedelta(days=40),
                "valid_until": scene.day + timedelta(days=325),
            }
            for key, rating, words, worst, best in RATINGS
        ]
    )

"""How the demo company gives up and hands over what nobody will pay, and provides for the rest."""

from datetime import timedelta

from odoo import Command

from .late_items import find_late

# What generic charts of accounts lack: code, name, type.
ACCOUNTS = (
    ("644000", "Bad debts", "expense"),
    ("645000", "Impairment of receivables", "expense"),
    ("451000", "Recovered bad debts", "income_other"),
    ("121900", "Loss allowance on receivables", "asset_current"),
)
# Nobody is chased for less than this once it is late for so many days.
SMALL = {"small_amount": 20.0, "small_days": 60, "small_cap": 60.0}
APPROVAL_FROM = 2500.0
OVERLAY = (91, 5.0, "Two customers in the building trade filed for insolvency this year")
AGENCY = "Inkasso Elbe GmbH"
AGENCY_REFERENCE = "IE-48113"


def agree_closing(scene):
    """Say where bad debts are booked, who approves them, and what is provided for."""
    env = scene.company.env
    accounts = {
        code: env["account.account"].create(
            {
                "code": code,
                "name": name,
                "account_type": kind,
                "company_ids": [Command.set(scene.company.ids)],
            }
        )
        for code, name, kind in ACCOUNTS
    }
    env["ar.writeoff.policy"].ar_get_policy(scene.company).write(
        {
            **SMALL,
            "loss_account_id": accounts["644000"].id,
            "recovery_account_id": accounts["451000"].id,
        }
    )
    provisions = env["ar.provision.policy"].ar_get_policy(scene.company)
    provisions.write(
        {
            "expense_account_id": accounts["645000"].id,
            "allowance_account_id": accounts["121900"].id,
        }
    )
    day, points, reason = OVERLAY
    bucket = provisions.bucket_ids.filtered(lambda each: each.from_day == day)
    bucket.write({"overlay": points, "overlay_reason": reason})
    env["ar.credit.approval"].create(
        [
            {"company_id": scene.company.id, "kind": "write_off", **bounds}
            for bounds in (
                {"amount_from": 0.0, "amount_to": APPROVAL_FROM},
                {"amount_from": APPROVAL_FROM, "amount_to": 0.0, "four_eyes": True},
            )
        ]
    )


def ask_write_off(scene, key, reason, note):
    """A collector asks for the customer's oldest late invoice to be given up."""
    items = find_late(scene, key, count=1)
    if items:
        env = scene.act_as("collector").env
        requests = env["ar.writeoff.request"].with_company(scene.company.id)
        why = env.ref(f"ar_automation.writeoff_reason_{reason}")
        requests.ar_request(items.with_env(env), why, note=note, date=scene.day)


def approve_write_offs(scene):
    """Those who may agree to what was asked for, the supervisor last."""
    for login in ("credit", "supervisor"):
        env = scene.act_as(login).env
        waiting = env["ar.writeoff.request"].search(
            [
                ("company_id", "=", scene.company.id),
                ("state", "=", "to_approve"),
                ("first_approver_id", "!=", env.uid),
            ]
        )
        if waiting:
            waiting.action_approve()


def hand_over(scene, key):
    """What a customer still owes after everything else goes to an agency."""
    items = find_late(scene, key, count=None)
    if items:
        agency = scene.company.env["res.partner"].create({"name": AGENCY, "is_company": True})
        env = scene.act_as("collector").env
        cases = env["ar.handover"].with_company(scene.company.id)
        case = cases.ar_prepare(items.with_env(env), agency.with_env(env))
        case.reference = AGENCY_REFERENCE
        case.action_hand_over()


def count_provisions(scene):
    """The supervisor counts the expected losses of the last two ends of a month."""
    supervised = scene.act_as("supervisor")
    last = scene.day.replace(day=1) - timedelta(days=1)
    for day in (last.replace(day=1) - timedelta(days=1), last):
        supervised.env["ar.provision"].ar_compute(supervised, day)

"""Judges customers as they stand, where goods leave or invoices are posted."""

from typing import NamedTuple

from odoo import fields

from ...engine.credit.check import check_credit
from .check_wording import CheckWording
from .credit_standing import StandingQuery
from .exposure_query import to_decimal


class JudgedCustomer(NamedTuple):
    """The verdict on a customer, ``pass``, ``warn`` or ``hold``, and its reasons in words."""

    decision: str
    notice: str


def judge_customers(customers, company, checkpoint):
    """Judge what customers owe as it stands, with a constant number of queries.

    What is delivered or invoiced is part of the exposure already, as an order or a draft.

    :param res.partner customers: commercial partners.
    :param str checkpoint: ``delivery`` or ``invoice``.
    :return: ``{partner id: JudgedCustomer}``; empty while credit limits are switched off or no
        policy of the company asks anything at this checkpoint.
    """
    env, field = customers.env, f"checkpoint_{checkpoint}"
    policies = env["ar.credit.policy"].sudo()
    asking = [("company_id", "=", company.id), (field, "!=", "nothing")]
    is_on = company.sudo().account_use_credit_limit
    if not (customers and is_on and policies.search_count(asking, limit=1)):
        return {}
    customers = customers.sudo().with_company(company)
    standings = StandingQuery(company, fields.Date.context_today(customers)).collect(customers)
    wording = CheckWording(env, company.currency_id)
    judged = {}
    for customer in customers:
        known = standings[customer.id]
        policy = known.policy.sudo()
        facts = customer._ar_prepare_check_facts(known, to_decimal(company.currency_id, 0.0))
        found = check_credit(facts, policy._prepare_check_rules(checkpoint))
        codes = [reason.code for reason in found.reasons]
        words = (
            wording.sentence(found.reasons)
            if policy.tell_salespeople
            else wording.standing_notice(codes)
        )
        judged[customer.id] = JudgedCustomer(found.decision, words)
    return judged

"""Books what rules make of transactions: the suspense side goes to the counterparts.

A transaction that goes to one account as a whole is booked by writing the account on its suspense
line, in groups; one that is divided, or bears tax, gets lines of its own.
"""

from collections import defaultdict

from odoo.exceptions import UserError
from odoo.fields import Command


def book_by_rules(outcomes):
    """Book transactions by rules.

    :param outcomes: ``{statement line: Outcome}``, each bookable.
    :raises UserError: if an entry was booked otherwise meanwhile.
    """
    _set_partners(outcomes)
    groups = defaultdict(lambda: next(iter(outcomes)).env["account.move.line"])
    for line, outcome in outcomes.items():
        suspense = _suspense_of(line)
        shares = _rule_lines(line, outcome)
        if len(shares) == 1 and not shares[0][0].tax_ids:
            groups[shares[0][0]] |= suspense
        else:
            _divide(line, suspense, shares)
    for rule_line, suspense in groups.items():
        # The entry is changed on purpose; core's synchronisation would rebuild it.
        suspense.with_context(skip_account_move_synchronization=True).write(
            _prepare_counterpart_vals(rule_line)
        )
    _schedule_activities(outcomes)


def _suspense_of(line):
    _liquidity, suspense, other = line._seek_for_lines()
    if len(suspense) != 1 or other:
        raise UserError(
            line.env._(
                "%s is booked in part already. Take that back before a rule books it.",
                line.payment_ref,
            )
        )
    return suspense


def _rule_lines(line, outcome):
    records = line.env["account.reconcile.model.line"].sudo()
    return [(records.browse(share.line.line_id), share.amount) for share in outcome.shares]


def _set_partners(outcomes):
    """Set the other side first: core rebuilds an entry whose partner changes."""
    groups = defaultdict(lambda: next(iter(outcomes)).browse())
    for line, outcome in outcomes.items():
        partner = outcome.partner_id or next(
            (share.line.partner_id for share in outcome.shares if share.line.partner_id), 0
        )
        if partner and not line.partner_id:
            groups[partner] |= line
    for partner, lines in groups.items():
        lines.write({"partner_id": partner})


def _prepare_counterpart_vals(rule_line):
    vals = {"account_id": rule_line.account_id.id, "reconcile_model_id": rule_line.model_id.id}
    if rule_line.label:
        vals["name"] = rule_line.label
    if rule_line.partner_id:
        vals["partner_id"] = rule_line.partner_id.id
    if rule_line.analytic_distribution:
        vals["analytic_distribution"] = rule_line.analytic_distribution
    return vals


def _divide(line, suspense, shares):
    """Replace the suspense line; the last share takes what rounding to company money leaves."""
    rest, lines_vals = suspense.balance, []
    for number, (rule_line, amount) in enumerate(shares, 1):
        balance = rest
        if number < len(shares):
            balance = line._prepare_counterpart_amounts_using_st_line_rate(
                suspense.currency_id, None, -float(amount)
            )["balance"]
        rest = line.company_id.currency_id.round(rest - balance)
        vals = {
            "name": line.payment_ref,
            "partner_id": line.partner_id.id,
            "currency_id": suspense.currency_id.id,
            "amount_currency": -float(amount),
            "balance": balance,
            **_prepare_counterpart_vals(rule_line),
        }
        lines_vals += _with_taxes(line, rule_line, vals)
    line.with_context(force_delete=True, skip_readonly_check=True).write(
        {"line_ids": [Command.delete(suspense.id), *map(Command.create, lines_vals)]}
    )


def _with_taxes(line, rule_line, vals):
    """Split a counterpart that includes taxes into its base and its taxes."""
    taxes = rule_line.tax_ids
    if not taxes:
        return [vals]
    env, company = line.env, line.company_id
    amount, balance = vals["amount_currency"], vals["balance"]
    sales = taxes[0].type_tax_use == "sale"
    base = env["account.tax"]._prepare_base_line_for_taxes_computation(
        None,
        partner_id=env["res.partner"].browse(vals["partner_id"]),
        currency_id=env["res.currency"].browse(vals["currency_id"]),
        account_id=rule_line.account_id,
        analytic_distribution=rule_line.analytic_distribution,
        tax_ids=taxes,
        price_unit=amount,
        quantity=1.0,
        rate=abs(amount / balance) if balance else 1.0,
        # A sale is a credit and a purchase a debit; the other way round it is taken back.
        is_refund=(amount > 0) if sales else (amount < 0),
        special_mode="total_included",
    )
    tax_model = env["account.tax"]
    tax_model._add_tax_details_in_base_lines([base], company)
    tax_model._round_base_lines_tax_details([base], company)
    tax_model._add_accounting_data_in_base_lines_tax_details(
        [base], company, include_caba_tags=True
    )
    computed = tax_model._prepare_tax_lines([base], company)
    tax_vals = [
        {**tax, "reconcile_model_id": rule_line.model_id.id} for tax in computed["tax_lines_to_add"]
    ]
    base_vals = {
        **vals,
        **computed["base_lines_to_update"][0][1],
        "tax_ids": [Command.set(taxes.ids)],
        "balance": company.currency_id.round(balance - sum(tax["balance"] for tax in tax_vals)),
    }
    return [base_vals, *tax_vals]


def _schedule_activities(outcomes):
    for line, outcome in outcomes.items():
        for rule in line.env["account.reconcile.model"].sudo().browse(outcome.rules):
            if rule.next_activity_type_id:
                line.move_id.activity_schedule(
                    activity_type_id=rule.next_activity_type_id.id,
                    summary=rule.name,
                    user_id=line.env.uid,
                )

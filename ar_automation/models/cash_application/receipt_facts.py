"""Reads what a payment paid, as its receipt says it: texts and amounts in the reader's language.

What was settled is read from the reconciliation, not from the decision that led to it: a receipt
says what stands in the books when it leaves.
"""

from collections import defaultdict

from odoo.tools import format_date

# Kinds of differences that a customer is told by name.
NAMED = ("discount", "bank_charge", "rounding")


def read_receipt(line):
    """Read one matched payment.

    :param line: an ``account.bank.statement.line``, in the language of the reader.
    :return: ``amount``, ``date``, ``rows`` (what was settled: ``name``, ``due``, ``amount``,
        ``left``), ``differences`` (``name``, ``amount``), ``credits`` and ``balances`` (texts,
        one per currency; ``owed`` is false where the customer has credit).
    """
    return {
        "amount": line.currency_id.format(line.amount),
        "date": format_date(line.env, line.date),
        "rows": [_row(item, amount) for item, amount in find_settled(line)],
        "differences": _differences(line),
        "credits": [
            currency.format(amount) for currency, amount in find_credit(line).items() if amount > 0
        ],
        "balances": _balances(line),
    }


def find_received(line):
    """The receivable items that stand for the payment, credit notes that it netted included.

    A payment that was registered before the bank told of it has them in its own entry.
    """
    own = line.move_id.line_ids
    cleared = own.matched_credit_ids.credit_move_id | own.matched_debit_ids.debit_move_id
    registered = cleared.payment_id.move_id.line_ids
    return (own | registered).filtered(lambda item: item.account_type == "asset_receivable")


def find_settled(line):
    """``[(item, amount)]``: what was settled of each document, credit notes negative.

    Exchange differences settle nothing that the customer knows of and are left out.
    """
    settled = defaultdict(float)
    for item in find_received(line):
        for partial in item.matched_debit_ids:
            settled[partial.debit_move_id] += partial.debit_amount_currency
        for partial in item.matched_credit_ids:
            settled[partial.credit_move_id] -= partial.credit_amount_currency
    return [
        (item, amount)
        for item, amount in sorted(settled.items(), key=lambda pair: pair[0].id)
        if not item.move_id.exchange_diff_partial_ids and not item.currency_id.is_zero(amount)
    ]


def find_credit(line):
    """``{currency: amount}`` of the payment that no document has taken."""
    credit = defaultdict(float)
    for item in find_received(line):
        if item.balance < 0:
            credit[item.currency_id] -= item.amount_residual_currency
    return {currency: currency.round(amount) for currency, amount in credit.items()}


def _row(item, amount):
    currency = item.currency_id
    return {
        "name": item.move_id.name or item.name or "",
        "due": format_date(item.env, item.date_maturity or item.date),
        "amount": currency.format(currency.round(amount)),
        "left": currency.format(item.amount_residual_currency),
        "is_settled": currency.is_zero(item.amount_residual_currency),
    }


def _differences(line):
    """What was given away or kept beside the payment: discount, charges, rounding, write-off."""
    liquidity = line._seek_for_lines()[0]
    booked_off = (line.move_id.line_ids - liquidity).filtered(
        lambda item: item.account_type != "asset_receivable" and not item.reconciled
    )
    amounts = defaultdict(float)
    for item in booked_off:
        amounts[item.currency_id] += item.amount_currency
    applied = line.sudo().ar_proposal_ids.filtered(lambda proposal: proposal.state == "applied")
    action = applied[:1].action
    labels = dict(applied._fields["action"]._description_selection(line.env))
    name = labels[action if action in NAMED else "write_off"]
    return [
        {"name": name, "amount": currency.format(currency.round(amount))}
        for currency, amount in amounts.items()
        if not currency.is_zero(amount)
    ]


def _balances(line):
    """What the customer owes in all now, per currency."""
    customer = find_received(line).partner_id.commercial_partner_id
    groups = line.env["account.move.line"]._read_group(
        [
            ("company_id", "=", line.company_id.id),
            ("partner_id", "child_of", customer.ids),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
        ],
        ["currency_id"],
        ["amount_residual_currency:sum"],
    )
    balances = [(currency, currency.round(amount)) for currency, amount in groups]
    return [
        {"owed": amount > 0, "amount": currency.format(abs(amount))}
        for currency, amount in balances or [(line.currency_id, 0.0)]
    ]

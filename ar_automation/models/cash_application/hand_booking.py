"""Books what a person chose: a payment split over open items, its rest on account or written off.

The suspense side of the bank entry is replaced by one journal item per open item, in the item's
currency and at the bank's rate, and one for the rest. Each is reconciled with its open item, so
that core writes the exchange differences.
"""

from dataclasses import dataclass

from odoo.exceptions import UserError
from odoo.fields import Command

from .write_off_taxes import split_taxes


@dataclass(frozen=True, slots=True)
class Rest:
    """Where goes what the items leave of the payment, or what the payment leaves of the items.

    :ivar account: account of the rest; None where nothing may be left.
    :ivar partner: customer of the rest.
    :ivar label: text of the journal item.
    :ivar written_off: whether the rest is given up instead of standing as the customer's credit.
    :ivar taxes: ``account.tax`` records contained in what is given up.
    :ivar analytic: analytic distribution of what is given up.
    """

    account: object = None
    partner: object = None
    label: str = ""
    written_off: bool = False
    taxes: object = None
    analytic: dict | None = None


def settle(line, amounts, rest):
    """Book a payment against open items.

    :param line: an ``account.bank.statement.line`` that is not reconciled.
    :param amounts: ``{open item: amount in its currency}``, with the sign of its residual.
    :param Rest rest: where the difference goes.
    :raises UserError: naming what does not fit, if an amount exceeds its item, an item was settled
        meanwhile, or a difference has nowhere to go.
    """
    _liquidity, suspense, _other = line._seek_for_lines()
    for item, amount in amounts.items():
        _check_item(line, item, amount)
    counterparts = [_counterpart(line, item, amount) for item, amount in amounts.items()]
    left = {
        "amount_currency": suspense.amount_currency - sum(worth for _vals, worth in counterparts),
        "balance": suspense.balance - sum(vals["balance"] for vals, _worth in counterparts),
    }
    values = [vals for vals, _worth in counterparts]
    if suspense.currency_id.is_zero(left["amount_currency"]):
        # what the rates left in the company's currency belongs to the last item
        values[-1]["balance"] += left["balance"]
    else:
        _check_rest(line, suspense, left["amount_currency"], rest)
        values += split_taxes(_rest_vals(suspense, left, rest), rest.taxes, rest.partner)
    created = _replace(line, suspense, values)
    plan = [new | item for new, item in zip(created, amounts, strict=False)]
    if plan:
        line.env["account.move.line"]._reconcile_plan(plan)


def _check_item(line, item, amount):
    env, residual = line.env, item.amount_residual_currency
    if item.reconciled or item.parent_state != "posted":
        raise UserError(env._("%s was settled or taken back meanwhile.", item.move_id.name))
    if item.currency_id.is_zero(amount) or (amount > 0) != (residual > 0):
        raise UserError(
            env._("Give an amount for %s, with the sign of what is open.", item.move_id.name)
        )
    if item.currency_id.compare_amounts(abs(amount), abs(residual)) > 0:
        raise UserError(
            env._(
                "Of %(item)s only %(open)s is open.",
                item=item.move_id.name,
                open=item.currency_id.format(residual),
            )
        )


def _counterpart(line, item, amount):
    """The journal item that settles an open item, and its worth in the payment's currency."""
    currency = item.currency_id
    owed = item.company_currency_id.round(
        item.amount_residual * amount / item.amount_residual_currency
    )
    worth = line._prepare_counterpart_amounts_using_st_line_rate(currency, -owed, -amount)
    vals = {
        "name": line.payment_ref,
        "account_id": item.account_id.id,
        "partner_id": item.partner_id.id,
        "currency_id": currency.id,
        "amount_currency": -amount,
        "balance": worth["balance"],
    }
    return vals, worth["amount_currency"]


def _check_rest(line, suspense, left, rest):
    too_much = (left > 0) != (suspense.amount_currency > 0)
    if rest.account and (rest.written_off or not too_much):
        return
    amount = suspense.currency_id.format(abs(left))
    if too_much:
        raise UserError(
            line.env._(
                "The chosen items are %s more than the payment. Lower an amount, or write the "
                "difference off.",
                amount,
            )
        )
    raise UserError(
        line.env._("%s of the payment is left. Put it on account or write it off.", amount)
    )


def _rest_vals(suspense, left, rest):
    return {
        "name": rest.label or suspense.name,
        "account_id": rest.account.id,
        "partner_id": rest.partner.id if rest.partner else False,
        "currency_id": suspense.currency_id.id,
        **({"analytic_distribution": rest.analytic} if rest.analytic else {}),
        **left,
    }


def _replace(line, suspense, values):
    """Put journal items in the place of the suspense item.

    :return: the new journal items, in the order of ``values``.
    """
    before = line.move_id.line_ids
    # force_delete, skip_readonly_check: the entry is posted, as all bank entries are, and is
    # changed on purpose; skip_invoice_sync: its taxes are written already
    line.move_id.with_context(
        force_delete=True, skip_readonly_check=True, skip_invoice_sync=True
    ).write({"line_ids": [Command.delete(suspense.id), *map(Command.create, values)]})
    return (line.move_id.line_ids - before).sorted("id")

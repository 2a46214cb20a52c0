"""The journal entries of write-offs and recoveries, as values.

A write-off credits each item with exactly what is open of it, in both currencies, so that it
closes without a difference of exchange, and charges the loss. With relief the loss is the
amount without its tax, and the tax goes back to the accounts and boxes that a credit note of
the invoice would use.
"""

from dataclasses import dataclass
from decimal import Decimal

from odoo import Command

from ...engine.dunning.write_off import share_out

# what of an entry's items stands for one and the same thing in both currencies
AMOUNTS = (("balance", "company_currency_id"), ("amount_currency", "currency_id"))


@dataclass
class Booking:
    """Where one request is booked.

    :param account: of the loss.
    :param bool is_relief: the tax is taken back.
    """

    account: object
    is_relief: bool


def to_decimal(currency, amount):
    """An amount of money, rounded to its currency, without the noise of a float."""
    return Decimal(str(currency.round(amount)))


def get_unit(currency):
    """The smallest unit of a currency."""
    return Decimal(str(currency.rounding))


def find_tax(item):
    """The tax in what is open of an item, in company currency."""
    return sum((values["balance"] for values in _tax_lines(item)), 0.0)


def prepare_item_lines(item, booking):
    """Values of the entry's items that give up one open item: its credit first, then the loss."""
    closing = {
        "name": item.move_id.name,
        "account_id": item.account_id.id,
        "partner_id": item.partner_id.id,
        "currency_id": item.currency_id.id,
        "balance": -item.amount_residual,
        "amount_currency": -item.amount_residual_currency,
    }
    loss = {
        **closing,
        "account_id": booking.account.id,
        "balance": item.amount_residual,
        "amount_currency": item.amount_residual_currency,
    }
    return [closing, *(_split(item, loss) if booking.is_relief else [loss])]


def prepare_recovery_lines(request, credit, balance, account):
    """Values of the entry's items that turn a customer's credit into a recovery.

    :param ar.writeoff.request request: what was given up.
    :param account.move.line credit: the payment that came after all.
    :param float balance: how much of it is recovered, in company currency.
    :param account.account account: of the income.
    """
    rate = credit.amount_residual_currency / credit.amount_residual
    common = {
        "name": request.name,
        "partner_id": credit.partner_id.id,
        "currency_id": credit.currency_id.id,
    }
    used = _amounts(credit, balance, rate)
    taxes = [
        {**common, **values, **_amounts(credit, -float(amount), rate)}
        for values, amount in _taxes_due_again(request, balance)
    ]
    income = {
        **common,
        "account_id": account.id,
        **{
            name: -used[name] - sum(tax[name] for tax in taxes)
            for name in ("balance", "amount_currency")
        },
    }
    return [{**common, "account_id": credit.account_id.id, **used}, income, *taxes]


def _amounts(item, balance, rate):
    return {"balance": balance, "amount_currency": item.currency_id.round(balance * rate)}


def _taxes_due_again(request, balance):
    """``(values, amount)`` of each tax that was taken back: what of it is due once more.

    Counted on all recoveries so far, so that parts come to the same as the whole.
    """
    lines = request.move_id.line_ids.filtered("tax_repartition_line_id")
    currency = request.currency_id
    parts = [to_decimal(currency, line.balance) for line in lines]
    whole, unit = to_decimal(currency, request.amount), get_unit(currency)
    before = to_decimal(currency, request.recovered_amount)
    after = before + to_decimal(currency, balance)
    shares = zip(
        lines,
        share_out(parts, before, whole, unit),
        share_out(parts, after, whole, unit),
        strict=True,
    )
    return [
        (
            {
                "account_id": line.account_id.id,
                "tax_repartition_line_id": line.tax_repartition_line_id.id,
                "tax_tag_ids": [Command.set(line.tax_tag_ids.ids)],
            },
            now - earlier,
        )
        for line, earlier, now in shares
    ]


def _split(item, loss):
    """The loss without its tax, by the taxes it bore, and the taxes."""
    taxes, bases = _tax_lines(item), _base_lines(item, loss)
    rest = {
        name: loss[name] - sum(values[name] for values in (*taxes, *bases))
        for name in ("balance", "amount_currency")
    }
    if not bases:
        return [{**loss, **rest}, *taxes]
    # what was not taxed has a line of its own; what rounding left belongs to the largest base
    if abs(rest["balance"]) > len(taxes + bases) * item.company_currency_id.rounding:
        return [*bases, {**loss, **rest}, *taxes]
    largest = max(bases, key=lambda values: abs(values["balance"]))
    for name, amount in rest.items():
        largest[name] += amount
    return [*bases, *taxes]


def _tax_lines(item):
    lines = item.move_id.line_ids.filtered("tax_repartition_line_id")
    return [
        {
            "name": line.name,
            "partner_id": item.partner_id.id,
            "currency_id": item.currency_id.id,
            **_refund_values(line),
            **amounts,
        }
        for line, amounts in zip(lines, _shares(item, lines), strict=True)
    ]


def _base_lines(item, loss):
    lines = item.move_id.line_ids.filtered(lambda line: line.tax_ids and line.balance)
    found = []
    for taxes, group in lines.grouped("tax_ids").items():
        shares = _shares(item, group)
        # the boxes of tax that is due on payment are filled by its own entries
        due = taxes.filtered(lambda tax: tax.tax_exigibility != "on_payment")
        tags = due.refund_repartition_line_ids.filtered(
            lambda part: part.repartition_type == "base"
        ).tag_ids
        found.append(
            {
                **loss,
                "tax_ids": [Command.set(taxes.ids)],
                "tax_tag_ids": [Command.set(tags.ids)],
                "balance": sum(share["balance"] for share in shares),
                "amount_currency": sum(share["amount_currency"] for share in shares),
            }
        )
    return found


def _shares(item, lines):
    """What of each line of the invoice belongs to the open part, with the sign of a credit note."""
    terms = item.move_id.line_ids.filtered(lambda line: line.display_type == "payment_term")
    columns = []
    for (name, currency_name), residual in zip(
        AMOUNTS, (item.amount_residual, item.amount_residual_currency), strict=True
    ):
        currency = item[currency_name]
        shares = share_out(
            [to_decimal(currency, -line[name]) for line in lines],
            to_decimal(currency, residual),
            to_decimal(currency, sum(terms.mapped(name))),
            get_unit(currency),
        )
        columns.append([float(share) for share in shares])
    return [
        {"balance": balance, "amount_currency": amount}
        for balance, amount in zip(*columns, strict=True)
    ]


def _refund_values(line):
    """Account, repartition and tags that a credit note would use for a tax of the invoice."""
    part = line.tax_repartition_line_id
    tax = part.tax_id
    refund = dict(
        zip(tax.invoice_repartition_line_ids, tax.refund_repartition_line_ids, strict=False)
    ).get(part, part)
    # tax that is due on payment waits on its own account, and leaves from there
    waits = tax.tax_exigibility == "on_payment"
    account = line.account_id if waits or not refund.account_id else refund.account_id
    return {
        "account_id": account.id,
        "tax_repartition_line_id": refund.id,
        "tax_tag_ids": [Command.set([] if waits else refund.tag_ids.ids)],
    }

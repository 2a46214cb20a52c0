"""Books transactions as bank lines, with what the database knows of their payers and currencies."""

from collections import defaultdict

from .bulk_lines import create_bank_lines
from .statement_lines import prepare_line_vals
from .statement_placing import normalise_account


def create_lines(journal, transactions):
    """Create the lines of booked transactions that came without a file.

    :return: the ``account.bank.statement.line`` records, in the order of the transactions.
    """
    order = sorted(range(len(transactions)), key=lambda index: transactions[index].booking_date)
    lines = _create(journal, [(transactions[index], False) for index in order], {})
    by_index = dict(zip(order, lines, strict=True))
    return lines.browse(by_index[index].id for index in range(len(transactions)))


def create_file_lines(journal, items, record, container, *, apply=False):
    """Create the lines of a file's booked transactions, in the order of their dates.

    :param items: ``[(transaction, key)]``
    :param record: the ``ar.statement.import``
    :param container: the ``account.bank.statement`` that they make up, or none
    :param bool apply: match them with what they pay on the way
    :return: the ``account.bank.statement.line`` records
    """
    ordered = sorted(items, key=lambda item: item[0].booking_date)
    shared = {"ar_import_id": record.id, "statement_id": container.id}
    return _create(journal, ordered, shared, apply=apply)


def _create(journal, items, shared, *, apply=False):
    transactions = [transaction for transaction, _key in items]
    partners = _partners_by_account(journal, {line.counterparty.account for line in transactions})
    foreign = _foreign_currencies(journal.env, transactions)
    vals_list = (
        prepare_line_vals(line, journal, key)
        | shared
        | {"partner_id": partners.get(normalise_account(line.counterparty.account), False)}
        | _prepare_foreign_vals(line, foreign)
        for line, key in items
    )
    return create_bank_lines(journal.env["account.bank.statement.line"], vals_list, apply=apply)


def _partners_by_account(journal, numbers):
    """Customer per bank account, where the account belongs to one customer only."""
    company = journal.company_id
    wanted = [normalise_account(number) for number in numbers if number]
    accounts = (
        journal.env["res.partner.bank"]
        .sudo()
        .search(
            [
                ("sanitized_acc_number", "in", wanted),
                ("company_id", "in", (False, company.id)),
                ("partner_id", "!=", company.partner_id.id),
            ]
        )
    )
    owners = defaultdict(set)
    for account in accounts:
        owners[account.sanitized_acc_number].add(account.partner_id.commercial_partner_id.id)
    return {number: next(iter(ids)) for number, ids in owners.items() if len(ids) == 1}


def _foreign_currencies(env, transactions):
    names = {line.exchange.foreign.currency for line in transactions if line.exchange.foreign}
    currencies = env["res.currency"].search([("name", "in", list(names))])
    return {currency.name: currency for currency in currencies}


def _prepare_foreign_vals(line, currencies):
    foreign = line.exchange.foreign
    currency = currencies.get(foreign.currency) if foreign else None
    # Where a bank kept a fee on the way, the foreign amount is not what arrived: taking
    # it as paid would hide the fee in the exchange rate.
    if not currency or not foreign.amount or any(fee.amount for fee in line.charges):
        return {}
    return {
        "foreign_currency_id": currency.id,
        "amount_currency": currency.round(float(foreign.amount)),
    }

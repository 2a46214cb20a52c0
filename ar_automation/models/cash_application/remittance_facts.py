"""Reads the remittance advices that wait for their payment, in one statement."""

from ...engine.matching.advice import Advice, attach
from ...engine.matching.facts import Advised
from ...engine.matching.payer.directory import directory_of
from .line_facts import exact


def attach_advices(company, payments, customers):
    """Give payments the documents of the remittance advices that are about them."""
    advices = read_advices(company)
    if not advices or not payments:
        return payments
    return attach(payments, advices, directory_of(tuple(customers)))


def read_advices(company):
    """Read the advices of a company that are ready to be used.

    :return: list of :class:`Advice`; only lines that are sure count.
    """
    remittances = (
        company.env["ar.remittance"]
        .sudo()
        .search([("company_id", "=", company.id), ("state", "=", "ready")])
    )
    return [_advice(remittance) for remittance in remittances]


def _advice(remittance):
    currency = remittance.currency_id
    return Advice(
        remittance.id,
        remittance.partner_id.commercial_partner_id.id,
        exact(remittance.amount, currency.decimal_places),
        currency.name,
        tuple(
            Advised(line.document_number, exact(line.amount, currency.decimal_places))
            for line in remittance.line_ids
            if line.is_sure
        ),
        remittance.reference or "",
        remittance.statement_line_id.id or 0,
    )

"""Looks up what an order file names: customers, products, earlier orders; one statement each."""

from collections import defaultdict

from odoo.tools import SQL

from ...engine.invoicing.intake.directory import Directory, Party
from ...engine.invoicing.intake.rows import text_key

KEYS = {
    "code": SQL("lower(regexp_replace(trim(p.ref), '\\s+', ' ', 'g'))"),
    "vat": SQL("lower(regexp_replace(p.vat, '[^[:alnum:]]+', '', 'g'))"),
    "email": SQL("lower(p.email_normalized)"),
    "name": SQL("lower(regexp_replace(trim(p.name), '\\s+', ' ', 'g'))"),
}
# A column that is called "Customer" may hold numbers as well as names.
LOOKED_UP = {**{kind: (kind,) for kind in KEYS}, "name": ("name", "code")}


def read_directory(company, rows):
    """What we know of all that the rows name.

    :param rows: list of :class:`IntakeRow`.
    """
    parties = _read_parties(company, rows)
    return Directory(
        parties=parties,
        products=_read_products(company, rows),
        orders=_read_orders(company, rows),
    )


def _read_parties(company, rows):
    wanted = defaultdict(set)
    for row in rows:
        for kind, key in row.buyer.given():
            wanted[kind].add(key)
    if not wanted:
        return {}
    company.env["res.partner"].flush_model()
    found = defaultdict(dict)
    branches = [
        SQL(
            """SELECT %(kind)s, %(key)s, p.id, p.commercial_partner_id
                 FROM res_partner p
                WHERE p.active AND %(key)s = ANY(%(keys)s)
                  AND (p.company_id IS NULL OR p.company_id IN %(companies)s)""",
            kind=kind,
            key=KEYS[column],
            keys=sorted(keys),
            companies=tuple(company.parent_ids.ids),
        )
        for kind, keys in wanted.items()
        for column in LOOKED_UP[kind]
    ]
    query = SQL("%s ORDER BY 3", SQL(" UNION ALL ").join(branches))
    for kind, key, contact, customer in company.env.execute_query(query):
        found[kind, key][contact] = Party(contact, customer)
    return {pair: _narrowed(hits) for pair, hits in found.items()}


def _narrowed(hits):
    """A company and its own contacts that share a key (a VAT number, an address) are one hit."""
    companies = [party for party in hits.values() if party.contact == party.customer]
    owners = {party.customer for party in companies}
    others = [party for party in hits.values() if party.customer not in owners]
    return tuple(companies + others)


def _read_products(company, rows):
    keys = {text_key(text) for row in rows for text in (row.product, row.barcode)} - {""}
    if not keys:
        return {}
    company.env["product.product"].flush_model(["default_code", "barcode", "active"])
    company.env["product.template"].flush_model(["company_id", "active", "sale_ok"])
    found = defaultdict(set)
    for product, *names in company.env.execute_query(
        SQL(
            """SELECT p.id, p.default_code, p.barcode
                 FROM product_product p
                 JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE p.active AND t.active AND t.sale_ok
                  AND (t.company_id IS NULL OR t.company_id IN %(companies)s)
                  AND (lower(regexp_replace(trim(p.default_code), '\\s+', ' ', 'g')) = ANY(%(keys)s)
                       OR lower(regexp_replace(trim(p.barcode), '\\s+', ' ', 'g')) = ANY(%(keys)s))
             ORDER BY p.id""",
            companies=tuple(company.parent_ids.ids),
            keys=sorted(keys),
        )
    ):
        for name in names:
            found[text_key(name or "")].add(product)
    return {key: tuple(products) for key, products in found.items() if key}


def _read_orders(company, rows):
    references = {text_key(row.reference) for row in rows} - {""}
    if not references:
        return {}
    company.env["sale.order"].flush_model(["client_order_ref", "state", "partner_id", "name"])
    found = company.env.execute_query(
        SQL(
            """SELECT p.commercial_partner_id, o.client_order_ref, o.name
                 FROM sale_order o
                 JOIN res_partner p ON p.id = o.partner_id
                WHERE o.company_id = %(company)s AND o.state <> 'cancel'
                  AND lower(regexp_replace(trim(o.client_order_ref), '\\s+', ' ', 'g'))
                      = ANY(%(references)s)
             ORDER BY o.id DESC""",
            company=company.id,
            references=sorted(references),
        )
    )
    return {(customer, text_key(reference)): name for customer, reference, name in found}

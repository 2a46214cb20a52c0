"""The customers in the database: firms, their invoice contacts, their bank accounts."""

from odoo import Command

from .company import PASSWORD, PORTAL_LOGIN, find_terms


def create_customers(company, customers):
    """Create the customers, parents before their subsidiaries.

    :param customers: the generated :class:`~.customers.Customer` values
    :return: the firms by the key of their customer.
    """
    firms = {}
    for group in ([c for c in customers if not c.parent], [c for c in customers if c.parent]):
        by_name = {firm.name: firm for firm in firms.values()}
        created = company.env["res.partner"].create(_prepare_firms(company, group, by_name))
        firms |= {customer.key: firm for customer, firm in zip(group, created, strict=True)}
    _create_contacts(company, customers, firms)
    _create_accounts(company, customers, firms)
    _create_portal_user(company, firms)
    return firms


def find_customers(company, customers):
    """Return the firms that were created for generated customers, by key."""
    found = company.env["res.partner"].search(
        [("ref", "in", [customer.number for customer in customers])]
    )
    by_number = {firm.ref: firm for firm in found}
    return {
        customer.key: by_number[customer.number]
        for customer in customers
        if customer.number in by_number
    }


def _prepare_firms(company, customers, by_name):
    env = company.env
    terms = find_terms(company)
    abroad = env["account.fiscal.position"].search(
        [("company_id", "=", company.id), ("name", "=", "Foreign Trade")], limit=1
    )
    return [
        {
            "name": customer.name,
            "ref": customer.number,
            "is_company": True,
            "customer_rank": 1,
            "parent_id": by_name[customer.parent].id if customer.parent else False,
            **_prepare_address(env, customer),
            "vat": customer.vat,
            "lang": customer.language,
            "email": customer.email,
            "phone": customer.phone,
            "company_id": False,
            "property_payment_term_id": terms[customer.terms].id,
            "property_account_position_id": abroad.id if customer.country != "DE" else False,
            "credit_limit": float(customer.credit_limit),
            "specific_property_product_pricelist": _find_pricelist(company, customer.currency).id,
        }
        for customer in customers
    ]


def _find_pricelist(company, currency):
    pricelists = company.env["product.pricelist"]
    domain = [("company_id", "=", company.id), ("currency_id.name", "=", currency)]
    return pricelists.search(domain, limit=1) or pricelists.create(
        {
            "name": f"List prices in {currency}",
            "company_id": company.id,
            "currency_id": company.env.ref(f"base.{currency}").id,
        }
    )


def _create_contacts(company, customers, firms):
    company.env["res.partner"].create(
        [
            {
                "name": customer.contact,
                "parent_id": firms[customer.key].id,
                "type": "invoice",
                "function": "Accounts payable",
                "email": customer.email,
                "phone": customer.phone,
                "lang": customer.language,
                **_prepare_address(company.env, customer),
            }
            for customer in customers
        ]
    )


def _prepare_address(env, customer):
    country = env.ref(f"base.{customer.country.lower()}")
    state = (
        country.state_ids.filtered(lambda state: state.code == customer.state)
        if customer.state
        else False
    )
    return {
        "street": customer.street,
        "zip": customer.postcode,
        "city": customer.town,
        "country_id": country.id,
        "state_id": state.id if state else False,
    }


def _create_accounts(company, customers, firms):
    banks = company.env["res.bank"].create(
        [
            {"name": f"Bank {bic}", "bic": bic}
            for bic in sorted({customer.bic for customer in customers})
        ]
    )
    by_bic = {bank.bic: bank for bank in banks}
    company.env["res.partner.bank"].create(
        [
            {
                "acc_number": customer.account,
                "partner_id": firms[customer.key].id,
                "bank_id": by_bic[customer.bic].id,
            }
            for customer in customers
        ]
    )


def _create_portal_user(company, firms):
    firm = next(iter(firms.values()))
    contact = firm.child_ids.filtered(lambda partner: partner.type == "invoice")[:1]
    company.env["res.users"].with_context(no_reset_password=True).create(
        {
            "login": PORTAL_LOGIN,
            "password": PASSWORD,
            "partner_id": contact.id,
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.set([company.env.ref("base.group_portal").id])],
        }
    )

"""Nordwind Components in the database: company, journal, catalogue, terms, rates, users."""

from datetime import timedelta
from math import sin

from odoo import Command
from odoo.exceptions import UserError

from .bank_accounts import ACCOUNTS, MAIN
from .catalogue import PRODUCTS, TERMS
from .customers import LANGUAGES
from .logo import draw_logo
from .story import YEAR

NAME = "Nordwind Components"
PASSWORD = "demo"  # noqa: S105 - everybody may know it
TERM_NAMES = {"30": "30 days", "60": "60 days", "14-2": "14 days 2 %, 30 days net"}

# login: (name, groups); the password of each is PASSWORD.
USERS = {
    "supervisor": (
        "Silke Supervisor",
        ("ar_automation.ar_automation_group_supervisor", "sales_team.group_sale_manager"),
    ),
    "collector": ("Carl Collector", ("ar_automation.ar_automation_group_collector",)),
    "clara": ("Clara Collector", ("ar_automation.ar_automation_group_collector",)),
    "credit": ("Karin Credit-Manager", ("ar_automation.ar_automation_group_credit_manager",)),
    "auditor": ("Anton Auditor", ("ar_automation.ar_automation_group_auditor",)),
    "accountant": ("Amelie Accountant", ("account.group_account_invoice",)),
    "sales": ("Sven Salesperson", ("sales_team.group_sale_salesman_all_leads",)),
}
PORTAL_LOGIN = "portal"


def find_company(env):
    """Return the demo company, empty if it was not built."""
    return env["res.company"].search([("name", "=", NAME)], limit=1)


def build_company(env, today):
    """Turn the database's own company into the demo company.

    :raises UserError: if that company has accounting entries: a company that
        somebody works with is never touched.
    :return: the company, its environment working in it
    """
    company = env.ref("base.main_company")
    if env["account.move"].search_count([("company_id", "=", company.id)], limit=1):
        raise UserError(
            env._(
                "%(company)s has accounting entries: "
                "the demo company is only built in a database of its own.",
                company=company.name,
            )
        )
    _install_languages(env)
    _activate_currencies(env)
    company = company.with_context(allowed_company_ids=company.ids, tracking_disable=True)
    _write_company(company)
    _allow_pricelists(env)
    _write_journals(company)
    _write_taxes(company)
    _create_rates(company, today)
    _create_terms(company)
    _create_products(company)
    _create_users(company)
    return company


def _install_languages(env):
    wanted = (
        env["res.lang"]
        .with_context(active_test=False)
        .search([("code", "in", list(LANGUAGES.values()))])
    )
    missing = wanted.filtered(lambda lang: not lang.active)
    if missing:
        wizard = env["base.language.install"].create(
            {"lang_ids": [Command.set(missing.ids)], "overwrite": False}
        )
        wizard.lang_install()


def _activate_currencies(env):
    (env.ref("base.EUR") | env.ref("base.USD")).active = True


def _allow_pricelists(env):
    """A pricelist per currency is how a customer gets its orders in dollars."""
    env.ref("base.group_user").implied_ids = [
        Command.link(env.ref("product.group_product_pricelist").id)
    ]


def _write_company(company):
    env = company.env
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    germany = env.ref("base.de")
    company.write(
        {
            "name": NAME,
            "country_id": germany.id,
            "account_fiscal_country_id": germany.id,
            "currency_id": env.ref("base.EUR").id,
            "street": "Speicherstadt 21",
            "zip": "20457",
            "city": "Hamburg",
            "vat": "DE136695976",
            "email": "receivables@nordwind.example.com",
            "phone": "+49 40 2345 0110",
            "website": "https://nordwind.example.com",
            "logo": draw_logo(),
        }
    )
    company.partner_id.write({"tz": "Europe/Berlin", "lang": "en_US"})


def _write_journals(company):
    """The chart's own bank journal becomes the main account's; the others get their own."""
    main = company.env["account.journal"].search(
        [("company_id", "=", company.id), ("type", "=", "bank")], order="sequence, id", limit=1
    )
    main.write(_prepare_journal_vals(company, MAIN))
    company.env["account.journal"].create(
        [
            {
                **_prepare_journal_vals(company, account),
                "type": "bank",
                "company_id": company.id,
                "sequence": main.sequence + place,
            }
            for place, account in enumerate(ACCOUNTS[1:], 1)
        ]
    )


def _prepare_journal_vals(company, account):
    bank = company.env["res.bank"].create({"name": account.bank, "bic": account.bic})
    number = company.env["res.partner.bank"].create(
        {
            "acc_number": account.iban,
            "partner_id": company.partner_id.id,
            "bank_id": bank.id,
            "company_id": company.id,
            "allow_out_payment": True,
        }
    )
    return {"name": account.bank, "code": account.code, "bank_account_id": number.id}


def bank_journal(company, account=MAIN):
    """Return the journal of one of the company's bank accounts."""
    return company.env["account.journal"].search(
        [("company_id", "=", company.id), ("type", "=", "bank"), ("code", "=", account.code)],
        limit=1,
    )


def _write_taxes(company):
    """German rate on domestic sales; none abroad."""
    taxes = company.env["account.tax"].search([("company_id", "=", company.id)])
    taxes.tax_group_id.write({"country_id": company.country_id.id})
    taxes.write({"country_id": company.country_id.id})
    standard = taxes.filtered(lambda tax: tax.amount == 15.0)
    standard.amount = 19.0
    for lang in LANGUAGES.values():
        told = standard.with_context(lang=lang)
        told.write({"name": "19%", "invoice_label": "19%"})
        told.tax_group_id.name = "19%"
    positions = company.env["account.fiscal.position"].search([("company_id", "=", company.id)])
    positions.filtered("country_id").country_id = company.country_id


def _create_rates(company, today):
    """A dollar rate for every day of the year and some before it, around 1.08 per euro."""
    days = YEAR + 60
    company.env["res.currency.rate"].create(
        [
            {
                "currency_id": company.env.ref("base.USD").id,
                "company_id": company.id,
                "name": today - timedelta(days=age),
                "company_rate": round(1.08 + 0.03 * sin(age / 40) + 0.006 * sin(age * 1.7), 4),
            }
            for age in range(days + 1)
        ]
    )


def _create_terms(company):
    company.env["account.payment.term"].create(
        [
            {
                "name": TERM_NAMES[key],
                "company_id": company.id,
                "early_discount": bool(percent),
                "discount_percentage": percent or 2.0,
                "discount_days": discount_days or 14,
                "early_pay_discount_computation": "included",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100.0, "nb_days": days})
                ],
            }
            for key, (days, percent, discount_days) in TERMS.items()
        ]
    )


def find_terms(company):
    """Return the payment terms of the catalogue by their key."""
    terms = company.env["account.payment.term"].search([("company_id", "=", company.id)])
    return {
        key: terms.filtered(lambda term, name=name: term.name == name)[:1]
        for key, name in TERM_NAMES.items()
    }


def _create_products(company):
    company.env["product.product"].create(
        [
            {
                "name": product.name,
                "default_code": product.code,
                "list_price": float(product.price),
                "type": "service" if product.is_service else "consu",
                "invoice_policy": "order",
                "company_id": company.id,
            }
            for product in PRODUCTS
        ]
    )


def find_products(company):
    """Return the products of the catalogue by their code."""
    products = company.env["product.product"].search([("company_id", "=", company.id)])
    return {product.default_code: product for product in products}


def _create_users(company):
    users = company.env["res.users"].with_context(
        no_reset_password=True, mail_create_nosubscribe=True
    )
    users.create(
        [
            {
                "name": name,
                "login": login,
                "password": PASSWORD,
                "email": f"{login}@nordwind.example.com",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set([company.env.ref(group).id for group in groups])],
            }
            for login, (name, groups) in USERS.items()
        ]
    )

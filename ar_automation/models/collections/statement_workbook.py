"""Statements of account as a workbook (XLSX): balances on one sheet, what makes them on another.

Whatever came from outside is written as text, never as a formula or a link: a customer called
``=HYPERLINK(…)`` stays a name.
"""

import io
from dataclasses import dataclass

import xlsxwriter

from .statement_figures import read_statements


def write_statement_workbook(company, customers, terms):
    """Return the statements of customers as the bytes of an XLSX file.

    :param company: with the language of the reader.
    :param StatementTerms terms: what they cover.
    """
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(output, options)
    statements = read_statements(company, customers, terms)
    pages = [
        (customer, group) for customer in customers for group in statements.get(customer.id, [])
    ]
    _write_balances(company, workbook, pages, terms)
    if terms.shows_movements:
        _write_movements(company.env, workbook, pages)
    _write_items(company.env, workbook, pages)
    workbook.close()
    return output.getvalue()


@dataclass
class _Sheet:
    """A sheet that is written row by row; dates and amounts keep their type."""

    workbook: xlsxwriter.Workbook
    name: str
    titles: list[str]
    head: str = ""

    def __post_init__(self):
        self.moneys = {}
        self.sheet = self.workbook.add_worksheet(self.name[:31])
        self.day = self.workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.row = 0
        if self.head:
            self.sheet.write_string(0, 0, self.head, self.workbook.add_format({"bold": True}))
            self.row = 2
        bold = self.workbook.add_format({"bold": True, "bottom": 1})
        for column, title in enumerate(self.titles):
            self.sheet.write_string(self.row, column, title, bold)
        self.sheet.set_column(0, 0, 34)
        self.sheet.set_column(1, len(self.titles) - 1, 15)
        self.sheet.freeze_panes(self.row + 1, 1)

    def add(self, texts, days=(), amounts=(), currency=None):
        self.row += 1
        column = 0
        for text in texts:
            self.sheet.write_string(self.row, column, text or "")
            column += 1
        for day in days:
            if day:
                self.sheet.write_datetime(self.row, column, day, self.day)
            column += 1
        for amount in amounts:
            self.sheet.write_number(self.row, column, amount, self._money(currency))
            column += 1

    def _money(self, currency):
        if currency not in self.moneys:
            decimals = "." + "0" * currency.decimal_places if currency.decimal_places else ""
            form = {"num_format": f"#,##0{decimals}"}
            self.moneys[currency] = self.workbook.add_format(form)
        return self.moneys[currency]


def _write_balances(company, workbook, pages, terms):
    env = company.env
    head = env._(
        "%(company)s: statement of account as of %(date)s", company=company.name, date=terms.last
    )
    titles = [env._("Customer"), env._("Customer number"), env._("Currency")]
    titles += [env._("Balance before"), env._("Balance"), env._("Overdue")]
    titles += [env._("Not due"), env._("1–30 days"), env._("31–60 days"), env._("61–90 days")]
    titles += [env._("91–120 days"), env._("over 120 days")]
    sheet = _Sheet(workbook, env._("Balances"), titles, head)
    for customer, group in pages:
        amounts = [group["opening"], group["balance"], group["overdue"], *group["aging"]]
        sheet.add(_whose(customer, group), (), amounts, group["currency"])


def _write_movements(env, workbook, pages):
    titles = [env._("Customer"), env._("Customer number"), env._("Currency"), env._("Document")]
    titles += [env._("Number"), env._("Reference"), env._("Date"), env._("Due")]
    titles += [env._("Amount"), env._("Balance")]
    sheet = _Sheet(workbook, env._("Movements"), titles)
    kinds = movement_names(env)
    for customer, group in pages:
        for row in group["movements"]:
            texts = [*_whose(customer, group), kinds[row["kind"]], row["name"], row["ref"]]
            amounts = (row["amount"], row["balance"])
            sheet.add(texts, (row["date"], row["due_date"]), amounts, group["currency"])


def _write_items(env, workbook, pages):
    titles = [env._("Customer"), env._("Customer number"), env._("Currency")]
    titles += [env._("Number"), env._("Reference"), env._("Date"), env._("Due")]
    titles += [env._("Original"), env._("Open")]
    sheet = _Sheet(workbook, env._("Open items"), titles)
    for customer, group in pages:
        for item in [*group["items"], *group["credits"]]:
            texts = [*_whose(customer, group), item["name"], item["ref"]]
            amounts = (item["original"], item["residual"])
            sheet.add(texts, (item["date"], item["due_date"]), amounts, group["currency"])


def _whose(customer, group):
    return [customer.name, customer.ref, group["currency"].name]


def movement_names(env):
    """What the kinds of movements are called, in the language of the reader."""
    return {
        "invoice": env._("Invoice"),
        "credit_note": env._("Credit note"),
        "payment": env._("Payment"),
        "entry": env._("Entry"),
        "settled": env._("Settled by"),
        "used": env._("Used for"),
    }

import io
import json

import xlsxwriter
from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from werkzeug.exceptions import InternalServerError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AgingController(http.Controller):
    """The aging as a workbook."""

    @http.route(
        "/ar_automation/aging/xlsx", type="http", auth="user", methods=["POST"], readonly=True
    )
    def download_aging(self, company_id=None, date=None, **_params):
        """Send the aging of a company as of a day as an XLSX file."""
        try:
            report = request.env["ar.aging"].ar_get_report(_to_id(company_id), date)
        except UserError as error:
            # The client reads the reason from this body and shows it.
            body = {
                "code": 0,
                "message": "Odoo Server Error",
                "data": http.serialize_exception(error),
            }
            raise InternalServerError(json.dumps(body)) from error
        name = f"{request.env._('Aging')} {report['company_name']} {report['date']}.xlsx"
        headers = [("Content-Type", XLSX), ("Content-Disposition", content_disposition(name))]
        return request.make_response(write_aging_workbook(request.env, report), headers=headers)


def write_aging_workbook(env, report):
    """Return the aging as the bytes of an XLSX file.

    Names are written as text, never as formulas or links: a customer called
    ``=HYPERLINK(…)`` stays a name.

    :param dict report: as ``ar.aging.ar_get_report`` returns it.
    """
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(output, options)
    sheet = workbook.add_worksheet(env._("Aging"))
    currency = env["res.currency"].browse(report["currency_id"])
    title = env._(
        "%(company)s: aging as of %(date)s, in %(currency)s",
        company=report["company_name"],
        date=report["date"],
        currency=currency.name,
    )
    sheet.write_string(0, 0, title, workbook.add_format({"bold": True, "font_size": 13}))
    _write_table(env, workbook, sheet, report, _number_format(currency))
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, len(report["buckets"]) + 1, 15)
    sheet.freeze_panes(3, 1)
    workbook.close()
    return output.getvalue()


def _write_table(env, workbook, sheet, report, number_format):
    columns = [("total", env._("Total")), *((b["key"], b["label"]) for b in report["buckets"])]
    bold = workbook.add_format({"bold": True, "bottom": 1})
    money = workbook.add_format({"num_format": number_format})
    total = workbook.add_format({"bold": True, "top": 1, "num_format": number_format})
    sheet.write_string(2, 0, env._("Customer"), bold)
    last = 3 + len(report["rows"])
    sheet.write_string(last, 0, env._("Total"), total)
    for number, row in enumerate(report["rows"], start=3):
        sheet.write_string(number, 0, row["partner_name"])
    for column, (key, label) in enumerate(columns, start=1):
        sheet.write_string(2, column, label, bold)
        for number, row in enumerate(report["rows"], start=3):
            sheet.write_number(number, column, row[key], money)
        sheet.write_number(last, column, report["totals"][key], total)


def _number_format(currency):
    decimals = "." + "0" * currency.decimal_places if currency.decimal_places else ""
    return f"#,##0{decimals}"


def _to_id(text):
    try:
        return int(text) if text else None
    except ValueError as error:
        raise UserError(
            request.env._("“%s” is no company number. Reload the page.", text)
        ) from error

import io

from odoo import http
from odoo.tests import HttpCase, tagged
from openpyxl import load_workbook

from ...controllers.reporting.aging import write_aging_workbook
from .common import ReportingCommon


@tagged("post_install", "-at_install")
class TestXlsx(ReportingCommon, HttpCase):
    def _sheet(self, content):
        return load_workbook(io.BytesIO(content)).active

    def test_names_are_never_formulas(self):
        names = (
            '=HYPERLINK("http://evil.example";"x")',
            "+1+1",
            "-2+3",
            "@SUM(A1)",
            "http://evil.example",
            "\tTab",
        )
        for name in names:
            self._invoice(self.env["res.partner"].create({"name": name}), 12.5, "2026-01-10")
        report = self.env["ar.aging"].ar_get_report(self.company.id, "2026-01-31")
        sheet = self._sheet(write_aging_workbook(self.env, report))
        cells = [sheet.cell(row, 1) for row in range(4, 4 + len(names))]
        self.assertEqual({cell.data_type for cell in cells}, {"s"})
        self.assertFalse(any(cell.hyperlink for cell in cells))
        self.assertEqual(
            {cell.value for cell in cells}, {row["partner_name"] for row in report["rows"]}
        )
        self.assertEqual(sheet.cell(4 + len(names), 2).value, 12.5 * len(names))

    def _post(self, **data):
        return self.url_open(
            "/ar_automation/aging/xlsx", data={"csrf_token": http.Request.csrf_token(self), **data}
        )

    def test_download(self):
        self._invoice(self.partner_a, 100, "2026-01-10", "2026-01-20")
        user = self._user("collector", "ar_automation.ar_automation_group_collector")
        self.authenticate(user.login, user.login)
        answer = self._post(company_id=self.company.id, date="2026-01-31")
        self.assertEqual(answer.status_code, 200)
        self.assertIn(".xlsx", answer.headers["Content-Disposition"])
        values = [cell.value for cell in self._sheet(answer.content)[4]]
        self.assertEqual(values, [self.partner_a.name, 100, 0, 100, 0, 0, 0, 0])
        refused = self._post(company_id="x'; --", date="2026-01-31")
        self.assertEqual(refused.status_code, 500)
        self.assertIn("is no company number", refused.text)
        self.assertIn("is no date", self._post(company_id=self.company.id, date="nonsense").text)

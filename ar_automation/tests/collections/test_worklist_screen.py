import json
from pathlib import Path

from odoo import fields
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import HttpCase, new_test_user, tagged

KEYS = (Path(__file__).parent / "worklist_keys.js").read_text()
RUN = """
steps.%s(%s).then(
    () => console.log("test successful"),
    (error) => console.error(error.message)
);
"""


@tagged("post_install", "-at_install")
class TestWorklistScreen(AccountTestInvoicingCommon, HttpCase):
    """The worklist in a real browser, driven by its keys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.user = new_test_user(
            cls.env, "caller", "ar_automation.ar_automation_group_collector",
            company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)],
        )  # fmt: skip
        names = ("one", "two", "three")
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"{name} Ltd", "email": f"{name}@example.com"} for name in names]
        )
        for number, customer in enumerate(cls.customers):
            for amount in (900, 100):
                cls._create_invoice_one_line(
                    partner_id=customer,
                    invoice_date="2026-01-01",
                    invoice_date_due="2026-02-01",
                    invoice_payment_term_id=False,
                    price_unit=amount / (number + 1),
                    tax_ids=[],
                    post=True,
                )

    def test_an_auditor_looks_and_is_offered_nothing_else(self):
        new_test_user(
            self.env, "onlooker", "ar_automation.ar_automation_group_auditor",
            company_id=self.company.id, company_ids=[(6, 0, self.company.ids)],
        )  # fmt: skip
        self.browser_js(
            "/odoo/worklist",
            KEYS + RUN % ("onlyLook", json.dumps({"first": self.customers[0].name})),
            ready="odoo.isReady === true",
            login="onlooker",
            timeout=300,
        )

    def test_a_day_by_keyboard(self):
        first, second, third = self.customers
        names = {"first": first.name, "second": second.name, "third": third.name}
        self.browser_js(
            "/odoo/worklist",
            KEYS + RUN % ("workTheDay", json.dumps(names)),
            ready="odoo.isReady === true",
            login="caller",
            timeout=300,
        )
        self.env.invalidate_all()
        logs = self.env["ar.contact.log"].search([("company_id", "=", self.company.id)], order="id")
        self.assertEqual(
            [(log.partner_id, log.outcome_id.code) for log in logs],
            [(first, "no_answer"), (second, "promised"), (second, "mailed"), (third, "planned")],
        )
        self.assertEqual(logs.user_id, self.user)
        promise = self.env["ar.promise"].search([("partner_id", "=", second.id)])
        self.assertEqual((promise.amount, len(promise.line_ids)), (450.0, 1))
        self.assertEqual(promise.date, fields.Date.to_date("2099-12-31"))
        holds = self.env["ar.collection.hold"].search([("partner_id", "=", third.id)])
        self.assertEqual(holds.mapped("reason"), ["Looks into it"])

import json
from pathlib import Path

from odoo.tests import HttpCase, new_test_user, tagged

from .test_workbench import WorkbenchCase

KEYS = (Path(__file__).parent / "workbench_keys.js").read_text()
# hoot's number for the suite @ar_automation/workbench
SUITE = "2ed835d5"
RUN = """
steps.%s(%s).then(
    () => console.log("test successful"),
    (error) => console.error(error.message)
);
"""


@tagged("post_install", "-at_install")
class TestWorkbenchScreen(WorkbenchCase, HttpCase):
    """The workbench in a real browser, driven by its keys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "matcher", "ar_automation.ar_automation_group_supervisor",
            company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)],
        )  # fmt: skip

    def browse(self, steps, path="/odoo/payments-to-match", **given):
        self.browser_js(
            path,
            KEYS + RUN % (steps, json.dumps(given)),
            ready="odoo.isReady === true",
            login="matcher",
            timeout=400,
        )

    def pay_many(self, values):
        return self.lines.create(
            [
                {
                    "journal_id": self.journal.id,
                    "amount": amount,
                    "payment_ref": text,
                    "partner_name": payer,
                    "partner_id": partner and partner.id,
                    "date": f"2026-0{1 + number % 3}-{1 + number % 27:02}",
                }
                for number, (amount, text, payer, partner) in enumerate(values)
            ]
        )

    def test_two_hundred_payments_by_keyboard(self):
        invoices = [self.invoice(100) for _ in range(60)]
        for _ in range(20):
            self.invoice(40, self.partner_b)
        lines = self.pay_many(
            [(90 + n % 3, f"{inv.name} short", "Bavaria", None) for n, inv in enumerate(invoices)]
            + [(25, f"in advance {n}", "Azure", self.partner_a) for n in range(100)]
            + [(0.5 + n, f"fee given back {n}", "Bank", None) for n in range(20)]
            + [(33, f"some of it {n}", "Bee", self.partner_b) for n in range(20)]
        )
        self.assertEqual(len(lines), 200)
        proposed = lines.filtered(lambda line: "short" in line.payment_ref)
        self.assertEqual(proposed.ar_apply_cash()["proposed"], 60)
        account = self.company_data["default_account_revenue"]
        self.browse("applyAll", account=account.code)
        self.env.invalidate_all()
        done = lines.filtered("is_reconciled")
        self.assertEqual(len(done), 199)
        ways = {way: len(found) for way, found in done.grouped("ar_booked_by").items()}
        self.assertEqual(ways["accepted"] + ways["hand"], 199)
        self.assertGreaterEqual(ways["accepted"], 59)
        fees = done.filtered(lambda line: "fee" in line.payment_ref)
        self.assertEqual({line._seek_for_lines()[2].account_id for line in fees}, {account})

    def test_search_split_payer_bulk_and_help(self):
        other = self.invoice(70, self.partner_b)
        mine = self.invoice(50)
        invoices = [self.invoice(100) for _ in range(5)]
        split = self.pay(60, "for both", date="2026-01-01", partner_id=self.partner_a.id)
        unknown = self.pay(5, "somebody", date="2026-01-02")
        short = self.lines.concat(*(self.pay(90, invoice.name) for invoice in invoices))
        short.ar_apply_cash()
        self.browse("decideInEveryWay", other=other.name, mine=mine.name)
        self.env.invalidate_all()
        self.assertTrue(split.is_reconciled)
        self.assertEqual(other.amount_residual + mine.amount_residual, 60)
        self.assertEqual(other.amount_residual, 50)
        self.assertEqual(unknown.partner_id, self.partner_b)
        self.assertEqual(set(short.mapped("ar_booked_by")), {"accepted"})

    def test_a_refusal_is_said_and_the_payment_stays(self):
        invoice = self.invoice(100)
        line = self.pay(90, invoice.name)
        line.ar_apply_cash()
        self._register_payment(invoice)
        self.browse("refuse")
        self.env.invalidate_all()
        self.assertFalse(line.is_reconciled)

    def test_ways_in(self):
        self.pay(90, "only one")
        self.pay(10, "another")
        action = self.env.ref("ar_automation.payments_to_match_action")
        self.browse("openFromForm", path=f"/odoo/action-{action.id}")

    def test_unit_tests(self):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={SUITE}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
        )

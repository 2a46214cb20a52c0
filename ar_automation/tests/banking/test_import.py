from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .camt_builder import camt053, entry, statement
from .import_case import OTHER_IBAN, ImportCase


@tagged("post_install", "-at_install")
class TestImport(ImportCase):
    def test_a_file_becomes_statement_lines_with_all_that_the_bank_said(self):
        for version in (2, 4, 8):
            with self.subTest(version=version):
                content = camt053(
                    statement(
                        [
                            entry(250, f"INV/{version}", payer="Müller", end_to_end="E2E"),
                            entry("-1.50", "Fee"),
                        ],
                        opening="100",
                        identifier=f"S{version}",
                    ),
                    version=version,
                    day=f"2026-03-{version:02d}",
                )
                lines = self.load(content)
                self.assertRecordValues(
                    lines,
                    [
                        {
                            "amount": 250.0,
                            "payment_ref": f"INV/{version}",
                            "partner_name": "Müller",
                        },
                        {"amount": -1.5, "payment_ref": "Fee", "partner_name": "A Customer"},
                    ],
                )
                self.assertEqual(lines[0].ar_end_to_end_id, "E2E")
                self.assertEqual(lines[0].state, "posted")
                self.assertTrue(lines.statement_id.is_complete)
                record = lines.ar_import_id
                self.assertEqual((record.state, record.balance_end), ("proven", 348.5))
                self.assertEqual(record.attachment_id.raw, content)

    def test_the_same_file_twice_changes_nothing(self):
        content = camt053(statement([entry(10, "one"), entry(10, "one", reference="REF1")]))
        self.assertEqual(len(self.load(content)), 2, "true twins both survive")
        count = len(self.imports())
        self.assertFalse(self.load(content, name="copy of march.xml"))
        self.assertEqual(len(self.imports()), count)
        self.assertEqual(self.journal.ar_import_count, 1)

    def test_of_overlapping_files_only_the_new_lines_come_in(self):
        first = [entry(10, "a", reference="A"), entry(20, "b", reference="B")]
        self.load(camt053(statement(first)))
        lines = self.load(
            camt053(statement([*first, entry(30, "c", reference="C")], identifier="next"))
        )
        self.assertEqual(lines.mapped("amount"), [30.0])
        self.assertEqual((lines.ar_import_id.created_count, lines.ar_import_id.known_count), (1, 2))

    def test_a_deleted_line_comes_back_with_the_file(self):
        content = camt053(statement([entry(10, "a")], closing="99"))
        self.load(content).unlink()
        self.assertEqual(len(self.load(content)), 1)

    def test_pending_entries_wait_until_they_are_booked(self):
        pending = entry(10, "later", status="PDNG")
        lines = self.load(camt053(statement([entry(5, "now"), pending], closing="5")))
        self.assertEqual(lines.mapped("amount"), [5.0])
        self.assertEqual(lines.ar_import_id.pending_count, 1)
        self.assertEqual(lines.ar_import_id.state, "proven")

    def test_a_statement_that_does_not_add_up_is_kept_shown_and_reported(self):
        lines = self.load(camt053(statement([entry(10, "a")], opening="5", closing="25")))
        record = lines.ar_import_id
        self.assertEqual((record.state, record.balance_gap), ("gap", 10.0))
        self.assertIn("10.00", record.message)
        row = self.env["ar.exception"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )
        self.assertEqual(row.code, "statement.does_not_add_up")

    def test_a_statement_that_does_not_add_up_is_refused_where_the_journal_says_so(self):
        self.journal.ar_balance_policy = "refuse"
        with self.assertRaisesRegex(UserError, "march.xml.*Nothing was imported"):
            self.load(camt053(statement([entry(10, "a")], opening="5", closing="25")))
        self.assertFalse(self.journal.last_statement_id)
        self.assertFalse(self.imports())

    def test_the_payer_is_known_by_an_account_that_is_his_alone(self):
        accounts = self.env["res.partner.bank"]
        accounts.create(
            {"acc_number": "FR76 3000 6000 0112 3456 7890 189", "partner_id": self.partner_a.id}
        )
        line = self.load(camt053(statement([entry(10, "a")])))
        self.assertEqual(line.partner_id, self.partner_a)
        accounts.create(
            {"acc_number": "FR7630006000011234567890189", "partner_id": self.partner_b.id}
        )
        line = self.load(camt053(statement([entry(11, "b")], identifier="2")))
        self.assertFalse(line.partner_id)

    def test_a_foreign_amount_counts_unless_a_fee_was_kept_on_the_way(self):
        foreign = {"instructed": ("100.00", "USD")}
        whole, cut = self.load(
            camt053(statement([entry(90, "whole", **foreign), entry(80, "cut", fee=9, **foreign)]))
        )
        self.assertEqual((whole.foreign_currency_id.name, whole.amount_currency), ("USD", 100.0))
        self.assertFalse(cut.foreign_currency_id)
        self.assertEqual(cut.transaction_details["charges"][0]["amount"], "-9")

    def test_statements_of_one_file_go_to_their_own_journals(self):
        other = self.create_journal("BNKB", OTHER_IBAN, self.eur)
        content = camt053(
            statement([entry(10, "a")]),
            statement([entry(20, "b")], iban=OTHER_IBAN, identifier="o"),
            statement([entry(30, "c")], iban="AT611904300234573201", identifier="x"),
        )
        lines = self.load(content)
        self.assertEqual(
            lines.filtered(lambda line: line.journal_id == other).mapped("amount"), [20.0]
        )
        self.assertEqual(sum(lines.mapped("amount")), 30.0)
        left = self.imports().filtered(lambda record: record.state == "left_out")
        self.assertIn("AT611904300234573201", left.message)
        self.assertTrue(self.env["ar.exception"].search([("code", "=", "statement.no_journal")]))

    def assert_refused(self, content, pattern, journal=None):
        before = self.env["account.bank.statement.line"].search_count([])
        with self.assertRaisesRegex(UserError, pattern) as caught:
            self.load(content, journal)
        self.assertIn("march.xml", str(caught.exception))
        self.assertIn("Nothing was imported", str(caught.exception))
        self.assertEqual(self.env["account.bank.statement.line"].search_count([]), before)

    def test_bad_files_are_refused_with_a_reason(self):
        good = camt053(statement([entry(10, "a"), entry(20, "b")]))
        bad = {
            "another account": (camt053(statement([entry(1)], iban=OTHER_IBAN)), OTHER_IBAN),
            "another currency": (camt053(statement([entry(1)], currency="USD")), "USD"),
            "truncated": (good[: len(good) // 2], "line"),
            "empty": (b"", "empty"),
            "a PDF": (b"%PDF-1.7\n", "PDF"),
            "another schema": (
                good.replace(b"camt.053.001.08", b"pain.001.001.03").replace(
                    b"BkToCstmrStmt", b"CstmrCdtTrfInitn"
                ),
                "pain",
            ),
            "a document type": (
                good.replace(b"<Document", b'<!DOCTYPE d [<!ENTITY x "y">]><Document', 1),
                "(?i)doctype|document type",
            ),
            "a wrong encoding": (good.decode().encode("utf-16"), "(?i)utf-16"),
            "sub-cent amounts": (good.replace(b">10<", b">10.001<"), "decimals"),
        }
        for name, (content, pattern) in bad.items():
            with self.subTest(name):
                self.assert_refused(content, pattern)

    def test_a_file_for_another_journal_names_the_right_one(self):
        self.create_journal("BNKB", OTHER_IBAN, self.eur)
        self.assert_refused(camt053(statement([entry(1)], iban=OTHER_IBAN)), "Bank BNKB")

    def test_entries_of_a_locked_period_are_refused(self):
        self.company.fiscalyear_lock_date = "2026-03-31"
        self.assert_refused(camt053(statement([entry(10, "a")])), "locked")

    def test_a_sales_journal_takes_no_statements(self):
        self.assert_refused(b"x", "not a bank journal", self.company_data["default_journal_sale"])

    def test_one_bad_statement_refuses_the_whole_file(self):
        self.journal.ar_balance_policy = "refuse"
        good, gap = (
            statement([entry(10, "a")]),
            statement([entry(1, "b")], closing="9", identifier="2"),
        )
        self.assert_refused(camt053(good, gap), "closing balance")

    def test_importing_needs_the_right(self):
        reader = new_test_user(
            self.env,
            "bank_reader",
            groups="ar_automation.ar_automation_group_collector",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            self.load(camt053(statement([entry(1)])), self.journal.with_user(reader))

    def test_dropping_a_file_on_the_journal_and_choosing_it_in_the_dialog(self):
        first = self.env["ir.attachment"].create(
            {"name": "a.xml", "raw": camt053(statement([entry(7, "a")]))}
        )
        action = self.journal.create_document_from_attachment(first.ids)
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]).mapped("amount"), [7.0]
        )
        second = self.env["ir.attachment"].create(
            {"name": "b.xml", "raw": camt053(statement([entry(8, "b")], identifier="2"))}
        )
        form = Form(self.env["ar.statement.upload"].with_company(self.company))
        form.journal_id = self.journal
        form.attachment_ids.add(second)
        action = form.save().action_import()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]).mapped("amount"), [8.0]
        )
        action = self.journal.ar_import_attachments(second)
        self.assertEqual(action["tag"], "display_notification")

    def test_the_number_of_queries_does_not_grow_with_the_lines(self):
        def queries(count, identifier):
            entries = [entry(n + 1, f"t{n}", reference=f"{identifier}{n}") for n in range(count)]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.load(camt053(statement(entries, identifier=identifier)))
            return self.env.cr.sql_log_count - before

        queries(1, "warm")
        few, many = queries(10, "few"), queries(60, "many")
        self.assertLess(many - few, 50 * 6, "core's own floor is five statements per line")

    def test_bank_data_date_is_the_newest_day_known(self):
        fresh = self.env["res.company"].create({"name": "No bank"})
        self.assertIsNone(fresh.ar_get_bank_data_date())
        self.load(camt053(statement([entry(1)])))
        self.assertEqual(str(self.company.ar_get_bank_data_date()), "2026-03-02")

"""Lines created at once are, field by field, the lines that core creates one by one."""

from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from odoo.addons.account.models.account_move import AccountMove
from odoo.tests import tagged

from ...models.banking import bulk_lines
from ...models.banking.account_move import AccountMove as FasterMove
from ...models.banking.bulk_lines import create_bank_lines
from .import_case import ImportCase
from .stored_values import MODELS, StoredValues


@tagged("post_install", "-at_install")
class TestBulkLines(StoredValues, ImportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gbp = cls.env.ref("base.GBP")
        cls.gbp.active = True
        usd = cls.company.currency_id
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "company_id": cls.company.id,
                    "name": day,
                    "rate": rate,
                }
                for currency, rate in ((cls.eur, 0.9), (cls.gbp, 0.77))
                for day in ("2026-01-01",)
            ]
        )
        cls.usd_journal = cls.create_journal("BNKU", "", usd)
        cls.lines = cls.env["account.bank.statement.line"]

    def vals(self, number, **values):
        return {
            "journal_id": self.journal.id,
            "date": date(2026, 1, 25) + timedelta(days=3 * number),
            "amount": 100.10 * (-1) ** number + number,
            "payment_ref": f"INV/{number}",
            "partner_name": "Blue",
            "ar_transaction_key": f"key {number}",
            **values,
        }

    def varied(self):
        """Months and a year's end crossed, currencies, customers, texts, accounts, zero."""
        foreign = {"foreign_currency_id": self.gbp.id, "amount_currency": -80.55, "amount": -99.5}
        same = {"foreign_currency_id": self.eur.id, "amount_currency": 5.0}
        income = self.company_data["default_account_revenue"].id
        days = [self.vals(number) for number in range(8)]
        return [
            self.vals(20, date=date(2025, 12, 31), narration="<p>fee</p>"),
            *days,
            self.vals(31, date=days[0]["date"], partner_id=self.partner_a.id, narration="note"),
            self.vals(32, **foreign),
            self.vals(33, **foreign, partner_id=self.partner_b.id),
            self.vals(34, **same),
            self.vals(35, amount=0),
            self.vals(36, counterpart_account_id=income, ref="A"),
            self.vals(37, journal_id=self.usd_journal.id),
            self.vals(38, journal_id=self.usd_journal.id, **(foreign | {"amount": -108.0})),
            self.vals(39, journal_id=self.usd_journal.id, sequence=5),
        ]

    @contextmanager
    def core_alone(self):
        """Number as core does, without this module's part in it."""
        with patch.object(FasterMove, "_compute_name", AccountMove._compute_name):
            yield

    def assert_same(self, vals_list, before=()):
        with self.env.cr.savepoint() as savepoint, self.core_alone():
            self.lines.create(list(before))
            expected = self.stored(self.lines.create([dict(vals) for vals in vals_list]))
            savepoint.rollback()
        self.env.invalidate_all()
        self.lines.create(list(before))
        lines = create_bank_lines(self.lines, vals_list)
        found = self.stored(lines)
        for model in MODELS:
            for place, (one, other) in enumerate(zip(found[model], expected[model], strict=True)):
                self.assertEqual(one, other, f"{model} {place}")
        return lines

    def test_all_stored_values_are_those_of_core(self):
        lines = self.assert_same(sorted(self.varied(), key=lambda vals: vals["date"]))
        self.assertEqual(set(lines.move_id.mapped("state")), {"posted"})

    def test_an_order_of_numbers_that_a_person_chose_is_kept(self):
        self.company.fiscalyear_last_month = "3"
        for name in ("STMT/2026/0007", "B/2026/01/0009", "OWN-00001", "BNK/25-26/0003"):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                first = self.lines.create(self.vals(0, date=date(2026, 1, 2)))
                first.move_id.name = name
                self.assert_same([self.vals(number) for number in range(1, 12)])
                savepoint.rollback()

    def test_lines_between_others_and_after_a_gap_are_numbered_as_by_core(self):
        others = [self.vals(50, date=date(2026, 2, 2)), self.vals(51, date=date(2026, 3, 3))]
        self.assert_same([self.vals(number) for number in range(14)], before=others)
        gap = self.lines.search([("payment_ref", "=", "INV/3")])
        day = gap.date
        gap.unlink()
        self.assert_same([self.vals(60, date=day), self.vals(61, date=day)])

    def test_lines_in_a_statement_prove_it_as_before(self):
        statement = {"name": "S", "balance_start": 0, "balance_end_real": 303, "journal_id": 0}
        vals = [self.vals(n, amount=101) for n in range(3)]
        results = []
        for create in (lambda vals: create_bank_lines(self.lines, vals), self.lines.create):
            with self.env.cr.savepoint() as savepoint:
                container = self.env["account.bank.statement"].create(
                    statement | {"journal_id": self.journal.id}
                )
                lines = create([each | {"statement_id": container.id} for each in vals])
                results.append(
                    (
                        container.is_valid,
                        container.is_complete,
                        container.balance_end,
                        lines.mapped("running_balance"),
                    )
                )
                savepoint.rollback()
        self.assertEqual(results[0], results[1])
        self.assertEqual(results[0][:3], (True, True, 303))

    def test_the_distribution_of_costs_follows_its_rules(self):
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        account = self.env["account.analytic.account"].create({"name": "A", "plan_id": plan.id})
        self.env["account.analytic.distribution.model"].create(
            {"partner_id": self.partner_a.id, "analytic_distribution": {account.id: 100}}
        )
        lines = self.assert_same(
            [self.vals(n, partner_id=(self.partner_a, self.partner_b)[n % 2].id) for n in range(6)]
        )
        distributed = lines.move_id.line_ids.filtered("analytic_distribution")
        self.assertEqual(distributed.partner_id, self.partner_a)

    def test_the_number_of_statements_is_the_same_for_any_number_of_lines(self):
        create_bank_lines(self.lines, [self.vals(n, date=date(2026, 1, 2)) for n in range(2)])
        counts = []
        for count in (5, 45):  # Odoo inserts 100 rows, two per line, with one statement
            vals = [self.vals(100 * count + n, date=date(2026, 1, 3)) for n in range(count)]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            create_bank_lines(self.lines, vals)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_chunks_follow_each_other_without_a_gap(self):
        vals = [self.vals(n, date=date(2026, 1, 2)) for n in range(10)]
        with patch.object(bulk_lines, "CHUNK", 3):
            lines = create_bank_lines(self.lines, iter(vals))
        numbers = lines.move_id.mapped("sequence_number")
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 10)))
        self.assertEqual(lines.mapped("payment_ref"), [each["payment_ref"] for each in vals])
        self.assertFalse(any(lines.move_id.mapped("made_sequence_gap")))

    def test_what_another_module_adds_to_creating_lines_is_not_passed_over(self):
        self.assertTrue(bulk_lines.is_core_alone(type(self.lines).mro()))

        class Other:
            __module__ = "odoo.addons.other.models"
            create = None

        self.assertFalse(bulk_lines.is_core_alone([Other, *type(self.lines).mro()]))
        with patch.object(bulk_lines, "is_core_alone", lambda classes: False):
            self.assert_same([self.vals(number) for number in range(5)])

import random
from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import tagged
from odoo.tools import SQL

from ...engine.kpi.aging import BUCKET_KEYS, bucket_of
from .common import ReportingCommon

START = date(2025, 1, 1)
SPAN = 500


@tagged("post_install", "-at_install")
class TestAgingProperty(ReportingCommon):
    """Whatever is booked and matched in whatever order: aging is what the books say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rng = random.Random(20260101)
        cls.customers = cls.env["res.partner"].create([{"name": f"Customer {n}"} for n in range(5)])
        cls.foreign = cls.setup_other_currency(
            "EUR",
            rates=[
                (START - timedelta(days=1), 0.5),
                (START + timedelta(days=200), 0.8),
                (START + timedelta(days=350), 0.3),
            ],
        )
        for _n in range(40):
            cls._book_random()

    @classmethod
    def _day(cls):
        return START + timedelta(days=cls.rng.randrange(SPAN))

    @classmethod
    def _book_random(cls):
        """An invoice or credit note, mostly with a part payment dated before or after it."""
        partner, issued = cls.rng.choice(cls.customers), cls._day()
        amount = round(cls.rng.uniform(1, 5000), 2)
        move = cls._invoice(
            partner, amount, issued, issued + timedelta(days=cls.rng.choice((0, 14, 30, 90))),
            move_type=cls.rng.choice(("out_invoice", "out_invoice", "out_invoice", "out_refund")),
            currency=cls.rng.choice((cls.company.currency_id, cls.foreign)),
        )  # fmt: skip
        if move.move_type == "out_invoice" and cls.rng.random() < 0.8:
            receipt = cls._receipt(partner, round(cls.rng.uniform(1, amount * 1.5), 2), cls._day())
            if cls.rng.random() < 0.8:
                cls._apply(move, receipt)

    def _receivable_lines(self):
        return self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ]
        )

    def _aging_by_definition(self, day):
        """Balance less the matchings up to the day, item by item, in plain Python."""
        rows = defaultdict(lambda: dict.fromkeys(BUCKET_KEYS, 0.0))
        for line in self._receivable_lines().filtered(lambda line: line.date <= day):
            matched = sum(p.amount for p in line.matched_credit_ids if p.max_date <= day)
            matched -= sum(p.amount for p in line.matched_debit_ids if p.max_date <= day)
            key = bucket_of(line.date_maturity or line.date, as_of=day).key
            rows[line.partner_id.commercial_partner_id.id][key] += line.balance - matched
        currency = self.company.currency_id
        rounded = {
            pid: {key: currency.round(value) for key, value in row.items()}
            for pid, row in rows.items()
        }
        return {pid: row for pid, row in rounded.items() if any(row.values())}

    @given(offset=st.integers(-10, SPAN + 200))
    @settings(max_examples=60, deadline=None)
    def test_equals_the_definition_on_any_day(self, offset):
        day = START + timedelta(days=offset)
        found = {
            row["partner_id"]: {key: row[key] for key in BUCKET_KEYS} for row in self._aging(day)
        }
        self.assertEqual(found, self._aging_by_definition(day))

    @given(offset=st.integers(-10, SPAN + 200))
    @settings(max_examples=60, deadline=None)
    def test_adds_up_to_the_general_ledger_on_any_day(self, offset):
        day = START + timedelta(days=offset)
        [(balance,)] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(SUM(l.balance), 0)
                     FROM account_move_line l JOIN account_account a ON a.id = l.account_id
                    WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                      AND l.date <= %s AND l.company_id = %s""",
                day,
                self.company.id,
            )
        )
        rows = self._aging(day)
        self.assertAlmostEqual(sum(row["total"] for row in rows), balance, 2)
        for row in rows:
            self.assertAlmostEqual(sum(row[key] for key in BUCKET_KEYS), row["total"], 2)

    def test_today_equals_the_residuals_that_core_keeps(self):
        rows = {
            row["partner_id"]: row["total"] for row in self._aging(START + timedelta(days=3000))
        }
        for partner in self.customers:
            lines = self._receivable_lines().filtered(
                lambda line, partner=partner: line.partner_id == partner
            )
            self.assertAlmostEqual(
                rows.get(partner.id, 0.0), sum(lines.mapped("amount_residual")), 2
            )

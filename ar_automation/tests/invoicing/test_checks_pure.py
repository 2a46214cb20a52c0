import doctest
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.invoicing import checks
from ...engine.invoicing.checks import (
    CheckRule,
    InvoiceFacts,
    PlanOverlap,
    Twin,
    check_invoice,
    register_check,
    registry,
    usual,
)

CENT = Decimal("0.01")
SOUND = InvoiceFacts(total=Decimal(10), rounding=CENT, has_email=True)
PAST = tuple(Decimal(n) for n in (100, 104, 98, 101, 99, 102))
AMOUNTS = st.decimals("-1e6", "1e6", places=2)
# Each changes one thing of a sound invoice, and one check speaks up.
FAULTS = {
    "zero_total": {"total": Decimal("0.00")},
    "negative_total": {"is_credit_note": True},
    "no_rate": {"has_rate": False},
    "no_email": {"has_email": False},
    "no_address": {"channel": "snailmail", "missing_address": ("zip",)},
    "no_channel": {"can_use_channel": False},
    "no_po": {"required": frozenset({"po"})},
    "no_buyer_reference": {"required": frozenset({"buyer_reference", "po"}), "given": {"po"}},
    "no_vat": {"required": frozenset({"vat"})},
    "bad_vat": {"has_valid_vat": False},
    "no_tax": {"untaxed_lines": ("Thing",)},
    "other_terms": {"terms": "60 days", "customer_terms": "30 days"},
    "duplicate": {"twins": (Twin("INV/1", 7), Twin("INV/2", 9))},
    "period_overlap": {"overlaps": (PlanOverlap("P1", "Rent", date(2026, 1, 1), date.max),)},
    "unusual_total": {"past_totals": PAST},
    "unusual_price": {"prices": (("Thing", Decimal(10), PAST),)},
    "credit_hold": {"credit_hold": "owes too much"},
}


class TestChecks(BaseCase):
    rules = [CheckRule(kind) for kind in checks.KINDS]

    def kinds(self, facts):
        return [finding.kind for finding in check_invoice(facts, self.rules)]

    def test_sound_invoice_passes(self):
        self.assertEqual(self.kinds(SOUND), [])

    def test_each_fault_is_found_by_its_check_alone(self):
        self.assertEqual(set(FAULTS), set(checks.KINDS))
        for kind, change in FAULTS.items():
            with self.subTest(kind=kind):
                self.assertEqual(self.kinds(replace(SOUND, **change)), [kind])

    def test_order_severity_and_key_come_from_the_rules(self):
        rules = [CheckRule("no_email", "note", 7), CheckRule("zero_total", "block", 3)]
        found = check_invoice(InvoiceFacts(Decimal(0), CENT), rules)
        self.assertEqual(
            [(item.kind, item.severity, item.key) for item in found],
            [("no_email", "note", 7), ("zero_total", "block", 3)],
        )

    def test_too_few_past_invoices_say_nothing(self):
        self.assertEqual(self.kinds(replace(SOUND, past_totals=PAST[:5])), [])

    def test_twins_further_apart_than_the_rule_says_are_none(self):
        facts = replace(SOUND, twins=(Twin("INV/1", 8),))
        self.assertEqual(check_invoice(facts, [CheckRule("duplicate", days=7)]), ())
        self.assertTrue(check_invoice(facts, [CheckRule("duplicate", days=8)]))

    def test_two_checks_of_one_kind_are_refused(self):
        with self.assertRaisesRegex(ValueError, "zero_total"):
            register_check("zero_total")(lambda facts, rule: None)

    @settings(deadline=None)  # a busy machine is no failure
    @given(
        total=AMOUNTS,
        rounding=st.sampled_from([Decimal("0.001"), CENT, Decimal("0.05"), Decimal(1)]),
        channel=st.sampled_from(["email", "snailmail", "manual", "peppol"]),
        has_email=st.booleans(),
    )
    def test_only_positive_totals_with_a_way_to_the_customer_pass(
        self, total, rounding, channel, has_email
    ):
        facts = InvoiceFacts(total, rounding, channel=channel, has_email=has_email)
        passes = total >= rounding / 2 and (has_email or channel != "email")
        self.assertEqual(self.kinds(facts) == [], passes)

    @settings(deadline=None)
    @given(st.lists(AMOUNTS, min_size=1, max_size=20), AMOUNTS)
    def test_what_happened_most_often_is_never_far(self, past, value):
        middle = usual.describe_usual(past)
        rule = CheckRule("unusual_total")
        self.assertFalse(usual.is_far(middle.median, middle, rule))
        self.assertGreaterEqual(middle.deviation, 0)
        constant = usual.describe_usual([value] * 3)
        self.assertFalse(usual.is_far(value, constant, rule))

    @settings(deadline=None)
    @given(st.lists(AMOUNTS, min_size=1, max_size=20), st.integers(2, 9), AMOUNTS)
    def test_the_order_of_the_past_and_its_unit_do_not_matter(self, past, factor, value):
        rule = CheckRule("unusual_total")
        found = usual.is_far(value, usual.describe_usual(past), rule)
        scaled = usual.describe_usual([factor * item for item in reversed(past)])
        self.assertEqual(usual.is_far(factor * value, scaled, rule), found)

    def test_examples(self):
        modules = (
            checks,
            checks.document,
            checks.recipient,
            checks.twins,
            usual,
            registry,
            checks.facts,
        )
        for module in modules:
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

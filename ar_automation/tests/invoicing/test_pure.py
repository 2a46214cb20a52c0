from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.invoicing.check import InvoiceFacts, check_invoice
from ...engine.invoicing.delivery import DeliveryFacts, decide_delivery

CENT = Decimal("0.01")
CHANNELS = st.sampled_from(["email", "snailmail", "manual", "peppol"])


class TestCheck(BaseCase):
    def check(self, **facts):
        return check_invoice(
            InvoiceFacts(**{"total": Decimal(10), "rounding": CENT, "has_email": True, **facts})
        )

    def test_sound_invoice_passes(self):
        self.assertEqual(self.check(), ())

    def test_each_fault_is_named(self):
        self.assertEqual(self.check(total=Decimal("0.00")), ("zero_total",))
        self.assertEqual(self.check(total=Decimal(-5)), ("negative_total",))
        self.assertEqual(self.check(is_credit_note=True), ("negative_total",))
        self.assertEqual(self.check(has_email=False), ("no_email",))
        self.assertEqual(self.check(channel="snailmail", missing_address=("zip",)), ("no_address",))
        self.assertEqual(self.check(has_rate=False), ("no_rate",))

    def test_other_channels_need_no_email(self):
        self.assertEqual(self.check(channel="manual", has_email=False), ())

    @settings(deadline=None)  # a busy machine is no failure
    @given(
        total=st.decimals("-1e9", "1e9", places=4),
        rounding=st.sampled_from([Decimal("0.001"), CENT, Decimal("0.05"), Decimal(1)]),
        channel=CHANNELS,
        has_email=st.booleans(),
    )
    def test_only_positive_totals_with_a_way_to_the_customer_pass(
        self, total, rounding, channel, has_email
    ):
        found = check_invoice(InvoiceFacts(total, rounding, channel=channel, has_email=has_email))
        passes = total >= rounding / 2 and (has_email or channel != "email")
        self.assertEqual(found == (), passes)


class TestDelivery(BaseCase):
    @settings(deadline=None)  # a busy machine is no failure
    @given(CHANNELS, st.integers(0, 3), st.booleans(), st.booleans(), st.booleans())
    def test_only_a_ready_invoice_with_recipients_by_email_is_sent(
        self, channel, count, ready, busy, reported
    ):
        facts = DeliveryFacts(
            channel,
            tuple(f"{n}@example.com" for n in range(count)),
            is_ready=ready,
            is_being_sent=busy,
            has_authority=reported,
        )
        decision = decide_delivery(facts)
        sent = channel == "email" and count > 0 and ready and not busy and not reported
        self.assertEqual(decision.action == "send", sent)
        self.assertEqual(bool(decision.reason), not sent)

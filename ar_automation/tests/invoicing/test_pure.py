from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ...engine.invoicing.delivery import DeliveryFacts, decide_delivery

CHANNELS = st.sampled_from(["email", "snailmail", "manual", "peppol"])


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

"""A certificate is made and renewed from the screen, by a bank on loopback."""

from datetime import timezone

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from bank_simulator.faces.finnish import TRANSFER_KEY, FinnishBank

from .import_case import ImportCase
from .soap.soap_case import NOW, serving_bank

FACE = FinnishBank()


@tagged("post_install", "-at_install")
class TestCertificate(ImportCase):
    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        """EXTENDS TransactionCase, which knows single timeouts only."""
        return super()._request_handler(s, r, **{**kw, "timeout": 30})

    def setUp(self):
        super().setUp()
        now = NOW.astimezone(timezone.utc).replace(tzinfo=None)
        self.patch(fields.Datetime, "now", lambda: now)
        serving = serving_bank(FACE)
        _bank, address = serving.__enter__()
        self.addCleanup(serving.__exit__, None, None, None)
        self.connection = self.env["ar.bank.connection"].create(
            {"name": "OP", "provider": "finnish_ws", "company_id": self.company.id, "is_test": True}
        )
        keys = FACE.keys(NOW)
        self.enter(
            bank="op",
            customer_id="11111111",
            environment="TEST",
            bank_certificates=keys.bank.certificate_pem,
        )
        # where the service is in tests; no screen offers it
        self.env["ar.bank.connection.setting"]._remember(self.connection, {"test_address": address})

    def enter(self, **values):
        for row in self.connection.setting_ids:
            if row.name in values:
                row.shown_value = values[row.name]

    def secret(self, name):
        return self.connection.setting_ids.filtered(lambda row: row.name == name).secret

    def certify(self, occasion, code=""):
        action = self.connection.action_certify()
        wizards = self.env["ar.bank.certificate"].with_context(**action["context"])
        with Form(wizards) as form:
            form.occasion = occasion
            if code:
                form.one_time_code = code
        return form.save(), form.save().action_certify()

    def test_the_first_by_the_agreements_code_and_the_next_by_the_first(self):
        wizard, _action = self.certify("first", TRANSFER_KEY)
        self.assertFalse(wizard.one_time_code, "it works once, and is not kept")
        first = (self.secret("certificate"), self.secret("private_key"))
        self.assertIn("BEGIN CERTIFICATE", first[0])
        self.assertTrue(self.connection.ar_test().ok)
        self.assertTrue(self.connection.consent_valid_until, "the certificate's own end")
        self.certify("renewal")
        second = (self.secret("certificate"), self.secret("private_key"))
        self.assertNotEqual(first[0], second[0])
        self.assertNotEqual(first[1], second[1])
        self.assertTrue(self.connection.ar_test().ok)

    def test_a_refused_code_changes_nothing_and_is_told_without_it(self):
        with self.assertRaises(UserError) as caught:
            self.certify("first", "9999888877776666")
        self.assertNotIn("9999888877776666", str(caught.exception))
        self.assertFalse(self.secret("certificate"))
        self.assertFalse(self.secret("private_key"))

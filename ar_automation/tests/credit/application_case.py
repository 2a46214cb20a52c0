"""A company that accepts credit applications, and a browser that sends them."""

import time

from odoo import http
from odoo.tests import HttpCase
from odoo.tools.misc import hash_sign

from ...controllers.credit.credit_application import SCOPE
from .common import CreditCommon
from .outside_case import VAT, OutsideMixin

PDF = b"%PDF-1.7 accounts"


class ApplicationCase(OutsideMixin, CreditCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.start_outside()
        self.env["ar.credit.attempt"].search([]).unlink()
        self.company.email = "credit@seller.example"
        self.policy.accept_applications = True
        self.policy.action_new_application_link()
        self.path = f"/credit/apply/{self.policy.application_token}"
        self.applicants = self.env["ar.credit.applicant"].with_context(active_test=False)
        self.authenticate(None, None)

    def stamp(self, nonce="nonce-1", ago=60):
        return hash_sign(self.env, SCOPE, [nonce, int(time.time()) - ago])

    def form(self, **values):
        return {
            "csrf_token": http.Request.csrf_token(self),
            "stamp": self.stamp(),
            "name": "Brewery NV",
            "contact_name": "Ann",
            "email": "ann@brewery.example",
            "country": "BE",
            "city": "Ghent",
            "vat": VAT,
            "requested_limit": "12000,50",
            "reference_company_1": "Maltster",
            "reference_contact_1": "Bob",
            "consent": "on",
            **values,
        }

    def send(self, files=None, path=None, **values):
        return self.url_open(path or self.path, data=self.form(**values), files=files)

    def received(self):
        return self.applicants.search([("company_id", "=", self.company.id)])

    def receive(self, **values):
        self.assertEqual(self.send(**values).status_code, 200)
        return self.received()[0]

    def mails(self, applicant):
        return self.env["mail.mail"].search(
            [
                ("model", "=", applicant._name),
                ("res_id", "=", applicant.id),
                ("email_to", "=", applicant.email),
            ],
            order="id",
        )

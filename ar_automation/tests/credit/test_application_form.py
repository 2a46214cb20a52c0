"""What comes from the web is cleaned, and what is wrong with it is said, whatever it is."""

import doctest
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...engine.credit import application
from ...engine.credit.application import (
    MAX_FILENAME,
    check_form,
    clean_filename,
    clean_line,
    kind_of_file,
)

FIELDS = ("name", "contact_name", "email", "country", "requested_limit", "consent", "vat", "phone")
GOOD = {
    "name": "Mill GmbH",
    "contact_name": "Ann",
    "email": "ann@mill.example",
    "country": "de",
    "requested_limit": "12000",
    "consent": "on",
}
PDF = b"%PDF-1.7 accounts"


@tagged("post_install", "-at_install")
class TestApplicationForm(BaseCase):
    def test_the_module_examples(self):
        self.assertFalse(doctest.testmod(application).failed)

    @given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=60)))
    def test_any_form_is_clean_or_refused(self, values):
        form, errors = check_form(values)
        for name in ("name", "contact_name", "street", "vat", "phone"):
            self.assertFalse(set("\r\n\0\x1b\u202e\u2028") & set(getattr(form, name)))
        if "email" not in errors:
            self.assertRegex(form.email, r"\A[^\s,;<>@]+@[^\s,;<>@]+\Z")
        if "requested_limit" not in errors:
            self.assertTrue(0 < form.requested_limit < 10**9)

    def test_a_good_form_has_no_errors(self):
        form, errors = check_form({**GOOD, "reference_company_2": "Baker", "unknown": "x"})
        self.assertEqual(errors, {})
        self.assertEqual((form.country, form.requested_limit), ("DE", Decimal(12000)))
        self.assertEqual([each.company for each in form.references], ["Baker"])

    def test_everything_wrong_is_said_at_once(self):
        _form, errors = check_form({"email": "a@b", "name": "x" * 200, "phone": "call me"})
        self.assertEqual(
            errors,
            {
                "name": "too_long",
                "email": "invalid",
                "phone": "invalid",
                "requested_limit": "missing",
                "contact_name": "missing",
                "country": "missing",
                "consent": "missing",
            },
        )

    def test_a_mail_address_is_one_address(self):
        for email in (
            "ann@mill.example\nBcc: all@example.com",
            "ann@mill.example, bob@mill.example",
            "Ann <ann@mill.example>",
            "ann@mill.example;bob@x.example",
            "ann@",
            "@mill.example",
            "ann@mill..example",
        ):
            with self.subTest(email):
                self.assertIn("email", check_form({**GOOD, "email": email})[1])

    def test_an_amount_is_a_plain_number(self):
        for amount in ("0", "-5", "1e9", "NaN", "9" * 30, "12.000,50", "0x10", "١٢"):
            with self.subTest(amount):
                self.assertIn("requested_limit", check_form({**GOOD, "requested_limit": amount})[1])

    def test_only_documents_and_pictures_are_files(self):
        self.assertEqual(kind_of_file("a.PDF", PDF), "application/pdf")
        self.assertEqual(kind_of_file("a.jpeg", b"\xff\xd8\xff\xe0"), "image/jpeg")
        for name, content in (
            ("a.exe", b"MZ\x90"),
            ("a.pdf", b"MZ\x90"),
            ("a.exe", PDF),
            ("a.svg", b"<svg onload='alert(1)'/>"),
            ("a.html", b"<html>"),
            ("a.docx", b"PK\x03\x04"),
            ("a.pdf.exe", PDF),
            ("a.pdf", b""),
        ):
            with self.subTest(name):
                self.assertEqual(kind_of_file(name, content), "")

    @given(st.text())
    def test_a_file_name_is_a_name(self, text):
        name = clean_filename(text)
        self.assertTrue(0 < len(name) <= MAX_FILENAME)
        self.assertFalse(set("/\\\0\r\n") & set(name))
        self.assertEqual(clean_line(name), name.strip())

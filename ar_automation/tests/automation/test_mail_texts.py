from unittest.mock import patch

from lxml import html
from odoo.addons.base.models.ir_qweb import IrQweb
from odoo.tests import TransactionCase, tagged

BODY = '<div><p t-if="object.name">Dear <t t-out="object.name"/>,</p><p>%s</p></div>'


@tagged("post_install", "-at_install")
class TestMailTexts(TransactionCase):
    """Jobs compile the text of many mails once, and say the same as core."""

    def setUp(self):
        super().setUp()
        names = ("Alder Ltd", "Birch & Sons", "Cedar <Ltd>")
        self.partners = self.env["res.partner"].create([{"name": name} for name in names])
        self.template = self.env["mail.template"].create(
            {
                "name": "Reminder",
                "subject": "For {{ object.name }}",
                "model_id": self.env.ref("base.model_res_partner").id,
                "body_html": BODY % "Please pay.",
            }
        )

    def _render(self, lang="en_US"):
        return [str(self.template.ar_render(partner, lang)[1]) for partner in self.partners]

    def _render_by_core(self):
        return [
            str(self.template._render_field("body_html", partner.ids)[partner.id])
            for partner in self.partners
        ]

    def _count_compiled(self, render):
        compiled, compile_text = [], IrQweb._generate_code_uncached

        def count(qweb, template):
            compiled.append(template)
            return compile_text(qweb, template)

        with patch.object(IrQweb, "_generate_code_uncached", count):
            render()
        return len(compiled)

    def test_says_the_same_as_core(self):
        self.assertEqual(self._render(), self._render_by_core())
        self.assertIn("Birch &amp; Sons", self._render()[1])

    def test_compiles_once(self):
        self.assertEqual(self._count_compiled(self._render_by_core), len(self.partners))
        self.assertEqual(self._count_compiled(self._render), 1)

    def test_a_name_adds_no_header(self):
        self.partners[0].name = "Alder\r\nBcc: all@example.com"
        subject, _body = self.template.ar_render(self.partners[0], "en_US")
        self.assertEqual(subject, "For Alder Bcc: all@example.com")

    def test_a_changed_text_is_said_at_once(self):
        self._render()
        self.template.body_html = BODY % "Please pay today."
        for text in self._render():
            self.assertIn("Please pay today.", text)

    def test_a_text_of_its_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.template.with_context(lang="fr_FR").body_html = BODY % "Merci de payer."
        english, french = self._render(), self._render("fr_FR")
        self.assertIn("Please pay.", english[0])
        self.assertIn("Merci de payer.", french[0])

    def test_code_is_not_lent_to_who_may_not_write_it(self):
        self._render()
        with self.assertRaises(PermissionError):
            self.env["ir.qweb"].with_context(
                ar_keep_compiled=True, raise_on_forbidden_code_for_model="res.partner"
            )._generate_code_uncached(
                html.fragment_fromstring(str(self.template.body_html), create_parent="div")
            )

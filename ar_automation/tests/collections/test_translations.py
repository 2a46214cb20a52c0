import re
from pathlib import Path

import polib
from odoo.tests import freeze_time, tagged
from odoo.tools.translate import TranslationImporter

from .common import TODAY, DunningCommon

LANGS = ("de_DE", "fr_FR")
TRANSLATIONS = Path(__file__).parents[2] / "i18n"
MAILS = (
    "dunning_upcoming",
    "dunning_friendly",
    "dunning_firm",
    "dunning_final",
    "worklist",
    "payment_plan",
    "receipt",
    "account_statement",
)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestTranslations(DunningCommon):
    """What customers read in their own language keeps up with the original."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        importer = TranslationImporter(cls.env.cr)
        for lang in LANGS:
            cls.env["res.lang"]._activate_lang(lang)
            with (TRANSLATIONS / f"{lang[:2]}.po").open("rb") as source:
                importer.load(source, "po", lang)
        importer.save(overwrite=True)

    @staticmethod
    def fields_of(body):
        return re.findall(r't-[a-z-]+="[^"]*"', body)

    def test_every_translation_is_of_a_term_that_is_there(self):
        # Odoo leaves out, without a word, what the template of terms does not know
        known = self.terms_of("ar_automation.pot")
        for lang in LANGS:
            self.assertFalse(self.terms_of(f"{lang[:2]}.po") - known, lang)

    def test_customers_read_the_same_in_each_language(self):
        self.assertEqual(self.terms_of("de.po"), self.terms_of("fr.po"))

    @staticmethod
    def terms_of(name):
        return {entry.msgid for entry in polib.pofile(str(TRANSLATIONS / name))}

    def test_mails_hold_what_the_original_holds(self):
        for name in MAILS:
            template = self.env.ref(f"ar_automation.mail_template_{name}")
            original = template.with_context(lang="en_US")
            for lang in LANGS:
                body = template.with_context(lang=lang).body_html
                self.assertEqual(self.fields_of(body), self.fields_of(original.body_html), name)
                self.assertNotIn("Kind regards", body)
                self.assertNotEqual(template.with_context(lang=lang).subject, original.subject)

    def test_a_reminder_is_in_one_language(self):
        for lang, words in (
            ("de_DE", ("Guten Tag", "Tage überfällig", "Summe", "Mit freundlichen Grüßen")),
            ("fr_FR", ("Bonjour", "Jours de retard", "Total", "Cordialement")),
        ):
            self.partner_a.lang = lang
            self.late_invoice(20)
            notice = self.run_day(dry_run=True).notice_ids
            for word in words:
                self.assertIn(word, notice.body)
            for english in ("Dear", "Kind regards", "Days late", "Open amount"):
                self.assertNotIn(english, notice.body)

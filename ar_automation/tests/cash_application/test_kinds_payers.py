"""Who may have paid: each ends with the journal items on the right customer."""

from odoo.tests import tagged

from .kind_case import KindCase

IBAN = "FR7630006000011234567890189"


@tagged("post_install", "-at_install")
class TestPayers(KindCase):
    def test_a_known_account_and_the_only_item_of_the_amount(self):
        invoice = self.invoice(181)
        self.bank_account(IBAN, self.partner_a)
        line = self.pay(181, "thanks", account_number=IBAN, partner_name=False)
        self.settle(line, [self.paid(181)], {invoice: 0}, by="person")

    def test_a_name_that_is_spelt_otherwise(self):
        umlaut = self.customer("Müller & Söhne GmbH & Co. KG")
        invoice = self.invoice(191, partner=umlaut)
        line = self.pay(191, invoice.name, partner_name="MUELLER UND SOEHNE GMBH")
        self.settle(line, [self.paid(191, umlaut)], {invoice: 0})

    def test_a_parent_pays_for_its_child(self):
        parent = self.customer("Holding Larch", is_company=True)
        child = self.customer("Larch Retail", is_company=True, parent_id=parent.id)
        invoice = self.invoice(193, partner=child)
        self.bank_account(IBAN, parent)
        line = self.pay(193, invoice.name, account_number=IBAN, partner_name=parent.name)
        self.settle(line, [self.paid(193, invoice.commercial_partner_id)], {invoice: 0})

    def test_a_third_party_pays_and_is_asked_about(self):
        """A factor or a spouse who names the number: sure of the number, not of the payer."""
        factor = self.customer("Factoring Bank")
        self.bank_account(IBAN, factor)
        invoice = self.invoice(197)
        line = self.pay(197, invoice.name, account_number=IBAN, partner_name=factor.name)
        self.settle(line, [self.paid(197)], {invoice: 0}, by="person")

    def test_several_customers_share_an_account(self):
        """A public paymaster: the number decides, the account alone does not."""
        first, second = self.customer("School One"), self.customer("School Two")
        for partner in (first, second):
            self.bank_account(IBAN, partner)
        mine, theirs = self.invoice(199, partner=first), self.invoice(199, partner=second)
        line = self.pay(199, mine.name, account_number=IBAN, partner_name="City Treasury")
        self.settle(line, [self.paid(199, first)], {mine: 0, theirs: 199})
        silent = self.pay(199, "monthly", account_number=IBAN, partner_name="City Treasury")
        self.assertEqual(silent.ar_apply_cash()["matched"], 0)

    def test_who_paid_before_pays_again(self):
        invoice, later = self.invoice(211), self.invoice(223)
        first = self.pay(211, "x", account_number=IBAN, partner_name="Spouse of Alder")
        first.ar_book({"items": {self.receivable_of(invoice).id: 211.0}, "action": "full"})
        line = self.pay(223, "again", account_number=IBAN, partner_name="Spouse of Alder")
        self.settle(line, [self.paid(223)], {later: 0}, by="person")

    def test_one_payment_for_two_customers(self):
        other = self.customer("Birch Trading")
        first, second = self.invoice(60), self.invoice(40, partner=other)
        line = self.pay(100, f"{first.name} {second.name}", partner_name="Somebody")
        before = self.standing(line)
        self.assertEqual(line.ar_apply_cash()["matched"], 0)
        both = line.ar_proposal_ids.filtered(lambda one: len(one.item_ids.partner_id) == 2)
        line.ar_book(both)
        self.assert_entry(line, self.paid(60), self.paid(40, other))
        self.assertEqual((self.open_of(first), self.open_of(second)), (0, 0))
        self.take_back(line, {first: 60, second: 40}, before, line.partner_id.browse())

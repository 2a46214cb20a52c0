from collections import Counter

from odoo.tests import BaseCase, tagged
from stdnum.de import vat as german_vat
from stdnum.fr import tva as french_vat

from ...demo.bank_accounts import ACCOUNTS
from ...demo.catalogue import BEHAVIOURS, TERMS
from ...demo.customers import generate_customers
from ...demo.identifiers import bic_of, iban_is_valid


@tagged("post_install", "-at_install")
class TestCustomers(BaseCase):
    """The sixty customers, without a database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = generate_customers("test")

    def test_same_seed_same_customers(self):
        self.assertEqual(self.customers, generate_customers("test"))
        self.assertNotEqual(self.customers, generate_customers("another"))

    def test_sixty_in_three_countries_and_two_currencies(self):
        self.assertEqual(len({customer.key for customer in self.customers}), 60)
        self.assertEqual({customer.country for customer in self.customers}, {"DE", "FR", "US"})
        self.assertEqual({customer.currency for customer in self.customers}, {"EUR", "USD"})

    def test_every_behaviour_and_term_occurs(self):
        self.assertEqual(
            set(Counter(customer.behaviour for customer in self.customers)), set(BEHAVIOURS)
        )
        self.assertEqual({customer.terms for customer in self.customers}, set(TERMS))

    def test_vat_numbers_have_right_check_digits(self):
        checkers = {"DE": german_vat.is_valid, "FR": french_vat.is_valid}
        for customer in self.customers:
            if customer.country in checkers:
                self.assertTrue(checkers[customer.country](customer.vat), customer)
            else:
                self.assertEqual(customer.vat, "")

    def test_ibans_have_right_check_digits(self):
        for customer in self.customers:
            if customer.country != "US":
                self.assertTrue(iban_is_valid(customer.account), customer)
            self.assertEqual(len(bic_of(customer.account)), 11)
        for account in ACCOUNTS:
            self.assertTrue(iban_is_valid(account.iban))
        self.assertFalse(iban_is_valid(ACCOUNTS[0].iban[:-1] + "8"))

    def test_mail_goes_nowhere(self):
        for customer in self.customers:
            self.assertTrue(customer.email.endswith(".example.com"), customer)

    def test_a_subsidiary_belongs_to_a_customer(self):
        names = {customer.name for customer in self.customers}
        parents = {customer.parent for customer in self.customers if customer.parent}
        self.assertTrue(parents)
        self.assertLessEqual(parents, names)

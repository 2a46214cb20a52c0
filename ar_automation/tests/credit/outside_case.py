"""A company with a credit bureau and a VAT register on loopback."""

from functools import partial

from bank_simulator import Bank, BankServer, Ledger, Scenario
from bank_simulator.clock import Clock
from bank_simulator.faces.creditsafe import PASSWORD, USERNAME, Company, CreditBureau, set_companies
from bank_simulator.faces.vies import Vies, give_number

from ...banking.connectors.contract import Context
from ...banking.connectors.http_client import HttpClient, Limits
from ...models.credit import outside_context
from .common import CreditCommon

MILL = Company("DE-0-HRB1", "Mill GmbH", "DE", vat="DE136695976", currency="USD")
VAT = "BE0477472701"


class Register(dict):
    """Where the register is, in a test."""

    def get(self, name):
        return super().get(name, "")


class OutsideMixin:
    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        # Odoo's own compares the time limit with a number; ours are two, for two phases.
        return super()._request_handler(s, r, **{**kw, "timeout": 30})

    def start_outside(self):
        self.bank = Bank(Ledger(), Clock(), Scenario())
        set_companies(self.bank, MILL)
        give_number(self.bank, VAT, "NV Example", "Street 1\n1000 Brussels")
        self.server = BankServer(self.bank, [CreditBureau(), Vies()])
        self.server.start()
        self.addCleanup(self.server.stop)
        impatient = Limits(2, 0.5, 1.5, 500_000, attempts=1, longest_wait=0)
        self.patch(outside_context, "LIMITS", impatient)
        register = Context(
            Register(test_address=self.server.address("vies")),
            partial(HttpClient, is_test=True),
            self.bank.clock.now,
            is_test=True,
        )
        self.patch(type(self.env["ar.vat.check"]), "_open_context", lambda _model: register)

    def create_bureau(self, **values):
        return self.env["ar.credit.bureau"].create(
            {
                "name": "Bureau",
                "company_id": self.company.id,
                "username": USERNAME,
                "password": PASSWORD,
                "test_address": f"{self.server.address('creditsafe')}/v1",
                **values,
            }
        )

    def count_asked(self):
        """How many reports and VAT answers were given."""
        return self.bank.memory.get("bureau_reports", 0), self.bank.memory.get("vat_asked", 0)


class OutsideCase(OutsideMixin, CreditCommon):
    def setUp(self):
        super().setUp()
        self.start_outside()
        self.bureau = self.create_bureau()
        self.mill = self._customer(
            name="Mill", vat="DE136695976", country_id=self.env.ref("base.de").id
        )

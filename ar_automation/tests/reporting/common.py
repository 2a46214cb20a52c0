from odoo import Command
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.fields import Date
from odoo.tests import new_test_user


class ReportingCommon(AccountTestInvoicingCommon):
    """A company with receivables, and the means to add to them on chosen days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.bank_account = cls.company_data["default_journal_bank"].default_account_id

    @classmethod
    def _other_company(cls):
        return cls._create_company(name="Elsewhere Ltd")

    @classmethod
    def _user(cls, login, group, company=None):
        """A user with one group in one company; the password is the login."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            password=login,
            groups=group,
            company_id=company.id,
            company_ids=company.ids,
        )

    @classmethod
    def _invoice(
        cls,
        partner,
        amount,
        date,
        due=None,
        *,
        move_type="out_invoice",
        currency=None,
        company_data=None,
    ):
        data = company_data or cls.company_data
        move = (
            cls.env["account.move"]
            .with_company(data["company"])
            .create(
                {
                    "move_type": move_type,
                    "partner_id": partner.id,
                    "invoice_date": date,
                    "date": date,
                    "invoice_date_due": due or date,
                    "invoice_payment_term_id": False,
                    "currency_id": (currency or data["company"].currency_id).id,
                    "company_id": data["company"].id,
                    "journal_id": data["default_journal_sale"].id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Service",
                                "quantity": 1,
                                "price_unit": amount,
                                "tax_ids": [],
                                "account_id": data["default_account_revenue"].id,
                            }
                        )
                    ],
                }
            )
        )
        move.action_post()
        return move

    @classmethod
    def _receipt(cls, partner, amount, date):
        """Money received, booked on the receivable account and not applied yet."""
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date,
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": cls.bank_account.id,
                            "debit": amount,
                            "partner_id": partner.id,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": cls.receivable.id,
                            "credit": amount,
                            "partner_id": partner.id,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        return move

    @classmethod
    def _open_lines(cls, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    @classmethod
    def _apply(cls, *moves):
        lines = cls.env["account.move.line"].browse(
            [line.id for move in moves for line in cls._open_lines(move)]
        )
        lines.reconcile()

    def _aging(self, date, partners=None, company=None):
        return self.env["ar.aging"].ar_get_aging(
            company or self.company, Date.to_date(date), partners
        )

    def _row(self, partner, date, company=None):
        rows = [
            row for row in self._aging(date, company=company) if row["partner_id"] == partner.id
        ]
        self.assertLessEqual(len(rows), 1)
        return {
            key: value
            for key, value in (rows[0] if rows else {}).items()
            if value and key not in ("partner_id", "partner_name")
        }

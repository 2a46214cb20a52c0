from odoo import api, models
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.private
    def ar_get_bank_data_date(self):
        """Return the day up to which the company knows what its banks booked.

        That is the newest day of any bank line, statement or imported file; None for a
        company that never had a bank line.
        """
        self.ensure_one()
        self.env["account.bank.statement.line"].flush_model(["journal_id", "move_id"])
        self.env["account.bank.statement"].flush_model(["date", "journal_id"])
        self.env["account.move"].flush_model(["date"])
        self.env["ar.statement.import"].flush_model(["date", "journal_id"])
        [(day,)] = self.env.execute_query(
            SQL(
                """WITH bank AS (SELECT id FROM account_journal
                                  WHERE company_id = %s AND type = 'bank')
                   SELECT GREATEST(
                       (SELECT max(m.date) FROM account_bank_statement_line l
                          JOIN account_move m ON m.id = l.move_id
                         WHERE l.journal_id IN (SELECT id FROM bank)),
                       (SELECT max(date) FROM account_bank_statement
                         WHERE journal_id IN (SELECT id FROM bank)),
                       (SELECT max(date) FROM ar_statement_import
                         WHERE journal_id IN (SELECT id FROM bank)))""",
                self.id,
            )
        )
        return day

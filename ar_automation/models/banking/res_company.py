from odoo import api, models
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.private
    def ar_get_bank_data_date(self):
        """Return the day up to which the company knows what its banks booked.

        That is the newest day of any bank line or imported statement; None for a company
        that never had a bank line.
        """
        self.ensure_one()
        self.env["account.bank.statement.line"].flush_model(["company_id", "move_id"])
        self.env["account.move"].flush_model(["date"])
        self.env["ar.statement.import"].flush_model(["company_id", "date", "journal_id"])
        [(line_date, import_date)] = self.env.execute_query(
            SQL(
                """SELECT (SELECT max(m.date) FROM account_bank_statement_line l
                             JOIN account_move m ON m.id = l.move_id
                             JOIN account_journal j ON j.id = l.journal_id AND j.type = 'bank'
                            WHERE l.company_id = %(company)s),
                          (SELECT max(date) FROM ar_statement_import
                            WHERE company_id = %(company)s AND journal_id IS NOT NULL)""",
                company=self.id,
            )
        )
        return max(filter(None, (line_date, import_date)), default=None)

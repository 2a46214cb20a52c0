from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.tools import SQL


class ArPromise(models.Model):
    """What is known of how customers keep their word."""

    _inherit = "ar.promise"

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_count_broken(self, partners, company, day):
        """Promises broken and plans fallen into default in the 12 months before a day.

        A promise that was partly kept is no broken one. All branches of the company's tree
        count.

        :param res.partner partners: commercial partners.
        :return: ``{customer id: count}``; who gave no word that was judged is left out.
        """
        self._flush_words()
        rows = self.env.execute_query(
            SQL(
                """SELECT x.partner_id, SUM(x.is_broken::int)
                     FROM (%(words)s) x
                     JOIN res_company c ON c.id = x.company_id AND c.parent_path LIKE %(path)s
                    WHERE x.partner_id IN %(ids)s AND x.day > %(since)s AND x.day <= %(day)s
                 GROUP BY x.partner_id""",
                words=self._words_statement(),
                path=f"{company.root_id.id}/%",
                ids=tuple(partners.ids) or (0,),
                since=day - relativedelta(months=12),
                day=day,
            )
        )
        return {customer_id: int(count) for customer_id, count in rows}

    @api.model
    @api.private
    def ar_get_broken_days(self, company, day):
        """``{customer id: last day on which a promise or plan was found broken}`` until a day."""
        self._flush_words()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT x.partner_id, MAX(x.day) FROM (%s) x
                        WHERE x.is_broken AND x.company_id = %s AND x.day <= %s
                     GROUP BY x.partner_id""",
                    self._words_statement(),
                    company.id,
                    day,
                )
            )
        )

    # === PRIVATE METHODS ===#

    @api.model
    def _flush_words(self):
        for model in ("ar.promise", "ar.payment.plan"):
            self.env[model].flush_model()

    @api.model
    def _words_statement(self):
        """Every promise and plan that was judged."""
        return SQL(
            """SELECT partner_id, company_id, judged_date AS day, state = 'broken' AS is_broken
                 FROM ar_promise WHERE state IN ('kept', 'partly', 'broken')
            UNION ALL
               SELECT partner_id, company_id, ended_date, state = 'default'
                 FROM ar_payment_plan WHERE state IN ('done', 'default')"""
        )

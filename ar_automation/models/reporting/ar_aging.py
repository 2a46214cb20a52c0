from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.kpi.aging import BUCKET_KEYS, OVERDUE_KEYS


class ArAging(models.AbstractModel):
    """What customers owe as of any day, sorted by how long it is past due."""

    _name = "ar.aging"
    _description = "Aging"
    _inherit = "ar.report.access"

    # === BUSINESS METHODS ===#

    @api.model
    @api.private
    def ar_get_aging(self, company, date, partners=None):
        """Return the open receivables per customer as of the end of a day.

        Every posted journal item on a receivable account dated up to ``date`` counts with
        what was open of it then: matchings that happened later (their latest side is dated
        after ``date``) are undone. It is aged by its due date, its own date where it has
        none; on the due date it is not due yet. Payments and credit notes not applied by
        then are included with a negative sign and aged in the same way. So the sum of all
        rows is the balance of the receivable accounts on that day.

        :param res.company company: where; its root company with all branches counts, as in
            core's partner balance.
        :param datetime.date date: any day, past or future.
        :param res.partner partners: only these customers; a contact stands for its
            company. All customers if None.
        :return: one dict per customer (commercial partner) with the keys ``partner_id``
            (False for items without a partner), ``partner_name``, ``not_due``, ``1_30``,
            ``31_60``, ``61_90``, ``91_120``, ``120_plus`` and ``total``, amounts in the
            company's currency, ordered by name. Customers with nothing in any bucket are
            left out.
        :raises AccessError: for users without a role in receivables or in ``company``.
        """
        self._check_reader(company)
        currency = company.currency_id
        rows = self.env.execute_query_dict(
            self._aging_sql(company, fields.Date.to_date(date), partners)
        )
        for row in rows:
            row["partner_id"] = row["partner_id"] or False
            row["partner_name"] = row["partner_name"] or ""
            for key in (*BUCKET_KEYS, "total"):
                row[key] = currency.round(row[key] or 0.0)
        return rows

    @api.model
    @api.readonly
    def ar_get_report(self, company_id=None, date=None):
        """Return what the aging screen shows.

        :param int company_id: the current company by default.
        :param str date: today by default.
        :return: ``company_id``, ``company_name``, ``currency_id``, ``date``, ``buckets``
            (``key``, ``label``), ``rows`` as in :meth:`ar_get_aging`, each with
            ``overdue``, and ``totals`` by bucket, ``overdue`` and ``total``.
        """
        company = self._resolve_company(company_id)
        day = self._resolve_date(company, date)
        rows = self.ar_get_aging(company, day)
        for row in rows:
            row["overdue"] = company.currency_id.round(sum(row[key] for key in OVERDUE_KEYS))
            row["partner_name"] = row["partner_name"] or self.env._("Without customer")
        return {
            "company_id": company.id,
            "company_name": company.name,
            "currency_id": company.currency_id.id,
            "date": fields.Date.to_string(day),
            "buckets": [{"key": key, "label": label} for key, label in self._bucket_labels()],
            "rows": rows,
            "totals": self._sum_rows(company, rows),
        }

    @api.model
    @api.readonly
    def ar_action_open_items(self, company_id, date, *, partner_id=None, bucket=None):
        """Return the action that lists the items behind a figure of the aging.

        :param int company_id: the aging's company.
        :param str date: the aging's day.
        :param int partner_id: only this customer; False for items without one.
        :param str bucket: only this bucket, ``overdue`` for all that are past due.
        """
        company = self._resolve_company(company_id)
        self._check_reader(company)
        day = fields.Date.to_string(self._resolve_date(company, date))
        domain = [("company_id", "child_of", company.sudo().root_id.id)]
        if partner_id is not None:
            domain.append(("partner_id", "=", partner_id))
        if bucket == "overdue":
            domain.append(("bucket", "in", OVERDUE_KEYS))
        elif bucket:
            domain.append(("bucket", "=", bucket))
        action = self.env["ir.actions.act_window"]._for_xml_id("ar_automation.ar_aging_item_action")
        name = self.env._("Open items as of %s", self._format_day(day))
        context = (
            {"ar_as_of": day}
            if partner_id is not None
            else {"ar_as_of": day, "search_default_group_partner": 1}
        )
        return action | {"name": name, "display_name": name, "domain": domain, "context": context}

    # === PRIVATE METHODS ===#

    def _format_day(self, day):
        return self.env["ir.qweb.field.date"].value_to_html(day, {})

    def _bucket_labels(self):
        return self.env["ar.aging.item"]._fields["bucket"]._description_selection(self.env)

    def _sum_rows(self, company, rows):
        return {
            key: company.currency_id.round(sum(row[key] for row in rows))
            for key in (*BUCKET_KEYS, "overdue", "total")
        }

    def _aging_sql(self, company, day, partners):
        items = self.env["ar.aging.item"]
        self._flush_items()
        sums = {
            key: SQL("SUM(item.residual) FILTER (WHERE item.bucket = %s)", key)
            for key in BUCKET_KEYS
        }
        named = (SQL("%s AS %s", total, SQL.identifier(key)) for key, total in sums.items())
        return SQL(
            """
            SELECT owed.partner_id, customer.name AS partner_name, %(keys)s, owed.total
              FROM (SELECT item.partner_id, %(sums)s, SUM(item.residual) AS total
                      FROM (%(items)s) item
                  GROUP BY item.partner_id
                    HAVING %(nonzero)s) owed
         LEFT JOIN res_partner customer ON customer.id = owed.partner_id
          ORDER BY lower(customer.name), owed.partner_id
            """,
            keys=SQL(", ").join(SQL.identifier("owed", key) for key in BUCKET_KEYS),
            sums=SQL(", ").join(named),
            items=items._items_sql(day, self._company_sql(company), self._customers_sql(partners)),
            nonzero=SQL(" OR ").join(SQL("%s <> 0", total) for total in sums.values()),
        )

    def _flush_items(self):
        """Bring to the database what the statement reads."""
        for model, names in self.env["ar.aging.item"]._depends.items():
            self.env[model].flush_model(names)
        self.env["res.partner"].flush_model(["name"])
        self.env["res.company"].flush_model(["parent_path"])

    def _company_sql(self, company):
        """The journal items of the company's root and all its branches."""
        return SQL(
            """
            line.company_id IN (
                SELECT branch.id FROM res_company branch, res_company own
                 WHERE own.id = %s
                   AND starts_with(branch.parent_path, split_part(own.parent_path, '/', 1) || '/'))
            """,
            company.id,
        )

    def _customers_sql(self, partners):
        if partners is None:
            return SQL("TRUE")
        return SQL(
            """
            contact.commercial_partner_id IN (
                SELECT chosen.commercial_partner_id
                  FROM res_partner chosen WHERE chosen.id = ANY(%s))
            """,
            partners.ids,
        )

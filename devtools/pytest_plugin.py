"""What our test runs need beside pytest-odoo."""

import freezegun
import pytest


def pytest_configure():
    """Let pytest's own clock run while a test has stopped time."""
    freezegun.configure(extend_ignore_list=["_pytest.timing"])


@pytest.fixture(scope="session", autouse=True)
def report_url(load_http):
    """Tell wkhtmltopdf where the test's HTTP server listens.

    pytest-odoo starts it on a port of its own choice. Without its address PDFs
    come out without their style sheets.
    """
    from odoo.modules.registry import Registry
    from odoo.tests.common import HOST, get_db_name
    from odoo.tools import config

    sql = """
        INSERT INTO ir_config_parameter (key, value) VALUES ('report.url', %s)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value
    """
    registry = Registry(get_db_name())
    with registry.cursor() as cursor:
        cursor.execute(sql, [f"http://{HOST}:{config['http_port']}"])
    registry.clear_all_caches()

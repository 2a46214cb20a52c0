"""What our test runs need beside pytest-odoo."""

import os

import freezegun
import pytest
from hypothesis import HealthCheck, settings


def pytest_addoption(parser):
    """Let several processes share the tests: ``--share 1/2`` and ``--share 2/2``."""
    parser.addoption("--share", metavar="N/ALL", help="run every ALL-th test file, from the N-th")


def pytest_collection_modifyitems(config, items):
    """Leave out the files that other shares run."""
    if not config.getoption("share"):
        return
    mine, others = divide(items, *map(int, config.getoption("share").split("/")))
    config.hook.pytest_deselected(items=others)
    items[:] = mine


def divide(items, number, shares):
    """Return the tests of the share with that number, from 1, and the others; files stay whole."""
    places = {path: place for place, path in enumerate(dict.fromkeys(item.path for item in items))}
    mine, others = [], []
    for item in items:
        (mine if places[item.path] % shares == number - 1 else others).append(item)
    return mine, others


def pytest_configure():
    """Keep clocks out of it: pytest's own while a test has stopped time, and a busy machine's.

    Where a run decides over a change, properties are tried on the same examples each time.
    """
    freezegun.configure(extend_ignore_list=["_pytest.timing"])
    settings.register_profile(
        "ar_automation",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=bool(os.environ.get("CI")),
    )
    settings.load_profile("ar_automation")


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

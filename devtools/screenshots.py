"""Photograph the screens of the served demo: ``./dev python devtools/screenshots.py``.

Needs ``./dev demo`` running. Logs in, saves the pictures of the README to
``docs/screenshots/``, then opens every menu of the app and says which of them
fails. Arguments: the demo's address, the folder for pictures, and the names of
pictures if only those are wanted (no menu is opened then).
"""

import base64
import contextlib
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests
import websocket

CHECKOUT = Path(__file__).resolve().parents[1]
WALK = CHECKOUT / "ar_automation" / "tests" / "demo" / "menu_walk.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PORT_FILE = "DevToolsActivePort"
SIZE = (1440, 900)
LOGIN, PASSWORD = "supervisor", "demo"
QUIET_SECONDS = 1.5
CLIENT_READY = "window.odoo && odoo.isReady === true"
WEB_READY = "location.protocol !== 'about:' && document.readyState === 'complete'"

# Picture: action, a text of the row that is opened first, and pages and buttons of the form.
PICTURES = {
    "overview": ("ar_automation.ar_dashboard_action", ""),
    "payments-to-match": ("ar_automation.ar_workbench_action", ""),
    "credit-requests": ("ar_automation.ar_credit_request_action", ""),
    "customers-at-risk": ("ar_automation.ar_credit_review_action_at_risk", ""),
    "credit-review": ("ar_automation.ar_credit_review_action", "To decide"),
    "credit-limit": (
        *("ar_automation.res_partner_action_credit", "Neckar"),
        *("ar_credit_page", "action_ar_change_limit"),
    ),
    "credit-ratings": ("ar_automation.ar_credit_rating_action", ""),
    "credit-application": ("ar_automation.ar_credit_applicant_action", "Usedom"),
    "customer-credit": ("ar_automation.res_partner_action_credit", "Brandt", "ar_credit_page"),
    "early-warnings": ("ar_automation.ar_credit_signal_action", ""),
    "credit-release": (
        *("ar_automation.sale_order_action_credit_hold", "Mojave"),
        "action_ar_release_credit",
    ),
    "order-on-hold": ("ar_automation.sale_order_action_credit_hold", "Mojave"),
    "approval-matrix": ("ar_automation.ar_credit_approval_action", ""),
    "scorecard": ("ar_automation.ar_credit_scorecard_action", "Nordwind", "classes"),
    "payment-forecast": ("ar_automation.ar_payment_model_action", "Nordwind", "action_fit"),
    "insurances": ("ar_automation.ar_credit_instrument_action", ""),
    "recurring-plans": ("ar_automation.ar_invoice_plan_action", ""),
    "orders-on-hold": ("ar_automation.sale_order_action_credit_hold", ""),
    "aging": ("ar_automation.ar_aging_action", ""),
    "reminder": ("ar_automation.ar_dunning_notice_action", "Uckermark"),
    "run": ("ar_automation.ar_run_action", "Match payments"),
    # invoicing
    "to-invoice": ("ar_automation.sale_order_action_to_invoice", ""),
    "invoice-policies": ("ar_automation.ar_invoice_policy_action", ""),
    "invoice-policy": ("ar_automation.ar_invoice_policy_action", "Weekly"),
    "plan-metered": ("ar_automation.ar_invoice_plan_action", "Ozark"),
    "plan-amendment": ("ar_automation.ar_invoice_plan_action", "Mécanique", "action_amend"),
    "coming-invoices": ("ar_automation.ar_invoice_forecast_action_open", ""),
    "correct-invoice": ("account.action_move_out_invoice_type", "Brandt", "Correct"),
    "delivery-proof": ("ar_automation.ar_delivery_action", "Oderbruch"),
    "invoices-to-review": ("ar_automation.account_move_action_review", ""),
    "findings": ("ar_automation.ar_invoice_finding_action", ""),
    "checks": ("ar_automation.ar_invoice_check_action", ""),
    "deliveries": ("ar_automation.ar_delivery_action", ""),
    "print-batch": ("ar_automation.ar_print_batch_action", "PRINT/"),
    "statements": ("ar_automation.ar_account_statement_action", ""),
    "order-intake": ("ar_automation.ar_order_intake_action", "orders-by-mail"),
    "order-to-cash": ("ar_automation.ar_o2c_track_action", ""),
    "order-to-cash-durations": ("ar_automation.ar_o2c_span_action", ""),
    # collections
    "worklist": ("ar_automation.ar_worklist_action", ""),
    "team": ("ar_automation.ar_worklist_team_action_open", ""),
    "reminders": ("ar_automation.ar_dunning_notice_action", ""),
    "promises": ("ar_automation.ar_promise_action", ""),
    "promise": ("ar_automation.ar_promise_action", "Uckermark"),
    "payment-plan": ("ar_automation.ar_payment_plan_action", "In default"),
    "invoices-on-hold": ("ar_automation.ar_collection_hold_action", ""),
    "contacts": ("ar_automation.ar_contact_log_action", ""),
    "replies": ("ar_automation.ar_collection_reply_action", ""),
    "reply": ("ar_automation.ar_collection_reply_action", "Promises"),
    "late-fees": ("ar_automation.ar_late_fee_action", ""),
    "interest-regime": ("ar_automation.ar_interest_regime_action", "Germany"),
    "dunning-policy": ("ar_automation.ar_dunning_policy_action", "France"),
    "dunning-letters": ("ar_automation.ar_dunning_letter_action", ""),
    "dunning-trial": ("ar_automation.ar_dunning_trial_action", "earlier"),
    "write-offs": ("ar_automation.ar_writeoff_request_action", ""),
    "write-off": ("ar_automation.ar_writeoff_request_action", "Taunus"),
    "handed-over": ("ar_automation.ar_handover_action", "Grünwald"),
    "provision": ("ar_automation.ar_provision_action", "Computed"),
}

# What customers see on the web: who looks (nobody: without a login), and which record leads
# there, by a method or a field that tells the address.
WEB_PICTURES = {
    "portal-order-waiting": (
        *("", "sale.order", [["ar_credit_state", "=", "held"]]),
        "action_preview_sale_order",
    ),
    "portal-credit": ("portal", "", [], "/my/credit"),
    "credit-application-form": (
        *("", "ar.credit.policy", [["accept_applications", "=", True]]),
        "application_url",
    ),
}

# Long lists come late.
OPEN_ROW = """
    (async (words) => {
        for (let tries = 0; tries < 50; tries++) {
            const rows = [...document.querySelectorAll(".o_data_row, .o_kanban_record")];
            const row = rows.find((one) => one.textContent.includes(words));
            if (row) {
                return (row.querySelector(".o_data_cell") || row).click();
            }
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
        throw new Error(`no row with ${words}`);
    })(%s)
"""

# A page of the form by its name, or a button by its name or its words.
OPEN_PAGE = """
    [...document.querySelectorAll("a.nav-link, .o_statusbar_buttons button, .o_notebook button")]
        .find((one) => [one.getAttribute("name"), one.textContent.trim()].includes(%s))
        .click()
"""


class Browser:
    """A headless browser, driven over its debugging protocol."""

    def __init__(self, port):
        target = requests.put(f"http://127.0.0.1:{port}/json/new", timeout=10).json()
        self.socket = websocket.create_connection(
            target["webSocketDebuggerUrl"], timeout=300, suppress_origin=True
        )
        self.numbers = itertools.count(1)

    def ask(self, method, **params):
        """Send a command and return its result."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def run(self, code):
        """Return what a JavaScript expression comes to."""
        answer = self.ask(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"the page failed: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def open(self, address, ready=CLIENT_READY):
        """Load a page, of the web client if nothing else is said, and wait until it is ready."""
        self.ask("Page.navigate", url=address)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            time.sleep(0.3)
            with contextlib.suppress(RuntimeError):
                if self.run(ready):
                    return
        raise RuntimeError(f"{address} did not get ready")

    def save_picture(self, path):
        """Save what is seen."""
        time.sleep(QUIET_SECONDS)
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))


@contextlib.contextmanager
def started_browser():
    """Start a browser with a profile of its own, and end it."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        sys.exit("screenshots: no browser: install chromium")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
        place = (f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank")
        process = subprocess.Popen([program, *options, *place], stderr=subprocess.DEVNULL)
        try:
            yield Browser(_read_port(Path(profile) / PORT_FILE))
        finally:
            process.terminate()
            process.wait(10)


def _read_port(path):
    for _ in range(100):
        if path.exists() and path.read_text().strip():
            return int(path.read_text().splitlines()[0])
        time.sleep(0.1)
    raise RuntimeError("the browser did not start")


def log_in(browser, address, login=LOGIN):
    """Give the browser a session of a user, the supervisor's if nobody is named; return it."""
    session = requests.Session()
    page = session.get(f"{address}/web/login", timeout=60).text
    token = re.search(r'csrf_token" value="([^"]+)"', page).group(1)
    form = {"csrf_token": token, "login": login, "password": PASSWORD}
    answer = session.post(f"{address}/web/login", data=form, timeout=60)
    if answer.url.rstrip("/").endswith("/web/login"):
        raise RuntimeError(f"{login} cannot log in")
    browser.ask(
        "Network.setCookie", name="session_id", value=session.cookies["session_id"], url=address
    )
    return session


def walk_menus(browser, address):
    """Open every menu; return what went wrong."""
    browser.open(f"{address}/odoo")
    result = browser.run(f"{WALK.read_text()}; walkMenus()")
    print("\n".join(f"opened  {path}" for path in result["visited"]))
    return result["errors"]


def call(session, address, model, method, *arguments, **options):
    """Call a method of a model as whoever logged in."""
    params = {"model": model, "method": method, "args": arguments, "kwargs": options}
    answer = session.post(
        f"{address}/web/dataset/call_kw", json={"params": params}, timeout=60
    ).json()
    if "error" in answer:
        raise RuntimeError(f"{model}.{method}: {answer['error']['data']['message']}")
    return answer["result"]


def find_page(session, address, model, domain, way):
    """The address of a page on the web."""
    if not model:
        return f"{address}{way}"
    if way.startswith("action_"):
        ids = call(session, address, model, "search", domain, limit=1)
        path = call(session, address, model, way, ids)["url"]
    else:
        path = call(session, address, model, "search_read", domain, [way], limit=1)[0][way]
    return f"{address}/{path.split('/', 3)[3] if '://' in path else path.lstrip('/')}"


def take_web_pictures(browser, session, address, folder, wanted):
    """Save the pictures of what customers see."""
    for name, (login, model, domain, way) in WEB_PICTURES.items():
        if name not in wanted:
            continue
        page = find_page(session, address, model, domain, way)
        browser.ask("Network.clearBrowserCookies")
        if login:
            log_in(browser, address, login)
        browser.open(page, WEB_READY)
        browser.save_picture(folder / f"{name}.png")
        print(f"saved   {folder / name}.png")


def take_pictures(browser, address, folder, wanted):
    """Save the pictures of the README that are wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (action, row, *pages) in PICTURES.items():
        if name not in wanted:
            continue
        browser.open(f"{address}/odoo/action-{action}")
        time.sleep(QUIET_SECONDS)
        if row:
            browser.run(OPEN_ROW % json.dumps(row))
            time.sleep(QUIET_SECONDS)
        for page in pages:
            browser.run(OPEN_PAGE % json.dumps(page))
        browser.save_picture(folder / f"{name}.png")
        print(f"saved   {folder / name}.png")


def main(address="http://127.0.0.1:8069", folder=str(CHECKOUT / "docs" / "screenshots"), *names):
    """Walk, photograph, and return an exit status."""
    wanted = names or (*PICTURES, *WEB_PICTURES)
    with started_browser() as browser:
        width, height = SIZE
        browser.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        session = log_in(browser, address)
        take_pictures(browser, address, Path(folder), wanted)
        errors = [] if names else walk_menus(browser, address)
        take_web_pictures(browser, session, address, Path(folder), wanted)
    print("\n".join(f"ERROR   {error}" for error in errors))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

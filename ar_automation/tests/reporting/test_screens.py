from odoo.tests import HttpCase, tagged

from .common import ReportingCommon

STEPS = """
const find = (selector) => document.querySelector(selector);
const until = async (what, condition) => {
    for (let attempt = 0; attempt < 200; attempt++) {
        const found = condition();
        if (found) {
            return found;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`waited in vain for ${what}`);
};
const tile = (key) => find(`.o_ar_tile[data-tile=${key}] .o_ar_tile_value`);
const figures = (bucket) => [...document.querySelectorAll(`.o_ar_row [data-bucket='${bucket}']`)];
(async () => {
    %s
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


# hoot's number for the suite @ar_automation/aging_rows
SUITE = "0bb920e6"


@tagged("post_install", "-at_install")
class TestScreens(ReportingCommon, HttpCase):
    """The screens in a real browser: any JavaScript error fails these tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls.partner_a, 300, "2026-02-10", "2026-02-20")
        cls._invoice(cls.partner_b, 700, "2026-02-11", "2026-12-31")
        cls._user("collector", "ar_automation.ar_automation_group_collector")

    def _browse(self, path, script, login="collector"):
        self.browser_js(path, STEPS % script, ready="odoo.isReady === true", login=login)

    def test_overview_leads_to_aging_and_items(self):
        self._browse(
            "/odoo/receivables",
            """
            await until("open receivables",
                () => tile("open")?.textContent.includes("1,000.00"));
            await until("both charts", () => document.querySelectorAll("canvas").length === 2);
            find(".o_ar_open_aging").click();
            await until("two customers", () => document.querySelectorAll(".o_ar_row").length === 2);
            const search = find(".o_ar_search");
            search.value = "PARTNER_A";
            search.dispatchEvent(new Event("input"));
            await until("one customer", () => document.querySelectorAll(".o_ar_row").length === 1);
            figures("total")[0].click();
            const amount = await until("the item",
                () => find(".o_list_view .o_data_row [name=residual]"));
            if (!amount.textContent.includes("300.00")) {
                throw new Error(`the item says ${amount.textContent}`);
            }
            find(".o_data_row [name=move_id]").click();
            await until("the invoice", () => find(".o_form_view"));
            """,
        )

    def test_aging_of_a_past_day(self):
        self._browse(
            "/odoo/receivables-aging",
            """
            const date = await until("the date", () => find(".o_ar_date input"));
            await until("two customers", () => document.querySelectorAll(".o_ar_row").length === 2);
            date.value = "02/10/2026";
            date.dispatchEvent(new Event("input", { bubbles: true }));
            date.dispatchEvent(new Event("change", { bubbles: true }));
            await until("one customer not due", () => figures("not_due").length === 1
                && document.querySelectorAll(".o_ar_row").length === 1);
            date.value = "02/09/2026";
            date.dispatchEvent(new Event("input", { bubbles: true }));
            date.dispatchEvent(new Event("change", { bubbles: true }));
            await until("the empty state", () => find(".o_nocontent_help"));
            """,
        )

    def test_an_error_is_shown_in_place_with_a_way_to_try_again(self):
        self._user("nobody", "base.group_user")
        self._browse(
            "/odoo/receivables",
            """
            const shown = await until("the reason", () => find(".o_ar_report_error"));
            if (!shown.textContent.includes("Reports on receivables are for")) {
                throw new Error(shown.textContent);
            }
            shown.querySelector("button").click();
            await until("the reason again", () => find(".o_ar_report_error"));
            """,
            login="nobody",
        )

    def test_unit_tests_of_the_screens(self):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={SUITE}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
        )

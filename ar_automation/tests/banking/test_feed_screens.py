"""The settings of a connection in a real browser: each kind with its control."""

from odoo.tests import HttpCase, new_test_user, tagged

from ...banking.connectors.contract import Setting
from . import ledger_bank

CHOICES = (("live", "Live"), ("test", "Test"))
SETTINGS = (
    Setting("user", "User", "Name of the user."),
    Setting("key", "Key", "Secret key.", kind="secret"),
    Setting("pair", "Key pair", "In PEM.", kind="pem"),
    Setting("place", "Place", "Where.", kind="choice", default="live", choices=CHOICES),
    Setting("fast", "Fast", "At once.", kind="flag", default="1", is_required=False),
    Setting("form", "Form", "As JSON.", kind="data", is_required=False),
)
SCRIPT = """
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
const find = (selector) => document.querySelector(selector);
const control = (name) => find(`[data-setting=${name}] :is(input, select, textarea)`);
const enter = (name, value) => {
    control(name).value = value;
    control(name).dispatchEvent(new Event("change", { bubbles: true }));
};
(async () => {
    (await until("the page of settings", () => find(".nav-link[name=settings]"))).click();
    await until("the settings", () => control("user"));
    if (document.body.innerHTML.includes("stored-before")) {
        throw new Error("a secret is in the page");
    }
    if (control("key").type !== "password" || !control("key").placeholder.includes("Stored")) {
        throw new Error("the stored secret is not shown as stored");
    }
    enter("user", " treasurer ");
    enter("place", "test");
    enter("form", '{"a": 1}');
    control("fast").click();
    const files = new DataTransfer();
    files.items.add(new File(["no key"], "wrong.txt"));
    const upload = find("[data-setting=pair] input[type=file]");
    upload.files = files.files;
    upload.dispatchEvent(new Event("change", { bubbles: true }));
    await until("the refusal", () =>
        find(".o_notification")?.textContent.includes("is not in PEM form"));
    const good = new DataTransfer();
    good.items.add(new File(["-----BEGIN KEY-----\\nAAAA\\n-----END KEY-----\\n"], "key.pem"));
    upload.files = good.files;
    upload.dispatchEvent(new Event("change", { bubbles: true }));
    await until("the uploaded key", () => control("pair").placeholder.includes("Stored"));
    (await until("the button", () => find(".o_form_button_save"))).click();
    await until("the end of saving", () =>
        find(".o_form_saved, .o_form_status_indicator_buttons.invisible"));
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestFeedScreens(HttpCase):
    def test_each_setting_is_entered_by_the_control_of_its_kind(self):
        registration = ledger_bank.registered(settings=SETTINGS)
        registration.__enter__()
        self.addCleanup(registration.__exit__, None, None, None)
        new_test_user(
            self.env,
            "treasurer",
            "ar_automation.ar_automation_group_supervisor,base.group_user",
        )
        connection = self.env["ar.bank.connection"].create(
            {"name": "Screen", "provider": ledger_bank.CODE}
        )
        rows = {row.name: row for row in connection.setting_ids}
        rows["key"].shown_value = "stored-before"
        self.browser_js(
            f"/odoo/bank-connections/{connection.id}",
            SCRIPT,
            ready="odoo.isReady === true",
            login="treasurer",
        )
        connection.setting_ids.invalidate_recordset()
        self.assertEqual(rows["user"].value, "treasurer")
        self.assertEqual(rows["key"].secret, "stored-before")
        self.assertTrue(rows["pair"].secret.startswith("-----BEGIN KEY-----"))
        self.assertEqual((rows["place"].value, rows["fast"].value), ("test", "0"))
        self.assertEqual(rows["form"].value, '{"a": 1}')

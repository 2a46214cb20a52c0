from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import file_open

ROLES = {
    "walk_supervisor": "ar_automation.ar_automation_group_supervisor",
    "walk_collector": "ar_automation.ar_automation_group_collector",
    "walk_credit_manager": "ar_automation.ar_automation_group_credit_manager",
    "walk_auditor": "ar_automation.ar_automation_group_auditor",
    "walk_accountant": "account.group_account_invoice",
}
SAY_RESULT = """
walkMenus().then(({ visited, errors }) => {
    if (errors.length || visited.length < FEWEST) {
        const found = `${errors.length} errors in ${visited.length} screens`;
        console.error(`${found}\\n${errors.join("\\n")}`);
    } else {
        console.log("test successful");
    }
});
"""


@tagged("post_install", "-at_install")
class TestMenuWalk(HttpCase):
    """Every menu of the app opens for every role, without a JavaScript error."""

    def walk(self, login, *, fewest):
        with file_open("ar_automation/tests/demo/menu_walk.js") as script:
            code = script.read() + SAY_RESULT.replace("FEWEST", str(fewest))
        self.browser_js("/odoo", code, "odoo.isReady === true", login=login, timeout=240)

    def test_administrator(self):
        self.walk("admin", fewest=8)

    def test_supervisor(self):
        self.walk_as("walk_supervisor", fewest=8)

    def test_collector(self):
        self.walk_as("walk_collector", fewest=3)

    def test_credit_manager(self):
        self.walk_as("walk_credit_manager", fewest=3)

    def test_auditor(self):
        self.walk_as("walk_auditor", fewest=3)

    def test_accountant(self):
        self.walk_as("walk_accountant", fewest=3)

    def walk_as(self, login, *, fewest):
        new_test_user(self.env, login, groups=ROLES[login])
        self.walk(login, fewest=fewest)

from datetime import date

from odoo.tests import HttpCase, new_test_user, tagged

from .track_case import TrackCase


@tagged("post_install", "-at_install")
class TestTrackScreens(TrackCase, HttpCase):
    """The portal pages as a customer loads them, and the screens in a real browser."""

    def page(self, record):
        record._portal_ensure_token()
        return self.url_open(record.get_portal_url()).text

    def test_portal_pages(self):
        order = self.order()
        move = self.bill(order)
        self.deliver(move, date(2026, 3, 6), "sent")
        for record in (order, move):
            page = self.page(record)
            for stage in ("received", "confirmed", "invoiced", "sent"):
                self.assertIn(f'data-stage="{stage}"', page)
            self.assertNotIn('data-stage="checked"', page)

    def test_screens(self):
        user = new_test_user(
            self.env,
            login="t-screen",
            groups="ar_automation.ar_automation_group_supervisor,sales_team.group_sale_manager",
        )
        order = self.order()
        move = self.bill(order)
        script = """
            const until = async (condition) => {
                for (let attempt = 0; attempt < 400; attempt++) {
                    if (condition()) return;
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }
                throw new Error(`waited in vain for ${condition}`);
            };
            until(() => %s)
                .then(() => console.log("test successful"))
                .catch((error) => console.error(error.message));
        """
        for path, condition in (
            (
                f"/odoo/sales/{order.id}",
                "document.querySelector('.o_ar_track_step[data-stage=confirmed]')",
            ),
            (
                f"/odoo/customer-invoices/{move.id}",
                "document.querySelector('.o_ar_track_step[data-state=current]')",
            ),
            (
                "/odoo/order-to-cash",
                "document.querySelector('.o_kanban_record')?.textContent.includes('age')",
            ),
            (
                "/odoo/order-to-cash-durations",
                "document.querySelector('.o_graph_canvas_container')",
            ),
        ):
            with self.subTest(path=path):
                self.browser_js(
                    path, script % condition, ready="odoo.isReady === true", login=user.login
                )

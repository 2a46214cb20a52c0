/* Opens every menu of the Receivables app that the user sees, and in each list its first
   record; resolves to {visited: [menu path], errors: [menu path and what went wrong]}.
   Run inside the web client by test_menu_walk.py and by devtools/screenshots.py. */
async function walkMenus() {
    const { menu, action } = odoo.__WOWL_DEBUG__.root.env.services;
    const { rpcBus } = odoo.loader.modules.get("@web/core/network/rpc");
    const visited = [];
    const errors = [];
    let current = "start";
    // by id: answers to what was asked before this function started do not count
    const pending = new Set();
    rpcBus.addEventListener("RPC:REQUEST", ({ detail }) => pending.add(detail.data.id));
    rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => pending.delete(detail.data.id));
    for (const kind of ["error", "unhandledrejection"]) {
        window.addEventListener(kind, (event) => {
            const cause = event.reason || event.error || event;
            errors.push(`${current}: ${(cause.data && cause.data.message) || cause.message || cause}`);
        });
    }

    const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

    async function settle() {
        let quiet = 0;
        for (let tries = 0; tries < 600 && quiet < 6; tries++) {
            await pause(50);
            quiet = pending.size === 0 && !document.querySelector(".o_blockUI") ? quiet + 1 : 0;
        }
        if (quiet < 6) {
            errors.push(`${current}: still loading after 30 seconds`);
        }
    }

    function collect() {
        for (const dialog of document.querySelectorAll(".o_error_dialog, .o_notification.border-danger")) {
            errors.push(`${current}: ${dialog.textContent.trim().slice(0, 400)}`);
        }
    }

    async function step(path, act) {
        current = path;
        try {
            await act();
        } catch (error) {
            errors.push(`${path}: ${(error.data && error.data.message) || error.message || error}`);
        }
        await settle();
        collect();
        visited.push(path);
    }

    const leavesOf = (tree, path) =>
        tree.childrenTree.length
            ? tree.childrenTree.flatMap((child) => leavesOf(child, [...path, child.name]))
            : [{ item: tree, path: path.join(" > ") }];

    const app = menu.getApps().find((each) => each.xmlid === "ar_automation.ar_automation_menu_root");
    if (!app) {
        return { visited, errors: ["the Receivables app is not among the user's apps"] };
    }
    for (const { item, path } of leavesOf(menu.getMenuAsTree(app.id), [])) {
        await step(path, () => menu.selectMenu(item));
        const row = document.querySelector(".o_list_view:not(.o_list_editable) .o_data_row .o_data_cell");
        if (row) {
            await step(`${path} > first record`, async () => row.click());
        }
        if (document.querySelector(".modal")) {
            await step(`${path} > close`, () => action.doAction({ type: "ir.actions.act_window_close" }));
        }
    }
    return { visited, errors };
}

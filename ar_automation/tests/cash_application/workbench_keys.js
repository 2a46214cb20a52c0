/* Drives the workbench by key strokes, as a person at the keyboard does. */
const find = (selector) => document.querySelector(selector);
const until = async (what, condition, attempts = 400) => {
    for (let attempt = 0; attempt < attempts; attempt++) {
        const found = condition();
        if (found) {
            return found;
        }
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`waited in vain for ${what}: ${document.body.innerText.slice(0, 2000)}`);
};
const press = (key) => {
    const target = document.activeElement || document.body;
    const isFree = target.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })
    );
    // what a browser does by itself on a real stroke
    if (isFree && key === "Enter" && target.tagName === "BUTTON") {
        target.click();
    }
    target.dispatchEvent(new KeyboardEvent("keyup", { key, bubbles: true }));
};
const type = (text) => {
    const field = document.activeElement;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
};
const current = () => find(".o_ar_current");
const total = () => Number(find(".o_ar_total b")?.textContent.replace(/\D/g, ""));
const shown = () => find(".o_ar_payment .btn-link")?.textContent;
// a person at the keys is faster than a busy server books
const idle = () => until("the bookings", () => !find(".o_ar_pending"), 6000);
const noDialog = () => until("no dialog", () => !find(".modal"));
const detail = () => until("the open items", () => find(".o_ar_items"));
/** Chooses in the dialog what the text finds. */
const choose = async (text) => {
    const field = await until("the field", () => find(".modal input"));
    field.focus();
    type(text);
    await until("a suggestion", () =>
        [...document.querySelectorAll(".o-autocomplete--dropdown-item")].some((row) =>
            row.textContent.includes(text)
        )
    );
    find(".o-autocomplete--dropdown-item a").click();
    await until("the answer", () => find(".modal .btn-primary:not([disabled])"));
    find(".modal .btn-primary").focus();
    press("Enter");
    await noDialog();
};

/* What the tests do, each with what it is given. */
const steps = {
    async applyAll(given) {
        await until("200 payments", () => total() === 200);
        let last = 0;
        for (let count = 0; count < 200; count++) {
            const line = await until("the next payment", () => {
                const line = current();
                return line && line.dataset.id !== last && line;
            });
            last = line.dataset.id;
            const text = await until("its text", shown);
            if (text.includes("short")) {
                press("Enter");
            } else if (text.includes("in advance")) {
                press("a");
            } else if (text.includes("fee")) {
                press("w");
                await until("the question", () => find(".modal .btn-primary"));
                if (find(".modal .btn-primary").disabled) {
                    await choose(given.account);
                } else {
                    press("Enter");
                    await noDialog();
                }
            } else {
                // the payment before may have settled a part of the same item
                await idle();
                await until("its items", () => find(".o_ar_items tr[data-item]"));
                press("x");
                await until("the difference", () => find(".o_ar_left"));
                press("Enter");
            }
            await until("one less", () => total() === 199 - count);
        }
        await until("the end", () => find(".o_view_nocontent_smiling_face"));
        await idle();
        press("u");
        await until("the last one again", () => total() === 1 && current());
    },
    async decideInEveryWay(given) {
        await until("all", () => total() === 7);
        press("?");
        await until("the keys", () => find(".o_ar_keys"));
        find(".modal .btn-close").click();
        await noDialog();
        press("j");
        await until("the second", () => shown() === "somebody");
        press("k");
        await until("the first", () => shown() === "for both");
        await detail();
        press("i");
        await until("the search", () => document.activeElement.matches(".o_ar_item_search"));
        type(given.other);
        await until("the other customer's item",
            () => document.querySelectorAll(".o_ar_items tr[data-item]").length === 1);
        press("Enter");
        press("x");
        await until("too little money", () => find(".o_ar_open"));
        press("i");
        type(given.mine);
        await until("both", () => document.querySelectorAll(".o_ar_items tr[data-item]").length === 2);
        press("Enter");
        press("n");
        press("x");
        await until("both chosen", () => document.querySelectorAll(".o_ar_chosen").length === 2);
        press("s");
        await until("the amount", () => document.activeElement.matches(".o_ar_item_amount"));
        type("20");
        press("Enter");
        type("40");
        press("Escape");
        await until("nothing left", () => /0[.]00/.test(find(".o_ar_left").textContent));
        press("Enter");
        await until("the payment without a payer", () => total() === 6 && shown() === "somebody");
        await detail();
        press("p");
        await choose("partner_b");
        await until("its customer", () => find(".o_ar_partner")?.textContent === "partner_b");
        press("/");
        type("INV/");
        await until("five", () => total() === 5);
        press("Escape");
        await until("the proposal", () => find(".o_ar_proposal"));
        press("b");
        await until("the count", () => find(".o_ar_alike_count")?.textContent === "5");
        await until("the button", () => document.activeElement.matches(".modal .btn-primary"));
        press("Enter");
        await until("none left", () => find(".o_ar_clear"));
        find(".o_ar_clear").click();
        await until("the rest", () => total() === 1);
        await idle();
    },
    async refuse(given) {
        await until("the proposal", () => find(".o_ar_proposal"));
        press("Enter");
        const said = await until("the reason", () => find(".o_notification.border-danger, .o_notification_content"));
        if (!said.textContent.includes("settled meanwhile")) {
            throw new Error(said.textContent);
        }
        await until("the payment again", () => total() === 1 && current());
    },
    async openFromForm(given) {
        const row = await until("the list", () =>
            [...document.querySelectorAll(".o_data_row")].find((row) => row.textContent.includes("only one")));
        row.querySelector(".o_data_cell").click();
        const button = await until("the button", () => find("[name=action_ar_open_workbench]"));
        button.click();
        await until("the payment", () => shown() === "only one");
    },
};

/* Drives the workbench by key strokes, as a person at the keyboard does. */
const find = (selector) => document.querySelector(selector);
const until = async (what, condition) => {
    for (let attempt = 0; attempt < 400; attempt++) {
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
const idle = () => until("the bookings", () => !find(".o_ar_pending"));
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

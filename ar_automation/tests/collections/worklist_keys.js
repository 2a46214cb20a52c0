/* Works the worklist by key strokes, as a collector at the keyboard does. */
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
const press = (key, modifiers = {}) => {
    const target = document.activeElement || document.body;
    target.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...modifiers })
    );
};
const type = (text) => {
    const field = document.activeElement;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
};
const current = () => find(".o_ar_row.o_ar_current .fw-bold")?.textContent;
const isCurrent = (name) =>
    until(`the customer ${name}`, () => current() === name && find(".o_ar_items tr[data-item]"));
const noDialog = () => until("no dialog", () => !find(".modal"));
const done = (count) =>
    until(`${count} done`, () => Number(find(".o_ar_done")?.textContent) === count);
const entry = (kind, text) =>
    until(`${kind} with ${text}`, () =>
        [...document.querySelectorAll(`.o_ar_entry[data-kind=${kind}]`)].find((entry) =>
            entry.textContent.includes(text)
        )
    );
/** Answers the dialog with its first button, once it can be pressed. */
const confirm = async () => {
    (await until("the answer", () => find(".modal footer .btn-primary:not([disabled])"))).click();
    await noDialog();
};

const steps = {
    /** Who may look and not act sees everybody at once, and no key asks for anything. */
    async onlyLook({ first }) {
        await isCurrent(first);
        if (find(".o_ar_call") || find(".o_ar_done") || find(".o_ar_items input")) {
            throw new Error("there is something to act with");
        }
        for (const key of ["c", "n", "a", "p", "x"]) {
            press(key);
            await until(`a word about ${key}`, () => find(".o_notification"));
            find(".o_notification_close").click();
            await until("no word", () => !find(".o_notification"));
            await noDialog();
        }
    },
    async workTheDay({ first, second, third }) {
        await isCurrent(first);
        // a call that nobody took: its number, and the next customer comes up
        press("c");
        await until("the outcomes", () => find(".o_ar_outcomes [data-outcome=no_answer]"));
        press("7");
        await noDialog();
        await isCurrent(second);
        await done(1);
        // a promise for one of two items
        press("x");
        await until("one chosen", () => find(".o_ar_chosen")?.textContent.startsWith("1"));
        press("p");
        const day = await until("the day", () => find(".modal [name=promise_date] input, .modal [name=promise_date] button"));
        if (day.tagName === "BUTTON") {
            day.click();
        }
        (await until("its field", () => find(".modal [name=promise_date] input"))).focus();
        type("12/31/2099");
        document.activeElement.blur();
        await confirm();
        await entry("promise", "Promised");
        await done(2);
        // a note, and an e-mail about what is chosen
        press("n");
        await until("the note", () => document.activeElement.matches(".modal textarea"));
        type("Ask for <Mrs Bee>");
        press("Enter", { ctrlKey: true });
        await noDialog();
        await entry("note", "Ask for <Mrs Bee>");
        press("e");
        await until("the e-mail", () => find(".modal [name=body]")?.textContent.includes("open on your account"));
        await confirm();
        await entry("contact", "E-mail sent");
        // on where the second one stood before it sank, further, and back
        press("j");
        await isCurrent(third);
        press("j");
        await isCurrent(first);
        press("k");
        await isCurrent(third);
        press("a");
        await until("the day", () => document.activeElement.matches(".modal input[type=date]"));
        type("2099-12-31");
        press("Enter");
        await noDialog();
        await until("the reason", () => find(".o_ar_chip_action_later"));
        press("x");
        press("h");
        (await until("the reason", () => find(".modal [name=reason] input"))).focus();
        type("Looks into it");
        document.activeElement.blur();
        await confirm();
        await until("the hold", () => find(".o_ar_items .text-info"));
        press("?");
        await until("the keys", () => find(".o_ar_keys"));
        press("Escape");
        await noDialog();
        press("/");
        type(first);
        await until("one customer", () => find(".o_ar_total b").textContent === "1");
        await isCurrent(first);
    },
};

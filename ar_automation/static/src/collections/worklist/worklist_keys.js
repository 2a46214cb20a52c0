import { _t } from "@web/core/l10n/translation";
import { nameKeys } from "../../cash_application/workbench/keys";

/** What each key does on the worklist; the help shows them in this order. */
export const WORKLIST_KEYS = [
    { keys: ["j", "ArrowDown"], name: "next", label: _t("Next customer") },
    { keys: ["k", "ArrowUp"], name: "previous", label: _t("Previous customer") },
    { keys: ["c"], name: "call", label: _t("Log a call: then the number of its outcome") },
    { keys: ["p"], name: "promise", label: _t("Take down a promise") },
    { keys: ["i"], name: "instalments", label: _t("Divide the chosen items into instalments; all open ones where none is chosen") },
    { keys: ["e"], name: "mail", label: _t("Write an e-mail about the chosen items") },
    { keys: ["h"], name: "hold", label: _t("Put the chosen invoices on hold; the customer where none is chosen") },
    { keys: ["d"], name: "dispute", label: _t("Note a dispute of the chosen invoices") },
    { keys: ["n"], name: "note", label: _t("Write a note") },
    { keys: ["a"], name: "plan", label: _t("Plan the next action") },
    { keys: ["ArrowRight"], shown: "→", name: "nextItem", label: _t("Next open item") },
    { keys: ["ArrowLeft"], shown: "←", name: "previousItem", label: _t("Previous open item") },
    { keys: ["x", " "], shown: "x, Space", name: "toggleItem", label: _t("Choose the open item, or not") },
    { keys: ["/"], name: "search", label: _t("Search customers") },
    { keys: ["Escape"], shown: "Esc", name: "leave", label: _t("Leave a field; drop what was chosen") },
    { keys: ["?"], name: "help", label: _t("Show these keys") },
];

export const WORKLIST_NAMES = nameKeys(WORKLIST_KEYS);

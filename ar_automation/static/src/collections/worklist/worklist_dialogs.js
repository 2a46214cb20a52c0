import { Component, onMounted, useExternalListener, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";

/** Asks how a call ended: click, or the number in front of it. */
export class OutcomeDialog extends Component {
    static template = "ar_automation.OutcomeDialog";
    static components = { Dialog };
    static props = { close: Function, customer: String, outcomes: Array, onChoose: Function };

    setup() {
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev), { capture: true });
    }

    /** 1 to 9, then 0 for the tenth. */
    numberOf(at) {
        return at < 10 ? String((at + 1) % 10) : "";
    }

    onKeydown(ev) {
        const at = this.props.outcomes.findIndex((_outcome, index) => this.numberOf(index) === ev.key);
        if (at >= 0 && !ev.ctrlKey && !ev.metaKey && !ev.altKey) {
            ev.preventDefault();
            ev.stopPropagation();
            this.choose(this.props.outcomes[at]);
        }
    }

    choose(outcome) {
        this.props.close();
        this.props.onChoose(outcome);
    }
}

/** Asks for a text or a day. The answer is kept until the server took it. */
export class AskDialog extends Component {
    static template = "ar_automation.AskDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        kind: { validate: (kind) => ["text", "date"].includes(kind) },
        label: String,
        onConfirm: Function,
        title: String,
        value: { type: String, optional: true },
    };
    static defaultProps = { value: "" };

    setup() {
        this.field = useRef("field");
        this.state = useState({ value: this.props.value, isRunning: false });
        onMounted(() => this.field.el.focus());
    }

    /** A day is confirmed with Enter, a text of several lines with Ctrl and Enter. */
    onKeydown(ev) {
        if (ev.key === "Enter" && (this.props.kind === "date" || ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.confirm();
        }
    }

    async confirm() {
        this.state.isRunning = true;
        if (await this.props.onConfirm(this.state.value)) {
            this.props.close();
        }
        this.state.isRunning = false;
    }
}

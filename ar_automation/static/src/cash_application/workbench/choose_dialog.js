import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { RecordSelector } from "@web/core/record_selectors/record_selector";

/** Asks for one record: type, choose with the arrows, confirm with Enter. */
export class ChooseDialog extends Component {
    static template = "ar_automation.ChooseDialog";
    static components = { Dialog, RecordSelector };
    static props = {
        close: Function,
        confirmLabel: String,
        domain: { type: Array, optional: true },
        label: String,
        message: { type: String, optional: true },
        onConfirm: Function,
        resId: { type: [Number, { value: false }], optional: true },
        resModel: String,
        title: String,
    };
    static defaultProps = { domain: [], message: "", resId: false };

    setup() {
        this.root = useRef("root");
        this.confirmButton = useRef("confirm");
        this.state = useState({ resId: this.props.resId });
        onMounted(() => this.focus());
    }

    /** On the button where the answer is known already, else on the field. */
    focus() {
        if (this.state.resId) {
            this.confirmButton.el.focus();
        } else {
            this.root.el.querySelector("input")?.focus();
        }
    }

    update(resId) {
        this.state.resId = resId;
        if (resId) {
            this.confirmButton.el.disabled = false;
            this.confirmButton.el.focus();
        }
    }

    confirm() {
        this.props.close();
        this.props.onConfirm(this.state.resId);
    }
}

import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { KEYS } from "./keys";

/** Shows what each key does. */
export class KeysDialog extends Component {
    static template = "ar_automation.KeysDialog";
    static components = { Dialog };
    static props = { close: Function, strokes: { type: Array, optional: true } };
    static defaultProps = { strokes: KEYS };

    setup() {
        this.rows = this.props.strokes.map(({ keys, shown, label }) => ({
            keys: shown || keys.map((key) => key.replace("Arrow", "")).join(", "),
            label,
        }));
    }
}

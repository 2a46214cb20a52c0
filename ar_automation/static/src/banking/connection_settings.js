import { _t } from "@web/core/l10n/translation";
import { CheckBox } from "@web/core/checkbox/checkbox";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FileUploader } from "@web/views/fields/file_handler";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const ON = "1";
const OFF = "0";
// what connectors read as yes
const TRUE_TEXTS = new Set(["1", "true", "True"]);

/**
 * What a bank connection has to be told, as a form: each setting with the control that its kind
 * calls for. Secrets are never shown; the server sends dots in their place.
 */
export class ConnectionSettings extends Component {
    static template = "ar_automation.ConnectionSettings";
    static components = { CheckBox, FileUploader };
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
    }

    get settings() {
        return this.records.filter((record) => !record.data.is_remembered);
    }

    get remembered() {
        return this.records.filter((record) => record.data.is_remembered);
    }

    get records() {
        return this.props.record.data[this.props.name].records;
    }

    inputId(record) {
        return `${this.props.name}_${record.data.name}`;
    }

    isOn(record) {
        return TRUE_TEXTS.has(record.data.shown_value || "");
    }

    isMissing(record) {
        return record.data.is_required && !record.data.shown_value;
    }

    secretPlaceholder(record) {
        return record.data.shown_value ? _t("Stored. Enter another one to replace it.") : "";
    }

    set(record, value) {
        return record.update({ shown_value: value });
    }

    onText(record, ev) {
        return this.set(record, ev.target.value.trim());
    }

    /** An untouched secret stays as it is; it is taken away by its own button only. */
    onSecret(record, ev) {
        const entered = ev.target.value.trim();
        return entered ? this.set(record, entered) : undefined;
    }

    onFlag(record, isOn) {
        return this.set(record, isOn ? ON : OFF);
    }

    onFile(record, { name, data }) {
        const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
        const text = new TextDecoder().decode(bytes).trim();
        if (record.data.kind === "pem" && !text.includes("-----BEGIN")) {
            this.notification.add(
                _t("%s is not in PEM form: it has no line that begins with -----BEGIN.", name),
                { type: "danger" }
            );
            return;
        }
        return this.set(record, text);
    }
}

registry.category("fields").add("ar_connection_settings", {
    component: ConnectionSettings,
    displayName: _t("Settings of a bank connection"),
    supportedTypes: ["one2many"],
    useSubView: true,
});

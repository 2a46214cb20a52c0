import { Component } from "@odoo/owl";

/** Shows in place of a report why it could not be loaded, and offers to try again. */
export class ReportError extends Component {
    static template = "ar_automation.ReportError";
    static props = { message: String, onRetry: Function };
}

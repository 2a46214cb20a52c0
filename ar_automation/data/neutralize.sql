-- a copy of the database must not take files away from the live one
UPDATE account_journal
   SET ar_watch_folder = NULL;
-- nor invoice, send or chase by itself, should somebody switch its schedule on again
UPDATE res_company
   SET ar_invoice_automatically = false,
       ar_send_automatically = false,
       ar_dunning_auto = false;
-- and it must not know how to reach a bank, nor be reached by one
UPDATE ar_bank_connection_setting
   SET secret = NULL;
UPDATE ar_bank_connection
   SET state = 'draft',
       webhook_token = NULL,
       webhook_secret = NULL,
       authorisation_token = NULL,
       authorisation_expires_at = NULL;
-- nor ask a bureau that charges for it
UPDATE ar_credit_bureau
   SET password = NULL,
       remembered = NULL;

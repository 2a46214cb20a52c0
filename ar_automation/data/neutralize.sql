-- a copy of the database must not take files away from the live one
UPDATE account_journal
   SET ar_watch_folder = NULL;
-- nor invoice, send or chase by itself, should somebody switch its schedule on again
UPDATE res_company
   SET ar_invoice_automatically = false,
       ar_send_automatically = false,
       ar_dunning_auto = false;

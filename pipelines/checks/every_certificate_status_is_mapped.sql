-- Every status label of a certificate means something in its mapping.
-- warns
select source, label_key as status_label from landed.certificate_labels where status = 'other'

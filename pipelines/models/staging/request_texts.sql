-- One row per well-formed row of a request export that says anything about its certificate beside the common name: texts as exported.
with landed_rows as (
    select
        export_id,
        row_number,
        subject_alternative_names,
        contacts,
        csr,
        security_approval,
        order_number,
        plain_serial(serial_number) as serial,
        column_set_id
    from landed.requests
),

texts as (
    select * from landed_rows
    where coalesce(nullif(subject_alternative_names, ''), nullif(contacts, ''), nullif(csr, ''), nullif(security_approval, ''), nullif(order_number, ''), nullif(serial, '')) is not null
)

select * from texts

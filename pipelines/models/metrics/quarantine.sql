-- One row per offending cell of a quarantined row, or per malformed record.
with rejections as (
    select * from records.quarantine
),

exports as (
    select export_id, name from run.exports
),

quarantine as (
    select exports.name as export, rejections.row_number, rejections.column_name, rejections.value, rejections.reason
    from rejections
    inner join exports on rejections.export_id = exports.export_id
)

select * from quarantine
order by export, row_number, column_name nulls first

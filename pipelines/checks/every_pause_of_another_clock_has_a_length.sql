-- Every length of a pause that an export of other systems' clocks gives can be read; one that cannot, or is negative, takes nothing off.
-- warns
with unread_pauses as (
    select export_id, row_number, number, 'pause_seconds' as column_name, pause_found as found from staging.slas where problem is null and pause_found is not null
    union all
    select export_id, row_number, number, 'business_pause_seconds', business_pause_found from staging.slas where problem is null and business_pause_found is not null
)

select exports.name as export, unread_pauses.row_number, unread_pauses.number, unread_pauses.column_name, without_addresses(unread_pauses.found) as value
from unread_pauses
inner join run.exports as exports on unread_pauses.export_id = exports.export_id
order by exports.name, unread_pauses.row_number, unread_pauses.column_name
